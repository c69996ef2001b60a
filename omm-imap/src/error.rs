//! From what went wrong on a connection to the error with axes that core decides by. One table, tested row by row.

use crate::proto::{Broken, Code, Status, StatusKind};
use omm_core::error::{Error, ErrorKind, Result, Retry, Scope, Side};
use std::{io, time::Duration};

/// What went wrong on a connection.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server answered NO or BAD, or said BYE instead of an answer.
    Refused(Status),
    /// The connection ended; with the server's last word, if it had one.
    Closed(Option<Status>),
    /// What came is no IMAP.
    Broken(String),
    Io(io::Error),
    /// A body of ours could not be read, or the host stopped.
    Ours(Error),
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
    pub(crate) side: Side,
    pub(crate) operation: &'static str,
    /// How far a plain refusal reaches.
    pub(crate) scope: Scope,
}

impl Doing {
    pub(crate) fn account(side: Side, operation: &'static str) -> Self {
        Self { side, operation, scope: Scope::Account }
    }

    pub(crate) fn folder(side: Side, operation: &'static str) -> Self {
        Self { side, operation, scope: Scope::Folder }
    }

    pub(crate) fn item(side: Side, operation: &'static str) -> Self {
        Self { side, operation, scope: Scope::Item }
    }

    /// The error for what went wrong.
    pub(crate) fn failed(self, trouble: Trouble) -> Error {
        let error = |kind, message: String| Error::new(kind, self.side, self.operation, message);
        match trouble {
            Trouble::Refused(status) => self.refused(&status),
            Trouble::Closed(Some(bye)) => self.refused(&bye),
            Trouble::Closed(None) => {
                error(ErrorKind::Unreachable, "the server closed the connection".to_owned())
            }
            Trouble::Broken(what) => error(ErrorKind::Protocol, format!("no IMAP that we can read: {what}")),
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
        let verdict = self.here(judge(status, self.scope), status);
        let text = shown(status);
        let error = match verdict.message {
            Some(message) => Error::new(
                verdict.kind,
                self.side,
                self.operation,
                format!("{message}; the server says {text:?}"),
            ),
            None => Error::new(verdict.kind, self.side, self.operation, format!("the server says {text:?}")),
        };
        error.scope(verdict.scope).retry(verdict.retry)
    }
}

impl Doing {
    /// What the same words mean elsewhere than at the login or with a folder's name.
    fn here(self, verdict: Verdict, status: &Status) -> Verdict {
        match verdict.kind {
            // Whoever was let in has not got a wrong password: a token has had its time. The next connection asks for
            // another one.
            ErrorKind::Auth if self.operation != "log in" && has_run_out(status) => Verdict {
                kind: ErrorKind::Unreachable,
                scope: Scope::Account,
                retry: Retry::Backoff,
                message: Some("the login has run out"),
            },
            ErrorKind::NotFound => self.found_elsewhere(verdict, status),
            _ => verdict,
        }
    }

    /// Only of what names a folder "not found" is said of the folder. Of anything else it says nothing of what is there,
    /// and whoever reads it as "nothing is there" does something about it: it may be passing.
    fn found_elsewhere(self, verdict: Verdict, status: &Status) -> Verdict {
        if NAMES_A_FOLDER.contains(&self.operation) {
            return verdict;
        }
        let retry = if status.kind == StatusKind::Bad { Retry::Never } else { Retry::Backoff };
        Verdict { kind: ErrorKind::Rejected, scope: self.scope, retry, message: None }
    }
}

/// Whether a session is over although its connection may go on: what it was let in with counts no more (RFC 5530 §3).
pub(crate) fn has_run_out(status: &Status) -> bool {
    status.kind != StatusKind::Ok && matches!(code_name(status), "AUTHENTICATIONFAILED" | "EXPIRED")
}

/// What is done with SELECT, EXAMINE, STATUS, DELETE, CREATE and APPEND.
const NAMES_A_FOLDER: [&str; 6] = [
    "open the folder",
    "ask for the folder's position",
    "remove the folder",
    "make a folder",
    "make folders",
    "append",
];

/// The value, or the error of what was being done.
pub(crate) trait Named<T> {
    fn doing(self, doing: Doing) -> Result<T>;
}

impl<T> Named<T> for Result<T, Trouble> {
    fn doing(self, doing: Doing) -> Result<T> {
        self.map_err(|trouble| doing.failed(trouble))
    }
}

struct Verdict {
    kind: ErrorKind,
    scope: Scope,
    retry: Retry,
    message: Option<&'static str>,
}

/// RFC 9051 §7.1, RFC 5530, and what servers say instead.
fn judge(status: &Status, scope: Scope) -> Verdict {
    use ErrorKind::*;
    let verdict = |kind, scope, retry, message| Verdict { kind, scope, retry, message };
    if let Some(pause) = pause_asked(&status.text) {
        return verdict(Throttled, Scope::Account, Retry::After(pause), Some("it asks for a pause"));
    }
    let text = status.text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["bandwidth limit"]) {
        // Seen: Gmail, under [OVERQUOTA]; it is over when the day is.
        return verdict(Throttled, Scope::Account, Retry::Backoff, None);
    }
    match code_name(status) {
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" => {
            return verdict(Auth, Scope::Account, Retry::Never, Some(WRONG_LOGIN));
        }
        "PRIVACYREQUIRED" => {
            return verdict(Config, Scope::Account, Retry::Never, Some("it wants TLS before the login"));
        }
        "CONTACTADMIN" => {
            return verdict(Denied, Scope::Account, Retry::Never, Some("ask the server's administrator"));
        }
        // Seen: Dovecot says so to one connection too many.
        "UNAVAILABLE" if says(&CONNECTIONS) => {
            return verdict(Throttled, Scope::Account, Retry::Backoff, Some(TOO_MANY));
        }
        "UNAVAILABLE" => return verdict(Unreachable, Scope::Account, Retry::Backoff, None),
        "THROTTLED" => return verdict(Throttled, Scope::Account, Retry::Backoff, None),
        "LIMIT" if status.kind == StatusKind::Bye || scope == Scope::Account => {
            return verdict(Throttled, Scope::Account, Retry::Backoff, Some(TOO_MANY));
        }
        "LIMIT" => return verdict(Rejected, scope, Retry::Never, None),
        "INUSE" => return verdict(Throttled, scope.max(Scope::Folder), Retry::Backoff, None),
        "OVERQUOTA" => return verdict(Quota, Scope::Account, Retry::Never, Some(FULL)),
        "TOOBIG" => return verdict(TooLarge, Scope::Item, Retry::Never, None),
        "NOPERM" | "READ-ONLY" => {
            return verdict(Denied, scope.max(Scope::Folder), Retry::Never, Some(MAY_NOT));
        }
        "NONEXISTENT" | "TRYCREATE" => return verdict(NotFound, Scope::Folder, Retry::Never, None),
        "CANNOT" | "BADCHARSET" | "UNKNOWN-CTE" => return verdict(Rejected, scope, Retry::Never, None),
        "SERVERBUG" => return verdict(Protocol, scope, Retry::Backoff, None),
        "CORRUPTION" => return verdict(Malformed, scope, Retry::Never, None),
        _ => {}
    }
    // Seen: Gmail, Dovecot, Courier, Exchange, in words of their own.
    if says(&CONNECTIONS) {
        return verdict(Throttled, Scope::Account, Retry::Backoff, Some(TOO_MANY));
    }
    if says(&[
        "over quota",
        "overquota",
        "quota exceeded",
        "exceeds quota",
        "mailbox is full",
        "not enough space",
    ]) {
        return verdict(Quota, Scope::Account, Retry::Never, Some(FULL));
    }
    if says(&["throttl", "try again later", "rate limit"]) {
        return verdict(Throttled, Scope::Account, Retry::Backoff, None);
    }
    if says(&["authenticated but not connected"]) {
        // Seen: Exchange, when the mailbox does not exist, has no licence, or may not be opened by this login.
        return verdict(Denied, Scope::Account, Retry::Never, Some(NOT_CONNECTED));
    }
    if says(&["message too large", "message size exceeds", "exceeds maximum", "maximum message size"]) {
        return verdict(TooLarge, Scope::Item, Retry::Never, None);
    }
    if says(&["doesn't exist", "does not exist", "no such mailbox", "unknown mailbox", "not found"])
        && scope != Scope::Account
    {
        return verdict(NotFound, Scope::Folder, Retry::Never, None);
    }
    if says(&["permission denied", "access denied", "read-only", "read only"]) && scope != Scope::Account {
        return verdict(Denied, scope.max(Scope::Folder), Retry::Never, Some(MAY_NOT));
    }
    match status.kind {
        StatusKind::Bye => verdict(Unreachable, Scope::Account, Retry::Backoff, Some("it ended the session")),
        StatusKind::Bad => {
            verdict(if scope == Scope::Account { Protocol } else { Rejected }, scope, Retry::Never, None)
        }
        _ if scope == Scope::Account => verdict(Denied, scope, Retry::Never, None),
        _ => verdict(Rejected, scope, Retry::Never, None),
    }
}

const WRONG_LOGIN: &str =
    "the login was refused: check login and password (some providers want an app password)";
const TOO_MANY: &str = "it allows no more connections: wait, or allow fewer at a time";
const CONNECTIONS: [&str; 4] =
    ["too many simultaneous", "too many connections", "maximum number of connections", "connection limit"];
const MAY_NOT: &str = "the login may not do that here: give it the right to, or leave the folder out";
const FULL: &str = "the account is full: make room or raise its quota";
const NOT_CONNECTED: &str = "the login is good but the mailbox cannot be opened: check that it exists, has IMAP \
                             switched on and may be opened by this login";

/// A code's name, upper case; empty without one.
fn code_name(status: &Status) -> &str {
    match &status.code {
        Some(Code::Other { name, .. }) => name,
        Some(Code::OverQuota) => "OVERQUOTA",
        Some(Code::TooBig) => "TOOBIG",
        Some(Code::TryCreate) => "TRYCREATE",
        Some(Code::ReadOnly) if status.kind != StatusKind::Ok => "READ-ONLY",
        _ => "",
    }
}

/// The server's words, with the code, not longer than a line.
fn shown(status: &Status) -> String {
    let code = code_name(status);
    let text = if code.is_empty() { status.text.clone() } else { format!("[{code}] {}", status.text) };
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None if clean.trim().is_empty() => format!("{:?} and nothing else", status.kind).to_lowercase(),
        None => clean.trim().to_owned(),
    }
}

const LINE: usize = 300;

/// Seen: Exchange Online, "Request is throttled. Suggested Backoff Time: 299961 milliseconds".
fn pause_asked(text: &str) -> Option<Duration> {
    let text = text.to_ascii_lowercase();
    let rest = text.split_once("backoff time:")?.1.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = rest[..digits].parse().ok()?;
    let unit = rest[digits..].trim_start();
    let pause =
        if unit.starts_with("milli") { Duration::from_millis(number) } else { Duration::from_secs(number) };
    // A day is the longest that anybody waits for.
    Some(pause.min(Duration::from_secs(24 * 3600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(kind: StatusKind, code: &str, text: &str) -> Status {
        let name = code.to_owned();
        let code = (!code.is_empty()).then_some(Code::Other { name, arguments: String::new() });
        Status { kind, code, text: text.to_owned() }
    }

    #[test]
    fn the_table() {
        use ErrorKind::*;
        use StatusKind::{Bad, Bye, No};
        let (never, backoff) = (Retry::Never, Retry::Backoff);
        let after = |millis| Retry::After(Duration::from_millis(millis));
        for (kind, code, text, scope, expected) in [
            (No, "AUTHORIZATIONFAILED", "x", Scope::Account, (Auth, Scope::Account, never)),
            (No, "AUTHENTICATIONFAILED", "x", Scope::Item, (Unreachable, Scope::Account, backoff)),
            (Bye, "EXPIRED", "x", Scope::Folder, (Unreachable, Scope::Account, backoff)),
            (No, "PRIVACYREQUIRED", "x", Scope::Account, (Config, Scope::Account, never)),
            (No, "UNAVAILABLE", "x", Scope::Item, (Unreachable, Scope::Account, backoff)),
            (
                No,
                "UNAVAILABLE",
                "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=1)",
                Scope::Account,
                (Throttled, Scope::Account, backoff),
            ),
            (No, "THROTTLED", "x", Scope::Item, (Throttled, Scope::Account, backoff)),
            (No, "LIMIT", "x", Scope::Account, (Throttled, Scope::Account, backoff)),
            (No, "LIMIT", "x", Scope::Folder, (Rejected, Scope::Folder, never)),
            (No, "INUSE", "x", Scope::Item, (Throttled, Scope::Folder, backoff)),
            (No, "OVERQUOTA", "x", Scope::Item, (Quota, Scope::Account, never)),
            (
                No,
                "OVERQUOTA",
                "Account exceeded command or bandwidth limits.",
                Scope::Item,
                (Throttled, Scope::Account, backoff),
            ),
            (No, "NOPERM", "x", Scope::Item, (Denied, Scope::Folder, never)),
            (No, "NONEXISTENT", "x", Scope::Folder, (NotFound, Scope::Folder, never)),
            (No, "CANNOT", "x", Scope::Folder, (Rejected, Scope::Folder, never)),
            (No, "SERVERBUG", "x", Scope::Folder, (Protocol, Scope::Folder, backoff)),
            (
                No,
                "",
                "Quota exceeded (mailbox for user is full)",
                Scope::Item,
                (Quota, Scope::Account, never),
            ),
            (Bye, "", "Too many simultaneous connections", Scope::Item, (Throttled, Scope::Account, backoff)),
            (
                No,
                "",
                "Request is throttled. Suggested Backoff Time: 299961 milliseconds",
                Scope::Item,
                (Throttled, Scope::Account, after(299_961)),
            ),
            (
                Bad,
                "",
                "User is authenticated but not connected.",
                Scope::Folder,
                (Denied, Scope::Account, never),
            ),
            (No, "", "Mailbox doesn't exist: x", Scope::Folder, (NotFound, Scope::Folder, never)),
            (Bye, "", "Server shutting down.", Scope::Item, (Unreachable, Scope::Account, backoff)),
            (Bad, "", "Command Argument Error. 11", Scope::Item, (Rejected, Scope::Item, never)),
            (Bad, "", "what?", Scope::Account, (Protocol, Scope::Account, never)),
            (No, "", "no", Scope::Item, (Rejected, Scope::Item, never)),
        ] {
            let doing = Doing { side: Side::Source, operation: "open the folder", scope };
            let error = doing.refused(&status(kind, code, text));
            let found = (error.kind(), error.reach(), error.retry_advice());
            assert_eq!(found, expected, "{kind:?} [{code}] {text} {scope:?}");
        }
    }

    /// Kills: a run that ends since a token was used up in the middle of it, and a wrong password that is tried again.
    #[test]
    fn only_a_login_finds_a_password_wrong() {
        for code in ["AUTHENTICATIONFAILED", "EXPIRED"] {
            let error = Doing::account(Side::Source, "log in").refused(&status(StatusKind::No, code, "x"));
            assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Auth, Retry::Never));
        }
    }

    /// Kills: copies that are told as missing, since a FETCH or a STORE was answered with "not found".
    #[test]
    fn only_a_folder_that_was_named_is_not_found() {
        use ErrorKind::{NotFound, Rejected};
        for (operation, expected) in [
            ("open the folder", (NotFound, Scope::Folder, Retry::Never)),
            ("append", (NotFound, Scope::Folder, Retry::Never)),
            ("look at copies", (Rejected, Scope::Item, Retry::Backoff)),
            ("remove copies", (Rejected, Scope::Item, Retry::Backoff)),
        ] {
            for (code, text) in [("", "Message not found"), ("", "it does not exist"), ("NONEXISTENT", "x")] {
                let doing = Doing::item(Side::Destination, operation);
                let error = doing.refused(&status(StatusKind::No, code, text));
                let found = (error.kind(), error.reach(), error.retry_advice());
                assert_eq!(found, expected, "{operation} [{code}] {text}");
            }
        }
    }

    #[test]
    fn the_servers_words_are_one_line_of_bounded_length() {
        let error = Doing::item(Side::Source, "test").refused(&status(
            StatusKind::No,
            "",
            &"a\r\nb\u{1b}".repeat(999),
        ));
        let text = error.to_string();
        assert!(text.len() < 2_000 && !text.contains(['\r', '\n', '\u{1b}']), "{text}");
    }
}
