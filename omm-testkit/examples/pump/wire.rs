//! A connection: lines, literals, commands that are waited for.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    net::TcpStream,
};

const BUFFER: usize = 1 << 18;

/// Where to log in, and as whom.
pub(crate) struct Account {
    host: String,
    port: u16,
    login: String,
    password: String,
}

/// Both directions, which two threads may hold.
pub(crate) struct Connection {
    pub(crate) input: Input,
    pub(crate) output: BufWriter<TcpStream>,
}

pub(crate) struct Input(BufReader<TcpStream>);

impl Account {
    /// From `HOST:PORT:LOGIN:PASSWORD`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.splitn(4, ':').collect();
        let &[host, port, login, password] = parts.as_slice() else {
            return Err("an account is HOST:PORT:LOGIN:PASSWORD".to_owned());
        };
        let port = port.parse().map_err(|_| format!("{port:?} is no port"))?;
        Ok(Self { host: host.to_owned(), port, login: login.to_owned(), password: password.to_owned() })
    }
}

impl Connection {
    /// Connects and logs in.
    pub(crate) fn open(account: &Account) -> io::Result<Self> {
        let stream = TcpStream::connect((&*account.host, account.port))?;
        stream.set_nodelay(true)?;
        let input = Input(BufReader::with_capacity(BUFFER, stream.try_clone()?));
        let mut connection = Self { input, output: BufWriter::with_capacity(BUFFER, stream) };
        connection.input.line()?;
        connection.command(&format!("LOGIN \"{}\" \"{}\"", account.login, account.password))?;
        Ok(connection)
    }

    /// Sends a command and gives the untagged lines before its OK, literals within them as quoted strings.
    pub(crate) fn command(&mut self, command: &str) -> io::Result<Vec<Vec<u8>>> {
        write!(self.output, "w {command}\r\n")?;
        self.output.flush()?;
        let mut lines = Vec::new();
        loop {
            let line = self.input.line_of_strings()?;
            match line.strip_prefix(b"w ") {
                Some(status) => return ok(status).map(|()| lines),
                None => lines.push(line),
            }
        }
    }
}

impl Input {
    /// A line without its end.
    pub(crate) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\r\n") {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        line.truncate(line.len() - 2);
        Ok(line)
    }

    /// The literal that a line has announced.
    pub(crate) fn literal(&mut self, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size);
        (&mut self.0).take(size as u64).read_to_end(&mut bytes)?;
        if bytes.len() < size {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a literal was cut short"));
        }
        Ok(bytes)
    }

    fn line_of_strings(&mut self) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        loop {
            let line = self.line()?;
            let Some((text, size)) = announced(&line) else {
                whole.extend(line);
                return Ok(whole);
            };
            whole.extend(&line[..text]);
            whole.push(b'"');
            for byte in self.literal(size)? {
                if matches!(byte, b'"' | b'\\') {
                    whole.push(b'\\');
                }
                whole.push(byte);
            }
            whole.push(b'"');
        }
    }
}

/// Where the text before `{n}` at the end of a line ends, and n (RFC 3501 §4.3).
pub(crate) fn announced(line: &[u8]) -> Option<(usize, usize)> {
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    let digits = line.get(open + 1..)?.strip_suffix(b"}")?;
    Some((open, std::str::from_utf8(digits).ok()?.parse().ok()?))
}

/// An error with what the server said, unless that is OK.
pub(crate) fn ok(status: &[u8]) -> io::Result<()> {
    if status.starts_with(b"OK") {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(status).into_owned()))
}
