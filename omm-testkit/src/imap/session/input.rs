//! Bytes into commands: lines, and the literals inside them.

/// What was found in the bytes so far.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A whole command, literals included, without its line end.
    Command(Vec<u8>),
    /// The client announces a literal; nothing goes on until it is let in or dropped.
    Announced(Announced),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    pub(crate) size: u64,
    /// `{n}`: the client waits to be asked.
    pub(crate) waits: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Input {
    buffer: Vec<u8>,
    /// Where the command that is being read begins; what is before it is done with.
    start: usize,
    /// Where the line that is being read begins: after the last literal.
    line: usize,
    /// Up to where no line end was found.
    seen: usize,
    announced: bool,
}

impl Input {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            // Once for all the commands that came together.
            self.buffer.drain(..self.start);
            self.line -= self.start;
            self.seen = self.seen.saturating_sub(self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// In the middle of a command.
    pub(crate) fn is_within(&self) -> bool {
        self.buffer.len() > self.start
    }

    /// Whatever has come and was not used.
    pub(crate) fn take_rest(&mut self) -> Vec<u8> {
        let rest = self.buffer.split_off(self.start);
        *self = Self::default();
        rest
    }

    /// What has come of the command that is being read.
    pub(crate) fn beginning(&self) -> &[u8] {
        &self.buffer[self.start..self.line.min(self.buffer.len())]
    }

    pub(crate) fn next(&mut self) -> Option<Frame> {
        if self.announced || self.buffer.len() < self.line {
            return None;
        }
        let from = self.seen.max(self.line);
        let Some(end) = self.buffer[from..].iter().position(|byte| *byte == b'\n') else {
            self.seen = self.buffer.len();
            return None;
        };
        let end = from + end;
        if let Some(announced) = announcement(&self.buffer[self.line..end]) {
            self.line = end + 1;
            self.announced = true;
            return Some(Frame::Announced(announced));
        }
        let has_cr = end > self.line && self.buffer[end - 1] == b'\r';
        let command = self.buffer[self.start..end - usize::from(has_cr)].to_vec();
        self.begin(end + 1);
        Some(Frame::Command(command))
    }

    /// Lets the announced literal in.
    pub(crate) fn admit(&mut self, announced: Announced) {
        self.announced = false;
        self.line = self.line.saturating_add(usize::try_from(announced.size).unwrap_or(usize::MAX));
    }

    /// Forgets the command that has announced a literal which is not wanted.
    pub(crate) fn drop_command(&mut self) {
        self.announced = false;
        self.begin(self.line);
    }

    fn begin(&mut self, at: usize) {
        (self.start, self.line, self.seen) = (at, at, at);
    }
}

/// `{12}`, `{12+}` at the end of a line.
fn announcement(line: &[u8]) -> Option<Announced> {
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    let inner = &line[open + 1..];
    let (digits, waits) = inner.strip_suffix(b"+").map_or((inner, true), |digits| (digits, false));
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(Announced { size, waits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(cut: usize) -> Vec<Frame> {
        let bytes = b"a NOOP\r\nb APPEND x {3}\r\n\r\n} {2+}\r\nhi\r\n";
        let mut input = Input::default();
        let mut frames = Vec::new();
        for piece in [&bytes[..cut], &bytes[cut..]] {
            input.push(piece);
            while let Some(frame) = input.next() {
                if let Frame::Announced(announced) = &frame {
                    input.admit(*announced);
                }
                frames.push(frame);
            }
        }
        assert!(!input.is_within());
        frames
    }

    #[test]
    fn commands_are_the_same_however_the_bytes_are_cut() {
        let whole = frames(0);
        assert_eq!(whole.len(), 4);
        assert_eq!(whole[0], Frame::Command(b"a NOOP".to_vec()));
        assert_eq!(whole[3], Frame::Command(b"b APPEND x {3}\r\n\r\n} {2+}\r\nhi".to_vec()));
        for cut in 1..38 {
            assert_eq!(frames(cut), whole, "{cut}");
        }
    }
}
