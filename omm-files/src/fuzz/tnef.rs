/// Whatever the bytes, a stream is read as far as it goes, or refused; behind a signature too.
pub fn tnef(data: &[u8]) {
    let _ = crate::tnef::read(data, None);
    let signed = [&[0x78, 0x9F, 0x3E, 0x22, 0, 0], data].concat();
    if let Ok(tnef) = crate::tnef::read(&signed, None) {
        super::msg::read(&tnef.message, 0);
    }
}
