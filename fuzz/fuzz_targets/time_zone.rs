//! See `omm_mapi::fuzz::time_zone`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_mapi::fuzz::time_zone(data));
