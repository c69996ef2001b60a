//! See `omm_content::fuzz::ics`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_content::fuzz::ics(data));
