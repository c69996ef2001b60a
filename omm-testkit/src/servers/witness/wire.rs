//! Commands out, responses in, one socket. Literals are read to the byte (RFC 3501 §4.3).

use super::value::{self, Value};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A server that says nothing for so long is stuck, and so would the test be.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Wire {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    tags: u32,
    /// Whether a literal may be sent without asking (RFC 7888, LITERAL+).
    pub(super) sends_freely: bool,
}

/// A part of a command.
pub(super) enum Part<'a> {
    Text(&'a str),
    Literal(&'a [u8]),
}

/// A response: text, and literals where there were some.
pub(super) struct Response {
    pieces: Vec<Piece>,
}

pub(super) enum Piece {
    Text(Vec<u8>),
    Literal(Vec<u8>),
}

impl Wire {
    /// Connects and takes the greeting.
    pub(super) fn connect(host: &str, port: u16) -> io::Result<(Self, Response)> {
        let writer = TcpStream::connect((host, port))?;
        writer.set_nodelay(true)?;
        writer.set_read_timeout(Some(PATIENCE))?;
        writer.set_write_timeout(Some(PATIENCE))?;
        let reader = BufReader::with_capacity(1 << 17, writer.try_clone()?);
        let mut wire = Self { reader, writer, tags: 0, sends_freely: false };
        let greeting = wire.response()?;
        Ok((wire, greeting))
    }

    /// Sends a command and hands every untagged response to `each`, until the server says OK.
    ///
    /// # Errors
    /// NO and BAD are errors, with what the server said.
    pub(super) fn command(
        &mut self,
        parts: &[Part<'_>],
        mut each: impl FnMut(Response) -> io::Result<()>,
    ) -> io::Result<String> {
        let tag = self.send(parts)?;
        loop {
            let response = self.response()?;
            let line = response.line();
            match line.strip_prefix(&format!("{tag} ")) {
                Some(status) if status.starts_with("OK") => return Ok(status.to_owned()),
                Some(status) => return Err(refused(parts, status)),
                None if line.starts_with("* BYE") && !is_logout(parts) => return Err(refused(parts, &line)),
                None => each(response)?,
            }
        }
    }

    fn send(&mut self, parts: &[Part<'_>]) -> io::Result<String> {
        self.tags += 1;
        let tag = format!("w{}", self.tags);
        let mut out = format!("{tag} ").into_bytes();
        for part in parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                Part::Literal(bytes) if self.sends_freely => {
                    out.extend_from_slice(format!("{{{}+}}\r\n", bytes.len()).as_bytes());
                    out.extend_from_slice(bytes);
                }
                Part::Literal(bytes) => {
                    out.extend_from_slice(format!("{{{}}}\r\n", bytes.len()).as_bytes());
                    self.writer.write_all(&out)?;
                    self.wait_for_continuation(parts, &tag)?;
                    out = bytes.to_vec();
                }
            }
        }
        out.extend_from_slice(b"\r\n");
        self.writer.write_all(&out)?;
        Ok(tag)
    }

    fn wait_for_continuation(&mut self, parts: &[Part<'_>], tag: &str) -> io::Result<()> {
        loop {
            let line = self.response()?.line();
            if line.starts_with('+') {
                return Ok(());
            }
            if line.starts_with(tag) {
                return Err(refused(parts, &line));
            }
        }
    }

    fn response(&mut self) -> io::Result<Response> {
        let mut pieces = Vec::new();
        loop {
            let mut line = Vec::new();
            self.reader.read_until(b'\n', &mut line)?;
            if !line.ends_with(b"\r\n") {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
            }
            line.truncate(line.len() - 2);
            let Some((text, size)) = literal_announced(&line) else {
                pieces.push(Piece::Text(line));
                return Ok(Response { pieces });
            };
            let mut literal = Vec::with_capacity(size);
            (&mut self.reader).take(size as u64).read_to_end(&mut literal)?;
            if literal.len() < size {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a literal was cut short"));
            }
            line.truncate(text);
            pieces.push(Piece::Text(line));
            pieces.push(Piece::Literal(literal));
        }
    }
}

impl Response {
    /// Its first line.
    pub(super) fn line(&self) -> String {
        match self.pieces.first() {
            Some(Piece::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        }
    }

    /// It all, read as values.
    pub(super) fn values(self) -> Vec<Value> {
        value::read(self.pieces)
    }
}

/// Where the text before `{n}` or `~{n}` at the end of a line ends, and n.
fn literal_announced(line: &[u8]) -> Option<(usize, usize)> {
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    let digits = line.get(open + 1..)?.strip_suffix(b"}")?;
    let size = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let tilde = open > 0 && line[open - 1] == b'~';
    Some((if tilde { open - 1 } else { open }, size))
}

fn is_logout(parts: &[Part<'_>]) -> bool {
    matches!(parts, [Part::Text("LOGOUT")])
}

/// Names the command by its first words; a password is in no error.
fn refused(parts: &[Part<'_>], status: &str) -> io::Error {
    let command = match parts.first() {
        Some(Part::Text(text)) if text.starts_with("LOGIN") => "LOGIN",
        Some(Part::Text(text)) if text.starts_with("AUTHENTICATE") => "AUTHENTICATE",
        Some(Part::Text(text)) => text,
        _ => "",
    };
    let command: String = command.chars().take(120).collect();
    io::Error::other(format!("{command}: {status}"))
}
