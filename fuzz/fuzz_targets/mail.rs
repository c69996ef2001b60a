//! See `omm_mapi::fuzz::mail`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_mapi::fuzz::mail(data));
