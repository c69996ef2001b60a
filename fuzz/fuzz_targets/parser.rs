//! See `omm_imap::fuzz::parser`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_imap::fuzz::parser(data));
