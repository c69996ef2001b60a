//! See `omm_ews::fuzz::autodiscover`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_ews::fuzz::autodiscover(data));
