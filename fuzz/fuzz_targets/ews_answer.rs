//! See `omm_ews::fuzz::ews_answer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_ews::fuzz::ews_answer(data));
