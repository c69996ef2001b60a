//! Bytes into lines.

/// Longer lines are nobody's: neither a command nor an answer to a challenge.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Input {
    buffer: Vec<u8>,
    /// Where the line that is being read begins; what is before it is done with.
    start: usize,
    /// Up to where no line end was found.
    seen: usize,
}

impl Input {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            // Once for all the lines that came together.
            self.buffer.drain(..self.start);
            self.seen -= self.start;
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Something has come that is not done with.
    pub(crate) fn is_within(&self) -> bool {
        self.buffer.len() > self.start
    }

    /// More has come without a line end than any line has.
    pub(crate) fn is_endless(&self) -> bool {
        self.buffer.len() - self.start > LONGEST
    }

    /// Whatever has come and was not used.
    pub(crate) fn take_rest(&mut self) -> Vec<u8> {
        let rest = self.buffer.split_off(self.start);
        *self = Self::default();
        rest
    }

    /// A whole line, without its end.
    pub(crate) fn next(&mut self) -> Option<Vec<u8>> {
        let Some(end) = self.buffer[self.seen..].iter().position(|byte| *byte == b'\n') else {
            self.seen = self.buffer.len();
            return None;
        };
        let end = self.seen + end;
        let line = &self.buffer[self.start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        (self.start, self.seen) = (end + 1, end + 1);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_however_the_bytes_are_cut() {
        let bytes = b"USER ann\r\n\r\nPASS  x \nQU";
        for cut in 0..=bytes.len() {
            let mut input = Input::default();
            let mut lines = Vec::new();
            for piece in [&bytes[..cut], &bytes[cut..]] {
                input.push(piece);
                lines.extend(std::iter::from_fn(|| input.next()));
            }
            assert_eq!(lines, [&b"USER ann"[..], b"", b"PASS  x "], "{cut}");
            assert!(input.is_within() && input.take_rest() == b"QU", "{cut}");
        }
    }
}
