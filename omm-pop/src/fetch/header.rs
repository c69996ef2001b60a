//! The header of a message that passes by.

/// Real headers are far below.
const LONGEST: usize = 256 << 10;

/// The bytes up to the first empty line, and no more of them than are good for something.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) bytes: Vec<u8>,
    is_over: bool,
}

impl Header {
    /// Takes the next bytes of the message.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        // An empty line may have begun in what came before.
        let from = self.bytes.len().saturating_sub(3);
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(LONGEST - self.bytes.len())]);
        if let Some(end) = end(&self.bytes[from..]) {
            self.bytes.truncate(from + end);
            self.is_over = true;
        }
        self.is_over |= self.bytes.len() >= LONGEST;
    }
}

/// Behind the line end before the first empty line; line ends may be bare.
fn end(bytes: &[u8]) -> Option<usize> {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    ends.find(|at| bytes[at + 1..].starts_with(b"\n") || bytes[at + 1..].starts_with(b"\r\n"))
        .map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_at_the_first_empty_line_however_it_is_cut() {
        for (message, expected) in [
            ("A: b\r\nC: d\r\n\r\nbody\r\n\r\n", "A: b\r\nC: d\r\n"),
            ("A: b\n\nbody", "A: b\n"),
            ("A: b\n\r\nbody", "A: b\n"),
            ("A: b\r\nC", "A: b\r\nC"),
        ] {
            for cut in 0..=message.len() {
                let mut header = Header::default();
                header.take(&message.as_bytes()[..cut]);
                header.take(&message.as_bytes()[cut..]);
                assert_eq!(String::from_utf8_lossy(&header.bytes), expected, "cut at {cut}");
            }
        }
    }

    #[test]
    fn no_more_is_kept_than_allowed() {
        let mut header = Header::default();
        (0..100).for_each(|_| header.take(&[b'x'; 10_000]));
        assert_eq!(header.bytes.len(), LONGEST);
    }
}
