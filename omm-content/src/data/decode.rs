//! Base64 as it stands in a text, decoded while it is read.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use std::io::{self, BufRead, Read};

/// Letters that are decoded at a time: whole groups of four.
const CHUNK: usize = 64 << 10;

/// Seen: padding that is missing, and bits in the last letter that mean nothing.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads what a text in base64 says.
pub(super) struct Decoder<R> {
    /// The letters that are not decoded yet.
    text: R,
    ready: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Decoder<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, ready: Vec::new(), at: 0 }
    }

    /// Decodes the next letters; nothing is ready at the end.
    fn advance(&mut self) -> io::Result<()> {
        let mut letters = Vec::with_capacity(CHUNK);
        loop {
            let rest = self.text.fill_buf()?;
            let room = CHUNK - letters.len();
            let mut passed = 0;
            for byte in rest.iter().take(room).take_while(|byte| **byte != b'=') {
                passed += 1;
                if !byte.is_ascii_whitespace() {
                    letters.push(*byte);
                }
            }
            let is_over = rest.is_empty() || rest.get(passed) == Some(&b'=');
            self.text.consume(passed);
            if is_over || letters.len() == CHUNK {
                break;
            }
        }
        (self.at, self.ready) = (0, Vec::new());
        FORGIVING
            .decode_vec(&letters, &mut self.ready)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.advance()?;
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        for (to, from) in into.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += count;
        Ok(count)
    }
}

/// How many bytes it stands for.
pub(super) fn size(text: &[u8]) -> u64 {
    let letters = text.iter().take_while(|byte| **byte != b'=').filter(|byte| !byte.is_ascii_whitespace());
    letters.count() as u64 * 3 / 4
}

/// Whether it is base64 to its end.
pub(super) fn is_base64(text: &[u8]) -> bool {
    let (mut letters, mut ended) = (0_usize, false);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'=' => ended = true,
            _ if ended => return false,
            _ if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') => letters += 1,
            _ => return false,
        }
    }
    letters % 4 != 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_bytes_and_others_are_found() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("YWJj", Some(b"abc")),
            ("YW Jj\r\n\tZA==", Some(b"abcd")),
            ("YWJjZA", Some(b"abcd")),
            ("YWJjZB==", Some(b"abcd")),
            ("YWJjZ", None),
            ("YW-j", None),
            ("YQ==YQ==", None),
        ] {
            assert_eq!(is_base64(text.as_bytes()), bytes.is_some(), "{text}");
            let Some(bytes) = bytes else { continue };
            let mut read = Vec::new();
            Decoder::new(text.as_bytes()).read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes, "{text}");
            assert_eq!(size(text.as_bytes()), bytes.len() as u64, "{text}");
        }
    }

    #[test]
    fn long_ones_are_decoded_piece_by_piece() {
        let bytes: Vec<u8> = (0..CHUNK * 2 + 5).map(|at| at as u8).collect();
        let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
        let folded = text.as_bytes().chunks(74).map(|line| String::from_utf8_lossy(line).into_owned());
        let folded = folded.collect::<Vec<_>>().join("\r\n ");
        let mut read = Vec::new();
        Decoder::new(folded.as_bytes()).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        // Where it lies in a file it comes in pieces of any length.
        for room in [1, 2, 3, 73, CHUNK] {
            let mut read = Vec::new();
            let text = std::io::BufReader::with_capacity(room, folded.as_bytes());
            Decoder::new(text).read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes, "{room} at a time");
        }
    }
}
