//! See `omm_content::fuzz::calendar_read`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| omm_content::fuzz::calendar_read(data));
