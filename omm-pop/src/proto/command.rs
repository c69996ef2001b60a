//! What we can say to a server.

use bytes::Bytes;
use std::fmt;
use zeroize::Zeroizing;

/// A command. **There is none that deletes**: what is not in this type cannot be sent, and a session that ends by
/// [`Command::quit`] has marked nothing (RFC 1939 §6).
pub(crate) struct Command {
    name: &'static str,
    /// The line, without its end. Wiped, since it may say a password.
    line: Zeroizing<Vec<u8>>,
    pub(super) answer: Answer,
    is_secret: bool,
}

/// What a server says to a command that it obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A line.
    Line,
    /// A line, then lines until a lone dot.
    Lines,
    /// A line, then a message until a lone dot.
    Message,
    /// Any number of challenges, then a line (RFC 5034 §4).
    Challenges,
}

/// A text that cannot be sent: it would end the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsendable;

impl Command {
    /// RFC 2449 §5.
    pub(crate) fn capa() -> Self {
        Self::bare("CAPA", Answer::Lines)
    }

    /// RFC 2595 §4.
    pub(crate) fn stls() -> Self {
        Self::bare("STLS", Answer::Line)
    }

    /// RFC 6856 §2.1.
    pub(crate) fn utf8() -> Self {
        Self::bare("UTF8", Answer::Line)
    }

    /// RFC 1939 §7.
    pub(crate) fn user(login: &str) -> Result<Self, Unsendable> {
        Ok(Self { is_secret: false, ..Self::with("USER", login, Answer::Line)? })
    }

    /// RFC 1939 §7. A blank in it is a part of it.
    pub(crate) fn pass(word: &str) -> Result<Self, Unsendable> {
        Self::with("PASS", word, Answer::Line)
    }

    /// RFC 1939 §7.
    pub(crate) fn apop(login: &str, digest: &str) -> Result<Self, Unsendable> {
        Self::with("APOP", &format!("{login} {digest}"), Answer::Line)
    }

    /// RFC 5034 §4; with what we say first, in base64, if the line does not become too long for that.
    pub(crate) fn auth(mechanism: &str, initial: Option<&str>) -> Self {
        let line = match initial {
            // An empty one is written as `=`.
            Some("") => format!("AUTH {mechanism} ="),
            Some(initial) => format!("AUTH {mechanism} {initial}"),
            None => format!("AUTH {mechanism}"),
        };
        Self { name: "AUTH", line: line.into_bytes().into(), answer: Answer::Challenges, is_secret: true }
    }

    /// RFC 1939 §5: number and size of each message.
    pub(crate) fn list() -> Self {
        Self::bare("LIST", Answer::Lines)
    }

    /// RFC 1939 §7: number and unique id of each message.
    pub(crate) fn uidl() -> Self {
        Self::bare("UIDL", Answer::Lines)
    }

    /// RFC 1939 §5: a whole message.
    pub(crate) fn retr(number: u32) -> Self {
        Self { line: format!("RETR {number}").into_bytes().into(), ..Self::bare("RETR", Answer::Message) }
    }

    /// RFC 1939 §7: the header of a message, and no line of what follows.
    pub(crate) fn top(number: u32) -> Self {
        Self { line: format!("TOP {number} 0").into_bytes().into(), ..Self::bare("TOP", Answer::Message) }
    }

    /// The same with every line of what follows, if there are not more than any message has.
    pub(crate) fn top_all(number: u32) -> Self {
        Self {
            line: format!("TOP {number} {}", i32::MAX).into_bytes().into(),
            ..Self::bare("TOP", Answer::Message)
        }
    }

    /// RFC 1939 §5.
    pub(crate) fn noop() -> Self {
        Self::bare("NOOP", Answer::Line)
    }

    /// RFC 1939 §6.
    pub(crate) fn quit() -> Self {
        Self::bare("QUIT", Answer::Line)
    }

    /// Whether a server may take it for reading a message.
    pub(crate) fn reads(&self) -> bool {
        self.answer == Answer::Message
    }

    /// The bytes to send.
    pub(super) fn bytes(&self) -> Bytes {
        sent(&self.line)
    }

    fn bare(name: &'static str, answer: Answer) -> Self {
        Self { name, line: name.as_bytes().to_vec().into(), answer, is_secret: false }
    }

    fn with(name: &'static str, argument: &str, answer: Answer) -> Result<Self, Unsendable> {
        if argument.contains(['\r', '\n', '\0']) {
            return Err(Unsendable);
        }
        Ok(Self { name, line: format!("{name} {argument}").into_bytes().into(), answer, is_secret: true })
    }
}

/// A line with its end, wiped when it was sent.
pub(super) fn sent(line: &[u8]) -> Bytes {
    let mut bytes = Zeroizing::new(Vec::with_capacity(line.len() + 2));
    bytes.extend_from_slice(line);
    bytes.extend_from_slice(b"\r\n");
    Bytes::from_owner(bytes)
}

impl fmt::Debug for Command {
    /// Without what is secret, in every build.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret {
            return write!(f, "{} …", self.name);
        }
        f.write_str(&String::from_utf8_lossy(&self.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Command> {
        vec![
            Command::capa(),
            Command::stls(),
            Command::utf8(),
            Command::user("anna").expect("a login"),
            Command::pass("ge he im").expect("a password"),
            Command::apop("anna", "c4c9334bac560ecc979e58001b3e22fb").expect("a digest"),
            Command::auth("PLAIN", Some("AGEAYg==")),
            Command::auth("PLAIN", Some("")),
            Command::auth("XOAUTH2", None),
            Command::list(),
            Command::uidl(),
            Command::retr(7),
            Command::top(7),
            Command::top_all(7),
            Command::quit(),
        ]
    }

    #[test]
    fn commands_as_they_are_sent() {
        let sent: Vec<_> =
            all().iter().map(|command| String::from_utf8_lossy(&command.bytes()).into_owned()).collect();
        let expected = [
            "CAPA",
            "STLS",
            "UTF8",
            "USER anna",
            "PASS ge he im",
            "APOP anna c4c9334bac560ecc979e58001b3e22fb",
            "AUTH PLAIN AGEAYg==",
            "AUTH PLAIN =",
            "AUTH XOAUTH2",
            "LIST",
            "UIDL",
            "RETR 7",
            "TOP 7 0",
            "TOP 7 2147483647",
            "QUIT",
        ];
        assert_eq!(sent, expected.map(|line| format!("{line}\r\n")));
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        let shown = format!("{:?}", all());
        for secret in ["ge he im", "c4c9", "AGEAYg"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("USER anna") && shown.contains("RETR 7"), "{shown}");
    }

    #[test]
    fn nothing_ends_a_line_early() {
        for text in ["a\r\nDELE 1", "a\nb", "a\0"] {
            assert_eq!(Command::user(text).err(), Some(Unsendable));
            assert_eq!(Command::pass(text).err(), Some(Unsendable));
            assert_eq!(Command::apop(text, "0").err(), Some(Unsendable));
        }
    }
}
