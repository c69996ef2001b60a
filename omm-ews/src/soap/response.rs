//! Answers to operations on several things: one message each, in the order of the request.

use super::Code;
use crate::xml::Element;
use std::time::Duration;

/// A no of the server's, to a whole request or to one thing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Why, as a word.
    pub(crate) code: Code,
    /// Why, in its words.
    pub(crate) text: String,
    /// How long it wants to be left alone.
    pub(crate) back_off: Option<Duration>,
}

/// An answer that is not what it should be, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) String);

/// Why there is no answer of the right kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said no: it was not done.
    Refused(Refusal),
    /// It said something else: of a write, nobody knows what became of it.
    Unreadable(Unreadable),
}

impl Failure {
    /// Whether the server makes no mail of the item, because it is none.
    pub(crate) fn is_no_mail(&self) -> bool {
        const CODES: [&str; 2] = ["ErrorUnsupportedMimeConversion", "ErrorUnsupportedTypeForConversion"];
        matches!(self, Self::Refused(refusal) if refusal.code.is(&CODES))
    }

    /// Whether there is a folder of this name already.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code.is(&["ErrorFolderExists"]))
    }

    /// Whether the login may not do it.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code.is(&["ErrorAccessDenied"]))
    }

    /// Whether somebody changed the item since it was looked at.
    pub(crate) fn is_conflict(&self) -> bool {
        const CODES: [&str; 2] = ["ErrorIrresolvableConflict", "ErrorStaleObject"];
        matches!(self, Self::Refused(refusal) if refusal.code.is(&CODES))
    }

    /// Whether one of a series is deleted already.
    pub(crate) fn is_deleted(&self) -> bool {
        const CODE: &str = "ErrorCalendarOccurrenceIsDeletedFromRecurrence";
        matches!(self, Self::Refused(refusal) if refusal.code.is(&[CODE]))
    }

    /// Whether the thing is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_missing())
    }
}

impl Unreadable {
    /// The answer lacks something.
    pub(crate) fn without(what: &str) -> Self {
        Self(format!("the answer has no {what}"))
    }
}

impl Refusal {
    /// Whether the server stopped within a batch before it came to this one, which may be asked again.
    pub(crate) fn is_not_begun(&self) -> bool {
        self.code.is(&[STOPPED])
    }

    /// Whether the thing is not there; by an id that this server never gave, nothing is.
    pub(crate) fn is_missing(&self) -> bool {
        self.code.is(&["ErrorItemNotFound", "ErrorFolderNotFound", "ErrorInvalidIdMalformed"])
    }

    /// What an element with ResponseCode and MessageText says; the same words as in a fault's detail.
    pub(super) fn read(code: &str, text: Option<&str>, details: Option<&Element>) -> Self {
        let text = text.unwrap_or_default().trim().chars().take(LONGEST_TEXT).collect();
        Self { code: Code::new(code), text, back_off: details.and_then(back_off) }
    }
}

/// The code of those that a batch was stopped before.
const STOPPED: &str = "ErrorBatchProcessingStopped";
const LONGEST_TEXT: usize = 1_000;
/// Longer pauses are not believed.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// `<t:Value Name="BackOffMilliseconds">297749</t:Value>`.
fn back_off(details: &Element) -> Option<Duration> {
    let value = details.all("Value").find(|value| value.attribute("Name") == Some("BackOffMilliseconds"))?;
    let pause = Duration::from_millis(value.text().parse().ok()?);
    Some(pause.min(LONGEST_PAUSE))
}

/// The messages of an answer (`ResponseMessages`), each read by `read` if it is a good one. A warning is good as far as it
/// has something to read: the server says so where it did a part of a batch, and where a name was not unique.
///
/// # Errors
/// If there are none, or a good one cannot be read.
pub(crate) fn messages<'a, T>(
    answer: &'a Element,
    read: impl Fn(&'a Element) -> Result<T, Unreadable>,
) -> Result<Vec<Result<T, Refusal>>, Unreadable> {
    list(answer)?
        .map(|message| match one(message, &read) {
            Ok(found) => Ok(Ok(found)),
            Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
            Err(Failure::Unreadable(unreadable)) => Err(unreadable),
        })
        .collect()
}

/// The only message of an answer to an operation on one thing.
///
/// # Errors
/// If there is none, or it is a good one and cannot be read.
pub(crate) fn message<'a, T>(
    answer: &'a Element,
    read: impl Fn(&'a Element) -> Result<T, Unreadable>,
) -> Result<Result<T, Refusal>, Unreadable> {
    let message = list(answer)?.next().ok_or_else(|| Unreadable::without("message in ResponseMessages"))?;
    match one(message, &read) {
        Ok(found) => Ok(Ok(found)),
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(Failure::Unreadable(unreadable)) => Err(unreadable),
    }
}

pub(super) fn list(answer: &Element) -> Result<impl Iterator<Item = &Element>, Unreadable> {
    let messages = answer.child("ResponseMessages").ok_or_else(|| Unreadable::without("ResponseMessages"))?;
    Ok(messages.children.iter())
}

pub(super) fn one<'a, T>(
    message: &'a Element,
    read: &impl Fn(&'a Element) -> Result<T, Unreadable>,
) -> Result<T, Failure> {
    let code = message.text_of("ResponseCode");
    let is_good = match message.attribute("ResponseClass") {
        Some("Success") => true,
        // Nothing that was not done may pass for done.
        Some("Warning") => !code.is_some_and(|code| Code::new(code).is(&[STOPPED])),
        Some("Error") => false,
        _ => code.is_some_and(|code| Code::new(code).is_good()),
    };
    if is_good {
        return read(message).map_err(Failure::Unreadable);
    }
    let code = code.ok_or_else(|| Failure::Unreadable(Unreadable::without("ResponseCode")))?;
    let refusal = Refusal::read(code, message.text_of("MessageText"), message.child("MessageXml"));
    Err(Failure::Refused(refusal))
}
