//! What stands between brackets in a status response (RFC 9051 §7.1, RFC 5530 and the extensions).

use super::{
    super::{Code, UidSet},
    scan::{Scan, readable},
};

/// What is inside of the brackets, and what is behind; `text` begins behind the opening one.
pub(super) fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = closing(text).or_else(|| memchr::memchr(b']', text))?;
    Some((&text[..at], &text[at + 1..]))
}

/// The bracket that closes: not in quotes, not in parentheses, since PERMANENTFLAGS may name flags with brackets.
fn closing(text: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b']' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// A code that says something to us, or any other by its name.
pub(super) fn code(inside: &[u8]) -> Code {
    let inside = inside.trim_ascii();
    let mut scan = Scan::new(inside, &[], 0);
    let name = scan.word().to_ascii_uppercase();
    scan.skip_blanks();
    let arguments = scan.rest();
    known(&name, &mut scan)
        .unwrap_or_else(|| Code::Other { name: readable(&name), arguments: readable(arguments) })
}

fn known(name: &[u8], scan: &mut Scan<'_>) -> Option<Code> {
    Some(match name {
        b"CAPABILITY" => Code::Capability(super::account::words(scan)),
        b"PERMANENTFLAGS" => Code::PermanentFlags(scan.words_in_parentheses()?),
        b"UIDVALIDITY" => Code::UidValidity(scan.number_u32()?),
        b"UIDNEXT" => Code::UidNext(scan.number_u32()?),
        b"HIGHESTMODSEQ" => Code::HighestModSeq(scan.number()?),
        b"NOMODSEQ" => Code::NoModSeq,
        b"READ-ONLY" => Code::ReadOnly,
        b"READ-WRITE" => Code::ReadWrite,
        b"TRYCREATE" => Code::TryCreate,
        b"CLOSED" => Code::Closed,
        b"UIDNOTSTICKY" => Code::UidNotSticky,
        b"APPENDUID" => Code::AppendUid { uid_validity: scan.number_u32()?, uids: next_set(scan)? },
        b"COPYUID" => {
            Code::CopyUid { uid_validity: scan.number_u32()?, from: next_set(scan)?, to: next_set(scan)? }
        }
        b"MODIFIED" => Code::Modified(scan.uid_set()?),
        b"TOOBIG" => Code::TooBig,
        b"OVERQUOTA" => Code::OverQuota,
        b"MAILBOXID" => Code::MailboxId(in_parentheses(scan)?),
        _ => return None,
    })
}

fn next_set(scan: &mut Scan<'_>) -> Option<UidSet> {
    scan.skip_blanks();
    scan.uid_set()
}

/// RFC 8474 §4: an object id stands in parentheses.
pub(super) fn in_parentheses(scan: &mut Scan<'_>) -> Option<String> {
    scan.words_in_parentheses()?.into_iter().next()
}
