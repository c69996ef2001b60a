//! How what came so far ends.

/// A line that ends with a bare LF, and the dot that was to end the message.
const BARE_END: &[u8; 4] = b"\n.\r\n";

/// The last bytes of a message that passes by.
#[derive(Debug, Default)]
pub(super) struct Tail([u8; BARE_END.len()]);

impl Tail {
    /// Takes the next bytes of the message.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let new = bytes.len().min(self.0.len());
        self.0.rotate_left(new);
        let from = self.0.len() - new;
        self.0[from..].copy_from_slice(&bytes[bytes.len() - new..]);
    }

    /// Whether its server may mean that this was all. A line that ended with CRLF is not among these: behind it the dot would
    /// have been the end, and not come with the message.
    pub(super) fn is_bare_end(&self) -> bool {
        self.0 == *BARE_END
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_seen_however_it_is_cut() {
        for (message, expected) in
            [("a\n.\r\n", true), ("\n.\r\n", true), ("a\n.\r\nb", false), (".\r\n", false), ("", false)]
        {
            for cut in 0..=message.len() {
                let mut tail = Tail::default();
                tail.take(&message.as_bytes()[..cut]);
                tail.take(&message.as_bytes()[cut..]);
                assert_eq!(tail.is_bare_end(), expected, "{message:?} cut at {cut}");
            }
        }
    }
}
