//! See `omm_files::fuzz::tnef`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_files::fuzz::tnef(data));
