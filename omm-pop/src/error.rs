//! From what went wrong on a connection to the error with axes that core decides by. One table, tested row by row.

use crate::proto::{Broken, Status};
use omm_core::error::{Error, ErrorKind, Result, Retry, Scope, Side};
use std::{io, time::Duration};

/// What went wrong on a connection.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server answered -ERR.
    Refused(Status),
    /// The connection ended.
    Closed,
    /// What came is no POP3.
    Broken(String),
    Io(io::Error),
    /// Something on our side, or in front of the protocol.
    Ours(Error),
}

impl Trouble {
    /// Whether the server said nothing for too long.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(self, Self::Io(cause) if cause.kind() == io::ErrorKind::TimedOut)
    }
}

impl From<Broken> for Trouble {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken.0)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// What was being done when it went wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    pub(crate) operation: &'static str,
    /// How far a plain refusal reaches.
    scope: Scope,
    /// Whether a password is on its way.
    is_login: bool,
    /// The pause between two logins, where the server named one (RFC 2449 §6.5).
    delay: Option<Duration>,
}

impl Doing {
    pub(crate) fn account(operation: &'static str) -> Self {
        Self { operation, scope: Scope::Account, is_login: false, delay: None }
    }

    pub(crate) fn folder(operation: &'static str) -> Self {
        Self { scope: Scope::Folder, ..Self::account(operation) }
    }

    pub(crate) fn item(operation: &'static str) -> Self {
        Self { scope: Scope::Item, ..Self::account(operation) }
    }

    /// A login, on a server that wants so long a pause between two.
    pub(crate) fn login(delay: Option<Duration>) -> Self {
        Self { is_login: true, delay, ..Self::account("log in") }
    }

    /// The error for what went wrong.
    pub(crate) fn failed(self, trouble: Trouble) -> Error {
        let error = |kind, message: String| Error::new(kind, Side::Source, self.operation, message);
        match trouble {
            Trouble::Refused(status) => self.refused(&status),
            Trouble::Closed => error(ErrorKind::Unreachable, "the server closed the connection".to_owned()),
            Trouble::Broken(what) => error(ErrorKind::Protocol, format!("no POP3 that we can read: {what}")),
            Trouble::Io(cause) => {
                let silent = cause.kind() == io::ErrorKind::TimedOut;
                let message = if silent { "the server does not answer" } else { "the connection broke" };
                error(ErrorKind::Unreachable, message.to_owned()).caused_by(cause)
            }
            Trouble::Ours(ours) => ours,
        }
    }

    /// The error for a refusal.
    pub(crate) fn refused(self, status: &Status) -> Error {
        let Verdict { kind, scope, retry, message } = judge(status, self);
        let text = shown(status);
        let message = match message {
            Some(message) => format!("{message}; the server says {text:?}"),
            None => format!("the server says {text:?}"),
        };
        let error = Error::new(kind, Side::Source, self.operation, message).scope(scope).retry(retry);
        // RFC 2449 §8.1.1: it is about this mailbox.
        if status.code.as_deref() == Some("LOGIN-DELAY") { error.alone() } else { error }
    }
}

/// The value, or the error of what was being done.
pub(crate) trait Named<T> {
    fn doing(self, doing: Doing) -> Result<T>;
}

impl<T> Named<T> for Result<T, Trouble> {
    fn doing(self, doing: Doing) -> Result<T> {
        self.map_err(|trouble| doing.failed(trouble))
    }
}

/// Whether a refusal of a login says nothing but no: then it is about login and password, and asking again could lock
/// the account.
pub(crate) fn is_plain(status: &Status) -> bool {
    let verdict = judge(status, Doing::login(None));
    verdict.kind == ErrorKind::Denied && verdict.message.is_none()
}

struct Verdict {
    kind: ErrorKind,
    scope: Scope,
    retry: Retry,
    message: Option<&'static str>,
}

/// RFC 2449 §8.1, RFC 3206 §4, RFC 6856 §5, and what servers say instead.
fn judge(status: &Status, doing: Doing) -> Verdict {
    use ErrorKind::*;
    let verdict = |kind, scope, retry, message| Verdict { kind, scope, retry, message };
    let text = status.text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let scope = doing.scope;
    match status.code.as_deref() {
        // RFC 2449 §8.1.2. Only this account has to wait, so it is not said to the whole server's lane; a session that
        // was cut off holds its lock until the server gives it up, after ten minutes or more (RFC 1939 §3).
        Some("IN-USE") => return verdict(Unreachable, Scope::Account, Retry::Backoff, Some(IN_USE)),
        // RFC 2449 §8.1.1.
        Some("LOGIN-DELAY") => {
            let retry = doing.delay.map_or(Retry::Backoff, Retry::After);
            return verdict(Throttled, Scope::Account, retry, Some(TOO_SOON));
        }
        // RFC 3206 §4.
        Some("SYS/TEMP") => return verdict(Unreachable, scope, Retry::Backoff, None),
        Some("SYS/PERM") if scope == Scope::Item => return verdict(Rejected, scope, Retry::Never, None),
        Some("SYS/PERM") => return verdict(Denied, scope, Retry::Never, Some(BROKEN_MAILDROP)),
        // RFC 3206 §5.
        Some("AUTH") => return verdict(Auth, Scope::Account, Retry::Never, Some(WRONG_LOGIN)),
        // RFC 6856 §5.
        Some("UTF8") => return verdict(Rejected, scope, Retry::Never, None),
        _ => {}
    }
    if says(&[
        "maildrop already locked",
        "mailbox is locked",
        "maildrop lock",
        "mailbox in use",
        "already in use",
    ]) {
        return verdict(Unreachable, Scope::Account, Retry::Backoff, Some(IN_USE));
    }
    if says(&[
        "too many connections",
        "maximum number of connections",
        "too many sessions",
        "connection limit",
    ]) {
        // Who asks for a pause is asked a hundred times, who cannot be reached fifteen: a password goes with each.
        let kind = if doing.is_login { Unreachable } else { Throttled };
        return verdict(kind, Scope::Account, Retry::Backoff, Some(TOO_MANY));
    }
    // A password is sent again only where a code says that it may be (RFC 2449 §8, RFC 3206): a text can mean that the
    // account is locked, and for longer with every attempt.
    if doing.is_login && says(&["lock", "too many", "later", "temporar", "throttl", "rate limit"]) {
        return verdict(Denied, Scope::Account, Retry::Never, Some(LOCKED));
    }
    if says(&["try again later", "temporar", "throttl", "rate limit", "too many login"]) {
        return verdict(Throttled, Scope::Account, Retry::Backoff, None);
    }
    match scope {
        Scope::Account => verdict(Denied, scope, Retry::Never, None),
        _ => verdict(Rejected, scope, Retry::Never, None),
    }
}

pub(crate) const WRONG_LOGIN: &str = "the login was refused: check login and password (some providers want an app password, or POP3 switched on)";
const IN_USE: &str =
    "another session has the mailbox open: close other mail programs that read it by POP3, or wait";
const TOO_SOON: &str = "the server allows a login only after a pause";
const TOO_MANY: &str = "it allows no more connections: wait, or allow fewer at a time";
const LOCKED: &str = "the server lets nobody into this account now: it may be locked after wrong passwords; check login \
                      and password, wait, and then start again";
const BROKEN_MAILDROP: &str = "the server cannot give this mailbox: its administrator must look at it";

/// The server's words, with the code, not longer than a line.
fn shown(status: &Status) -> String {
    let text = match &status.code {
        Some(code) => format!("[{code}] {}", status.text),
        None => status.text.clone(),
    };
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None if clean.trim().is_empty() => "-ERR and nothing else".to_owned(),
        None => clean.trim().to_owned(),
    }
}

const LINE: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: &str, text: &str) -> Status {
        let code = (!code.is_empty()).then(|| code.to_owned());
        Status { ok: false, code, text: text.to_owned() }
    }

    #[test]
    fn the_table() {
        use ErrorKind::*;
        let (never, backoff) = (Retry::Never, Retry::Backoff);
        let pause = Duration::from_secs(900);
        let (login, listing, item) = (Doing::login(Some(pause)), Doing::folder("list"), Doing::item("fetch"));
        for (code, text, doing, expected) in [
            ("IN-USE", "x", login, (Unreachable, Scope::Account, backoff)),
            ("LOGIN-DELAY", "x", login, (Throttled, Scope::Account, Retry::After(pause))),
            ("LOGIN-DELAY", "x", Doing::login(None), (Throttled, Scope::Account, backoff)),
            ("SYS/TEMP", "x", login, (Unreachable, Scope::Account, backoff)),
            ("SYS/TEMP", "x", item, (Unreachable, Scope::Item, backoff)),
            ("SYS/PERM", "x", login, (Denied, Scope::Account, never)),
            ("SYS/PERM", "x", item, (Rejected, Scope::Item, never)),
            ("SYS/PERM", "x", listing, (Denied, Scope::Folder, never)),
            ("AUTH", "x", login, (Auth, Scope::Account, never)),
            ("UTF8", "x", item, (Rejected, Scope::Item, never)),
            ("X-NEW", "x", item, (Rejected, Scope::Item, never)),
            ("", "Maildrop already locked", login, (Unreachable, Scope::Account, backoff)),
            ("", "Too many connections from your IP", login, (Unreachable, Scope::Account, backoff)),
            // A text is no promise: the password is not sent again to who may lock the account for it.
            ("", "temporary failure", login, (Denied, Scope::Account, never)),
            ("", "account temporarily locked", login, (Denied, Scope::Account, never)),
            ("", "Too many login failures", login, (Denied, Scope::Account, never)),
            ("", "blocked, try again later", login, (Denied, Scope::Account, never)),
            ("", "Too many connections", Doing::account("connect"), (Throttled, Scope::Account, backoff)),
            ("", "try again later", Doing::account("connect"), (Throttled, Scope::Account, backoff)),
            ("", "try again later", item, (Throttled, Scope::Account, backoff)),
            ("", "no", login, (Denied, Scope::Account, never)),
            ("", "no", listing, (Rejected, Scope::Folder, never)),
            ("", "no such message", item, (Rejected, Scope::Item, never)),
        ] {
            let error = doing.refused(&status(code, text));
            let found = (error.kind(), error.reach(), error.retry_advice());
            assert_eq!(found, expected, "[{code}] {text} {doing:?}");
            assert_eq!(error.is_alone(), code == "LOGIN-DELAY", "[{code}] {text}");
        }
    }

    #[test]
    fn only_a_plain_no_to_a_login_is_about_the_password() {
        for (code, text, plain) in [
            ("", "Authentication failed.", true),
            ("AUTH", "x", false),
            ("IN-USE", "x", false),
            ("SYS/TEMP", "x", false),
            ("", "try again later", false),
            ("SYS/PERM", "x", false),
        ] {
            assert_eq!(is_plain(&status(code, text)), plain, "[{code}] {text}");
        }
    }

    #[test]
    fn the_servers_words_are_one_line_of_bounded_length() {
        let error = Doing::item("test").refused(&status("", &"a\r\nb\u{1b}".repeat(999)));
        let text = error.to_string();
        assert!(text.len() < 2_000 && !text.contains(['\r', '\n', '\u{1b}']), "{text}");
    }
}
