//! See `omm_pop::fuzz::pop_framer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_pop::fuzz::pop_framer(data));
