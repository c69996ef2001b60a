//! See `omm_files::fuzz::pst`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_files::fuzz::pst(data));
