//! From what went wrong to the error with axes that core decides by.
//!
//! | room | what lives there |
//! |---|---|
//! | here | what can go wrong, and the error for it |
//! | `code` | the table of response codes |
//! | `status` | the table of HTTP's own answers |
//! | `wait` | for how long a server wants to be left alone |

mod code;
mod status;
#[cfg(test)]
mod tests;
mod wait;

pub(crate) use status::{ONLINE, is_online};
pub(crate) use wait::retry_after;

use crate::{
    http::{Head, Lost, Why},
    soap::{Failure, Refusal, Unreadable},
    xml::Element,
};
use omm_core::error::{Error, ErrorKind, Retry, Scope, Side};
use std::time::Duration;

/// What went wrong with a request.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A no of the server's: to the whole request, as a fault, or to one thing in it.
    Refused(Refusal),
    /// An answer of HTTP's own, with the beginning of its text, and how long is to be waited if it says so.
    Status(Box<Head>, String, Option<Duration>),
    /// An answer that is no XML, in words.
    Foreign(String),
    /// An answer that cannot be read, in words.
    Unreadable(String),
    /// An answer beyond every limit.
    TooLarge(&'static str),
    /// The connection broke.
    Lost(Lost),
    /// Something on our side.
    Ours(Error),
}

/// What was being done when it went wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    pub(crate) operation: &'static str,
    pub(crate) side: Side,
    /// How far a plain no reaches.
    pub(crate) scope: Scope,
    /// Whether the operation changes anything: then a lost answer says nothing about what was done.
    pub(crate) writes: bool,
}

/// What follows from it. `done` says whether it may have been done all the same, if it was something to be done.
pub(super) struct Verdict {
    kind: ErrorKind,
    scope: Scope,
    retry: Retry,
    may_be_done: bool,
    /// Whether the others on that server need not take notice.
    is_alone: bool,
    /// What a person should know, beside the server's own words.
    message: &'static str,
}

impl Verdict {
    fn new(kind: ErrorKind, scope: Scope, retry: Retry, message: &'static str) -> Self {
        Self { kind, scope, retry, may_be_done: false, is_alone: false, message }
    }

    /// The same where the server may have got on before it said so.
    fn in_doubt(self) -> Self {
        Self { may_be_done: true, ..self }
    }

    /// The same, which is a matter of this mailbox alone.
    fn alone(self) -> Self {
        Self { is_alone: true, ..self }
    }
}

impl Doing {
    /// The same to one item of several.
    pub(crate) fn of_item(self) -> Self {
        Self { scope: Scope::Item, ..self }
    }

    /// The error for what went wrong.
    pub(crate) fn failed(self, trouble: Trouble) -> Error {
        match trouble {
            Trouble::Refused(refusal) => self.refused(&refusal),
            Trouble::Status(head, said, wait) => {
                // The page that a web server sends along says less than the number.
                let said = if matches!(head.status, 401 | 404) { "" } else { said.as_str() };
                let mut error = self.judged(status::judge(&head, self.scope, wait), said);
                if let Some(id) = &head.request_id {
                    error = error.with("request", one_line(id));
                }
                error.with("status", head.status)
            }
            Trouble::Foreign(what) => self.unknown(ErrorKind::Protocol, format!("{NO_EWS}: {what}")),
            Trouble::Unreadable(what) => {
                let message = format!("an answer that cannot be read: {what}");
                let error = self.unknown(ErrorKind::Protocol, message);
                // What is read of one place does not keep anybody from reading the others.
                let is_there = !self.writes && self.scope <= Scope::Folder;
                if is_there { error.scope(Scope::Folder).with("code", UNREADABLE_ANSWER) } else { error }
            }
            Trouble::TooLarge(what) => {
                let error = self.unknown(ErrorKind::TooLarge, what.to_owned());
                error.scope(self.scope.min(Scope::Folder)).with("code", TOO_LARGE_ANSWER)
            }
            Trouble::Lost(lost) => self.lost(lost),
            Trouble::Ours(ours) => ours,
        }
    }

    /// The error for a no to one thing of several, or to the whole.
    pub(crate) fn refused(self, refusal: &Refusal) -> Error {
        let verdict = code::judge(refusal, self.side, self.scope);
        let error = self.judged(verdict, &refusal.text);
        error.with("code", &refusal.code)
    }

    fn judged(self, verdict: Verdict, said: &str) -> Error {
        let said = one_line(said);
        let message = match (verdict.message, said.as_str()) {
            ("", "") => "the server gives no reason".to_owned(),
            ("", said) => format!("the server says {said:?}"),
            (message, "") => message.to_owned(),
            (message, said) => format!("{message}; the server says {said:?}"),
        };
        let error = Error::new(verdict.kind, self.side, self.operation, message);
        let error = error.scope(verdict.scope).retry(verdict.retry);
        let error = if verdict.is_alone { error.alone() } else { error };
        if self.writes && verdict.may_be_done { error.effect_unknown() } else { error }
    }

    fn lost(self, Lost { sent, why }: Lost) -> Error {
        let (kind, message, cause) = match why {
            Why::Ours(ours) => return ours,
            Why::Silent => (ErrorKind::Unreachable, "the server does not answer".to_owned(), None),
            Why::Closed(cause) => (ErrorKind::Unreachable, "the connection broke".to_owned(), Some(cause)),
            Why::Garbled(what) => {
                (ErrorKind::Protocol, format!("{NO_EWS}: no HTTP that we can read: {what}"), None)
            }
        };
        let error = Error::new(kind, self.side, self.operation, message);
        let error = cause.map_or(error.repeated(), |cause| error.caused_by(cause));
        if self.writes && sent { error.effect_unknown() } else { error }
    }

    /// An answer came, and nobody knows what it said.
    fn unknown(self, kind: ErrorKind, message: String) -> Error {
        let error = Error::new(kind, self.side, self.operation, message);
        if self.writes { error.effect_unknown() } else { error }
    }
}

/// Whether the same in smaller portions may go well: batches shrink, and grow again.
pub(crate) fn wants_less(error: &Error) -> bool {
    const CODES: [&str; 11] = [
        "ErrorTimeoutExpired",
        "ErrorTooManyObjectsOpened",
        "ErrorServerBusy",
        "ErrorBatchProcessingStopped",
        "ErrorNotEnoughMemory",
        "ErrorMessageSizeExceeded",
        // One of several may be what it breaks over.
        "ErrorInternalServerError",
        "InternalServiceFault",
        "ErrorExceededFindCountLimit",
        TOO_LARGE_ANSWER,
        UNREADABLE_ANSWER,
    ];
    const STATUSES: [&str; 4] = ["408", "413", "503", "504"];
    error.context().any(|(key, value)| match key {
        "code" => CODES.contains(&value),
        "status" => STATUSES.contains(&value),
        _ => false,
    })
}

/// Whether a page of a list is too long, and no pause makes it shorter: EwsFindCountLimit counts what pages hold that are not
/// told yet, and what nobody can read may be one entry of many.
pub(crate) fn is_too_long(error: &Error) -> bool {
    let is_counted =
        error.context().any(|(key, value)| key == "code" && value == "ErrorExceededFindCountLimit");
    is_counted || is_unreadable(error)
}

/// Whether nobody can read what the server says: of several things, of which one may be what it breaks over.
pub(crate) fn is_unreadable(error: &Error) -> bool {
    error.context().any(|(key, value)| key == "code" && value == UNREADABLE_ANSWER)
}

/// Whether the server could not finish what was asked in the time or the room that it allows itself: asking for the same again
/// may never go well.
pub(crate) fn is_beyond_it(error: &Error) -> bool {
    error
        .context()
        .any(|(key, value)| key == "code" && matches!(value, "ErrorTimeoutExpired" | "ErrorNotEnoughMemory"))
}

const NO_EWS: &str =
    "what answers here is no EWS: check the address, or let it be found (exchange:USER@DOMAIN)";
const TOO_LARGE_ANSWER: &str = "answer-too-large";
const UNREADABLE_ANSWER: &str = "answer-unreadable";

impl Trouble {
    /// Of several things, this one was not answered: nobody knows what became of it.
    pub(crate) fn unanswered() -> Self {
        Self::Unreadable("the server answered to fewer things than it was asked".to_owned())
    }

    /// An answer that is XML of another kind: many a web page is.
    pub(crate) fn no_envelope(root: &Element) -> Self {
        let title = root.child("head").and_then(|head| head.text_of("title")).map(one_line);
        match (root.name.eq_ignore_ascii_case("html"), title.filter(|title| !title.is_empty())) {
            (true, Some(title)) => Self::Foreign(format!("it is a web page, {title:?}")),
            (true, None) => Self::Foreign("it is a web page".to_owned()),
            (false, _) => Self::Foreign(format!("it is XML that begins with {:?}", one_line(&root.name))),
        }
    }

    /// An answer that is no XML; what it is instead, as far as it can be told.
    pub(crate) fn foreign(why: &str, head: &Head, body: &[u8]) -> Self {
        let is_page = head.content_type.contains("html") || starts_like_page(body);
        match (is_page, title(body)) {
            (true, Some(title)) => Self::Foreign(format!("it is a web page, {title:?}")),
            (true, None) => Self::Foreign("it is a web page".to_owned()),
            (false, _) if head.is_xml() => Self::Unreadable(why.to_owned()),
            (false, _) => Self::Foreign(format!("it is {}", one_line(&head.content_type))),
        }
    }
}

fn starts_like_page(body: &[u8]) -> bool {
    let start: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with(b"<html") || start.starts_with(b"<!doctypehtml")
}

/// What a web page calls itself.
pub(crate) fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..body.len().min(16 << 10))?);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find('<')?;
    let title = one_line(text.get(start..end)?);
    (!title.is_empty()).then_some(title)
}

/// Words of a stranger for a terminal: one line, not too long.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

const LINE: usize = 300;

impl From<Lost> for Trouble {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Unreadable(unreadable) => unreadable.into(),
        }
    }
}

impl From<Unreadable> for Trouble {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable.0)
    }
}
