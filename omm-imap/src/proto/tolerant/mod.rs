//! A reader that takes what real servers send.
//!
//! It reads what a connector needs and steps over the rest. Nothing in it recurses, and nothing is allocated for what
//! is only announced.

mod account;
mod code;
mod date;
mod fetch;
mod mailbox;
mod scan;
mod search;
mod status;

pub(super) use scan::Scan;
pub(super) use status::answer;

use super::Response;

/// Reads what stands behind the word that names it.
type Reader = fn(&mut Scan<'_>) -> Option<Response>;

/// What stands behind `*`.
pub(super) fn untagged(scan: &mut Scan<'_>) -> Option<Response> {
    scan.skip_blanks();
    let word = scan.word();
    if word.first().is_some_and(u8::is_ascii_digit) {
        return numbered(word, scan);
    }
    if let Some(kind) = status::kind(word) {
        return Some(Response::Status(status::rest(kind, scan.rest())));
    }
    let readers: [(&str, Reader); 14] = [
        ("CAPABILITY", account::capability),
        ("ENABLED", account::enabled),
        ("ID", account::id),
        ("QUOTA", account::quota),
        ("QUOTAROOT", account::quota_root),
        ("LIST", mailbox::list),
        // Gmail's forerunner of RFC 6154.
        ("XLIST", mailbox::list),
        ("LSUB", mailbox::lsub),
        ("STATUS", mailbox::status),
        ("NAMESPACE", mailbox::namespace),
        ("FLAGS", mailbox::flags),
        ("SEARCH", search::search),
        ("ESEARCH", search::esearch),
        ("VANISHED", search::vanished),
    ];
    let (_, reader) = readers.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))?;
    scan.skip_blanks();
    reader(scan)
}

/// `n EXISTS` and its kin.
fn numbered(number: &[u8], scan: &mut Scan<'_>) -> Option<Response> {
    let number = scan::number_u32(number)?;
    scan.skip_blanks();
    let word = scan.word();
    scan.skip_blanks();
    match word.to_ascii_uppercase().as_slice() {
        b"FETCH" => fetch::fetch(number, scan).map(Response::Fetch),
        b"EXISTS" => Some(Response::Exists(number)),
        b"RECENT" => Some(Response::Recent(number)),
        b"EXPUNGE" => Some(Response::Expunge(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
