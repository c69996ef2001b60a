//! See `omm_discover::fuzz::autoconfig`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_discover::fuzz::autoconfig(data));
