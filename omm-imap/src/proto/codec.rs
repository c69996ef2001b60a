//! From a skeleton to what it says.
//!
//! Two readers: a strict one for what it is good for, and a tolerant one for everything else and for what the strict one
//! refuses.

use super::{
    Response, Status,
    framer::Skeleton,
    strict,
    tolerant::{self, Scan},
};

/// One response, by its kind.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `+ …`
    Continuation(Vec<u8>),
    Tagged {
        tag: &'a [u8],
        status: Status,
    },
    Untagged(Response),
}

/// So much of what nobody can read is kept.
const KEPT_OF_UNREADABLE: usize = 256;

/// Reads a response; what cannot be read is [`Response::Unreadable`].
pub(super) fn read(skeleton: &Skeleton) -> Line<'_> {
    let bytes = &skeleton.bytes;
    let line = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    if let Some(rest) = line.strip_prefix(b"+") {
        // Seen: `+` alone (Exchange, Courier), where RFC 9051 §7.6 wants a blank.
        return Line::Continuation(rest.strip_prefix(b" ").unwrap_or(rest).to_vec());
    }
    if let Some(rest) = line.strip_prefix(b"*") {
        let mut scan = Scan::new(line, &skeleton.streamed, line.len() - rest.len());
        let response = strict::read(skeleton).or_else(|| tolerant::untagged(&mut scan));
        return Line::Untagged(response.unwrap_or_else(|| unreadable(skeleton)));
    }
    let end = memchr::memchr(b' ', line).unwrap_or(line.len());
    let (tag, rest) = line.split_at(end);
    Line::Tagged { tag, status: tolerant::answer(rest) }
}

/// What is left of a response that says nothing to us.
pub(super) fn unreadable(skeleton: &Skeleton) -> Response {
    let line = skeleton.bytes.strip_suffix(b"\r\n").unwrap_or(&skeleton.bytes);
    Response::Unreadable(line[..line.len().min(KEPT_OF_UNREADABLE)].to_vec())
}
