//! See `omm_files::fuzz::msg`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_files::fuzz::msg(data));
