//! See `omm_mapi::fuzz::group`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_mapi::fuzz::group(data));
