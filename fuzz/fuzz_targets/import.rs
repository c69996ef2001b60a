//! See `omm_project::fuzz::import`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_project::fuzz::import(data));
