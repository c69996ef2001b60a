//! `OK [CODE] text` and its kin (RFC 9051 §7.1).

use super::{
    super::{Status, StatusKind},
    code,
    scan::readable,
};

/// The status of a word, if it is one.
pub(super) fn kind(word: &[u8]) -> Option<StatusKind> {
    Some(match word.to_ascii_uppercase().as_slice() {
        b"OK" => StatusKind::Ok,
        b"NO" => StatusKind::No,
        b"BAD" => StatusKind::Bad,
        b"PREAUTH" => StatusKind::PreAuth,
        b"BYE" => StatusKind::Bye,
        _ => return None,
    })
}

/// What stands behind a tag. A word that is no status did not say that anything succeeded: it counts as BAD.
pub(in super::super) fn answer(behind_tag: &[u8]) -> Status {
    let text = behind_tag.trim_ascii();
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    match kind(&text[..end]) {
        Some(kind) => rest(kind, &text[end..]),
        None => Status { kind: StatusKind::Bad, code: None, text: readable(text) },
    }
}

/// What stands behind the status word; may be nothing.
pub(super) fn rest(kind: StatusKind, text: &[u8]) -> Status {
    let text = text.trim_ascii();
    let (code, text) = match text.strip_prefix(b"[").and_then(code::split) {
        Some((inside, behind)) => (Some(code::code(inside)), behind),
        None => (None, text),
    };
    Status { kind, code, text: readable(text.trim_ascii()) }
}
