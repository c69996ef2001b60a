//! What a server says about mailboxes: LIST, LSUB, STATUS, NAMESPACE, FLAGS.

use super::{
    super::{ListEntry, Namespace, Namespaces, Response, StatusOf},
    code::in_parentheses,
    scan::{Scan, Text, number},
};

pub(super) fn list(scan: &mut Scan<'_>) -> Option<Response> {
    entry(scan).map(Response::List)
}

pub(super) fn lsub(scan: &mut Scan<'_>) -> Option<Response> {
    entry(scan).map(Response::Lsub)
}

pub(super) fn flags(scan: &mut Scan<'_>) -> Option<Response> {
    scan.words_in_parentheses().map(Response::Flags)
}

/// RFC 9051 §7.3.1. What RFC 5258 puts behind the name (CHILDINFO, OLDNAME) says nothing that we need.
fn entry(scan: &mut Scan<'_>) -> Option<ListEntry> {
    let attributes = scan.words_in_parentheses()?;
    scan.skip_blanks();
    let delimiter = delimiter(scan)?;
    scan.skip_blanks();
    let name = match scan.peek() {
        Some(b'"' | b'{' | b'~') => scan.astring()?,
        Some(_) => bare_name(scan.rest()).to_vec(),
        // Seen: an empty name without quotes, in answer to LIST "" "".
        None => Vec::new(),
    };
    // No string has NUL (RFC 9051 §9), so nobody could ever name this one.
    (!name.contains(&0)).then_some(ListEntry { attributes, delimiter, name })
}

/// A name without quotes; with blanks in it, although no grammar has these.
fn bare_name(rest: &[u8]) -> &[u8] {
    let extended = rest.ends_with(b")").then(|| memchr::memmem::find(rest, b" (\"")).flatten();
    rest[..extended.unwrap_or(rest.len())].trim_ascii_end()
}

fn delimiter(scan: &mut Scan<'_>) -> Option<Option<char>> {
    match scan.loose_nstring()? {
        Text::Bytes(bytes) => Some(std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next())),
        Text::Nil | Text::Streamed => Some(None),
    }
}

/// RFC 9051 §7.3.4 and the extensions.
pub(super) fn status(scan: &mut Scan<'_>) -> Option<Response> {
    let name = match scan.peek()? {
        b'"' | b'{' | b'~' => scan.astring()?,
        _ => {
            // A name without quotes, with blanks in it or not.
            let rest = scan.rest();
            let name = &rest[..memchr::memmem::find(rest, b" (").unwrap_or(rest.len())];
            scan.skip(name.len());
            name.trim_ascii_end().to_vec()
        }
    };
    scan.skip_blanks();
    let mut status = StatusOf { name, ..StatusOf::default() };
    scan.in_parentheses(|scan| status_item(&mut status, scan))?;
    Some(Response::StatusOf(status))
}

fn status_item(status: &mut StatusOf, scan: &mut Scan<'_>) -> Option<()> {
    let item = scan.word().to_ascii_uppercase();
    scan.skip_blanks();
    let narrow = |scan: &mut Scan<'_>| number(scan.word()).and_then(|number| u32::try_from(number).ok());
    match item.as_slice() {
        b"MESSAGES" => status.messages = narrow(scan),
        b"UIDNEXT" => status.uid_next = narrow(scan),
        b"UIDVALIDITY" => status.uid_validity = narrow(scan),
        b"HIGHESTMODSEQ" => status.highest_mod_seq = scan.number(),
        b"SIZE" => status.size = scan.number(),
        b"MAILBOXID" => status.mailbox_id = in_parentheses(scan),
        // RFC 7889 §4: a number or NIL.
        b"APPENDLIMIT" => status.append_limit = Some(scan.number()),
        _ => scan.skip_value()?,
    }
    Some(())
}

/// RFC 2342 §5.
pub(super) fn namespace(scan: &mut Scan<'_>) -> Option<Response> {
    Some(Response::Namespace(Namespaces {
        personal: namespaces(scan)?,
        other_users: namespaces(scan)?,
        shared: namespaces(scan)?,
    }))
}

fn namespaces(scan: &mut Scan<'_>) -> Option<Vec<Namespace>> {
    scan.skip_blanks();
    let mut found = Vec::new();
    if scan.peek() != Some(b'(') {
        let word = scan.word();
        return (word.is_empty() || word.eq_ignore_ascii_case(b"NIL")).then_some(found);
    }
    scan.in_parentheses(|scan| {
        found.push(one_namespace(scan)?);
        Some(())
    })?;
    Some(found)
}

fn one_namespace(scan: &mut Scan<'_>) -> Option<Namespace> {
    if !scan.eat(b'(') {
        return None;
    }
    scan.skip_blanks();
    let prefix = scan.astring()?;
    scan.skip_blanks();
    let delimiter = delimiter(scan)?;
    // Extensions are pairs of a name and values.
    loop {
        scan.skip_blanks();
        if scan.eat(b')') {
            return Some(Namespace { prefix, delimiter });
        }
        scan.skip_value()?;
    }
}
