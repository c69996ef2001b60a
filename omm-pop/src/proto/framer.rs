//! Where a line ends and where a message ends, however the network cuts the bytes.

use bytes::{Buf, Bytes, BytesMut};

/// What came is no POP3, or more of it than allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) String);

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes of the message, as they were before stuffing.
    Data(Bytes),
    /// The lone dot came.
    End,
}

/// Cuts what arrives into lines and messages. The caller says which of the two comes next.
pub(super) struct Framer {
    /// What arrived and was not given out.
    arrived: Bytes,
    /// The beginning of a line whose end has not come.
    begun: BytesMut,
    longest_line: usize,
    at: At,
    /// The last line ended with LF alone.
    is_bare: bool,
}

/// Where in a message we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    LineStart,
    InLine,
    /// A CR was given out; if LF follows, a line ends.
    Return,
    /// A dot at the beginning of a line is held back.
    Dot,
    /// The same with a CR behind it.
    DotReturn,
}

impl Framer {
    pub(super) fn new(longest_line: usize) -> Self {
        Self {
            arrived: Bytes::new(),
            begun: BytesMut::new(),
            longest_line,
            at: At::LineStart,
            is_bare: false,
        }
    }

    /// Takes what came. Only when everything before was asked for is nothing copied.
    pub(super) fn receive(&mut self, bytes: Bytes) {
        if self.arrived.is_empty() {
            self.arrived = bytes;
            return;
        }
        let mut all = BytesMut::with_capacity(self.arrived.len() + bytes.len());
        all.extend_from_slice(&self.arrived);
        all.extend_from_slice(&bytes);
        self.arrived = all.freeze();
    }

    /// Whether bytes are there that nobody asked for.
    pub(super) fn has_rest(&self) -> bool {
        !self.arrived.is_empty() || !self.begun.is_empty()
    }

    /// The next line without its end; nothing while it has not ended. A bare LF ends one too: only CRLF is legal, and
    /// nothing else can be meant.
    pub(super) fn line(&mut self) -> Result<Option<Bytes>, Broken> {
        let end = memchr::memchr(b'\n', &self.arrived);
        let len = self.begun.len() + end.unwrap_or(self.arrived.len());
        if len > self.longest_line {
            return Err(Broken(format!("a line of more than {} bytes", self.longest_line)));
        }
        let Some(end) = end else {
            self.begun.extend_from_slice(&self.arrived);
            self.arrived.clear();
            return Ok(None);
        };
        let mut line = self.arrived.split_to(end);
        self.arrived.advance(1);
        if !self.begun.is_empty() {
            self.begun.extend_from_slice(&line);
            line = self.begun.split().freeze();
        }
        self.is_bare = line.last() != Some(&b'\r');
        if !self.is_bare {
            line.truncate(line.len() - 1);
        }
        Ok(Some(line))
    }

    /// The next piece of a message; nothing while more must come. After [`Piece::End`] a line comes next.
    ///
    /// RFC 1939 §3: a line that begins with a dot has one more dot in front. Lines end with CRLF and nothing else: a
    /// bare LF is a byte of the message, and what follows it is not stuffed. Unless the line before the message ended with
    /// a bare LF: seen on servers that end all of theirs so.
    pub(super) fn piece(&mut self) -> Option<Piece> {
        while let Some(&next) = self.arrived.first() {
            match (self.at, next) {
                (At::LineStart, b'.') => self.pass(At::Dot),
                (At::Dot, b'\r') => self.pass(At::DotReturn),
                // A server that ends its lines with LF cannot mean a line of the message: that would be stuffed.
                (At::Dot | At::DotReturn, b'\n') => {
                    self.pass(At::LineStart);
                    return Some(Piece::End);
                }
                // A line of the message that begins with a dot, which was doubled; or should have been.
                (At::Dot, _) => self.at = At::InLine,
                (At::DotReturn, _) => {
                    self.at = At::Return;
                    return Some(Piece::Data(Bytes::from_static(b"\r")));
                }
                (At::LineStart | At::InLine | At::Return, _) => return Some(Piece::Data(self.run())),
            }
        }
        None
    }

    fn pass(&mut self, at: At) {
        self.arrived.advance(1);
        self.at = at;
    }

    /// Everything up to the next line that begins with a dot.
    fn run(&mut self) -> Bytes {
        let stop = self.stop();
        let run = self.arrived.split_to(stop.unwrap_or(self.arrived.len()));
        self.at = match (run.as_ref(), stop) {
            (_, Some(_)) | ([.., b'\r', b'\n'], _) => At::LineStart,
            ([.., b'\n'], _) if self.is_bare => At::LineStart,
            ([b'\n'], _) if self.at == At::Return => At::LineStart,
            ([.., b'\r'], _) => At::Return,
            _ => At::InLine,
        };
        run
    }

    /// Where the next line that begins with a dot begins.
    fn stop(&self) -> Option<usize> {
        // The line before may have ended with the last byte of the chunk before.
        if self.at == At::Return && self.arrived.starts_with(b"\n.") {
            return Some(1);
        }
        let end: &[u8] = if self.is_bare { b"\n." } else { b"\r\n." };
        memchr::memmem::find(&self.arrived, end).map(|at| at + end.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8], cuts: &[usize]) -> (Vec<u8>, bool, Vec<u8>) {
        let mut framer = Framer::new(100);
        let (mut body, mut ended, mut from) = (Vec::new(), false, 0);
        for to in cuts.iter().copied().chain([bytes.len()]) {
            framer.receive(Bytes::copy_from_slice(&bytes[from..to]));
            from = to;
            while !ended {
                match framer.piece() {
                    Some(Piece::Data(piece)) => {
                        assert!(!piece.is_empty());
                        body.extend_from_slice(&piece);
                    }
                    Some(Piece::End) => ended = true,
                    None => break,
                }
            }
        }
        (body, ended, framer.arrived.to_vec())
    }

    #[test]
    fn a_message_is_the_same_however_it_is_cut() {
        for (stuffed, expected, rest) in [
            ("a\r\n.\r\n", "a\r\n", ""),
            (".\r\n", "", ""),
            (".\r\n+OK\r\n", "", "+OK\r\n"),
            ("a\r\n..\r\n...b\r\n..c.\r\n.\r\n", "a\r\n.\r\n..b\r\n.c.\r\n", ""),
            // Not stuffed, though it should be.
            ("a\r\n.b\r\n.\r\n", "a\r\nb\r\n", ""),
            // Bare line feeds and returns are bytes like others.
            ("a\n.\nb\n.c\n\r\n.\r\n", "a\n.\nb\n.c\n\r\n", ""),
            ("a\r.\r\rb\r\r\n..\r\r\n.\r\n", "a\r.\r\rb\r\r\n.\r\r\n", ""),
            ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", ""),
            ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", ""),
            // Seen: servers that end their lines with LF.
            ("a\r\n.\n+OK", "a\r\n", "+OK"),
            ("\r\n\r\n.\r\n", "\r\n\r\n", ""),
            ("\n.\r\n\r\n.\r\n", "\n.\r\n\r\n", ""),
        ] {
            let stuffed = stuffed.as_bytes();
            let expected = (expected.as_bytes().to_vec(), true, rest.as_bytes().to_vec());
            assert_eq!(message(stuffed, &[]), expected, "{stuffed:?}");
            for one in 0..=stuffed.len() {
                for two in one..=stuffed.len() {
                    assert_eq!(message(stuffed, &[one, two]), expected, "{stuffed:?} at {one} and {two}");
                }
            }
        }
    }

    /// Seen: servers that end all their lines with LF, and stuff what begins one.
    #[test]
    fn a_server_with_bare_line_feeds_means_them() {
        let stuffed = b"+OK\na\n..b\n\r\n..\r\n.c\n.\n+OK\n";
        for cut in 0..=stuffed.len() {
            let mut framer = Framer::new(10);
            let (mut lines, mut body, mut ended) = (Vec::new(), Vec::new(), false);
            for part in [&stuffed[..cut], &stuffed[cut..]] {
                framer.receive(Bytes::copy_from_slice(part));
                if lines.is_empty() {
                    lines.extend(framer.line().expect("short enough"));
                }
                while !lines.is_empty()
                    && !ended
                    && let Some(piece) = framer.piece()
                {
                    match piece {
                        Piece::Data(piece) => body.extend_from_slice(&piece),
                        Piece::End => ended = true,
                    }
                }
            }
            assert_eq!(framer.line(), Ok(Some(Bytes::from_static(b"+OK"))), "cut at {cut}");
            assert_eq!(body, b"a\n.b\n\r\n.\r\nc\n");
        }
    }

    #[test]
    fn lines_are_the_same_however_they_are_cut_and_not_too_long() {
        let bytes = b"+OK\r\na b\n\r\n-ERR x\r\nhalf";
        for cut in 0..=bytes.len() {
            let mut framer = Framer::new(7);
            let mut lines = Vec::new();
            for part in [&bytes[..cut], &bytes[cut..]] {
                framer.receive(Bytes::copy_from_slice(part));
                while let Some(line) = framer.line().expect("short enough") {
                    lines.push(line);
                }
            }
            assert_eq!(lines, ["+OK", "a b", "", "-ERR x"]);
            assert!(framer.has_rest());
        }
        let mut framer = Framer::new(5);
        framer.receive(Bytes::from_static(b"123"));
        assert_eq!(framer.line(), Ok(None));
        framer.receive(Bytes::from_static(b"456"));
        assert!(framer.line().is_err());
    }
}
