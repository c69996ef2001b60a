//! BODY and BODYSTRUCTURE (RFC 9051 §7.5.2). Extension data is given only as far as it is mandatory to be parsed.

use super::{envelope::envelope, mime::Part, text::nstring};

/// `extended` is BODYSTRUCTURE.
pub(crate) fn structure(part: &Part<'_>, extended: bool) -> Vec<u8> {
    let (kind, subtype, parameters) = part.content_type();
    let mut words: Vec<Vec<u8>> = Vec::new();
    if part.is_multipart() {
        words.push(part.children.iter().flat_map(|child| structure(child, extended)).collect());
        words.push(upper(&subtype));
        if extended {
            words.extend([pairs(&parameters), nil(), nil(), nil()]);
        }
    } else {
        let text = |name: &str| nstring(part.value(name).as_deref().map(str::as_bytes));
        let encoding = part.value("content-transfer-encoding").unwrap_or_else(|| "7bit".to_owned());
        words.extend([upper(&kind), upper(&subtype), pairs(&parameters), text("content-id")]);
        words.extend([text("content-description"), upper(&encoding), number(part.body.len())]);
        if let ("message", Some(inner)) = (kind.as_str(), part.children.first()) {
            words.extend([envelope(inner), structure(inner, extended)]);
        }
        if kind == "text" || (kind == "message" && !part.children.is_empty()) {
            words.push(number(part.body.iter().filter(|byte| **byte == b'\n').count()));
        }
        if extended {
            words.extend([text("content-md5"), nil(), nil(), nil()]);
        }
    }
    [b"(", words.join(&b' ').as_slice(), b")"].concat()
}

fn pairs(parameters: &[(String, String)]) -> Vec<u8> {
    if parameters.is_empty() {
        return nil();
    }
    let pair = |(name, value): &(String, String)| [upper(name), nstring(Some(value.as_bytes()))].join(&b' ');
    [b"(", parameters.iter().map(pair).collect::<Vec<_>>().join(&b' ').as_slice(), b")"].concat()
}

fn upper(word: &str) -> Vec<u8> {
    nstring(Some(word.to_ascii_uppercase().as_bytes()))
}

fn number(number: usize) -> Vec<u8> {
    number.to_string().into_bytes()
}

fn nil() -> Vec<u8> {
    b"NIL".to_vec()
}
