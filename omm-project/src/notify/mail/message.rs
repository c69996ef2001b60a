//! The mail itself.

use crate::notify::Letter;
use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

/// The bytes of a mail. Its headers are written by lettre, which encodes what is not ASCII (RFC 2047) and folds; no value
/// here has a line break ([`crate::notify::templates`]).
///
/// # Errors
/// What cannot be written, for people.
pub(super) fn build(
    letter: &Letter,
    from: &Mailbox,
    to: &Address,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, String> {
    // RFC 3834 §5: nobody answers what a program wrote. Exchange needs to be told in its own words.
    let told = [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(letter.subject.as_str())
        .date(now.into())
        // The same at every attempt, so that even who gets it twice can tell.
        .message_id(Some(format!("<{}@{}>", letter.key, from.email.domain())));
    for (name, value) in told {
        let name = HeaderName::new_from_ascii_str(name);
        message = message.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    let both = MultiPart::alternative()
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    message.multipart(both).map(|mail| mail.formatted()).map_err(|error| error.to_string())
}

/// An address with its domain as DNS has it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn address(text: &str) -> Result<Address, String> {
    let (user, domain) = text.trim().rsplit_once('@').ok_or("there is no @ in it")?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| "its domain is no name".to_owned())?;
    Address::new(user, domain).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("ann@example.org", Some("ann@example.org")),
            (" ann@Bücher.example ", Some("ann@xn--bcher-kva.example")),
            ("ann@example.org\r\nRCPT TO:<eve@example.net>", None),
            ("ann\r\n@example.org", None),
            ("ann>@example.org", None),
            ("example.org", None),
            ("@example.org", None),
            ("", None),
        ] {
            assert_eq!(address(text).ok().map(|found| found.to_string()).as_deref(), expected, "{text:?}");
        }
    }
}
