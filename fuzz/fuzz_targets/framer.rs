//! See `omm_imap::fuzz::framer`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_imap::fuzz::framer(data));
