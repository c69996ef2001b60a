//! See `omm_imap::fuzz::names`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_imap::fuzz::names(data));
