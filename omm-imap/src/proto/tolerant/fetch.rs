//! FETCH (RFC 9051 §7.5.2 and the extensions): the hot path, a million lines for a large account.

use super::{
    super::Fetched,
    code::in_parentheses,
    date,
    scan::{Scan, Text, number_u32, readable},
};

pub(super) fn fetch(sequence: u32, scan: &mut Scan<'_>) -> Option<Fetched> {
    let mut fetched = Fetched { sequence, ..Fetched::default() };
    scan.in_parentheses(|scan| {
        let name = scan.until(|byte| matches!(byte, b' ' | b'(' | b')' | b'[' | b'\r' | b'\n'));
        if name.is_empty() {
            return None;
        }
        if scan.peek() == Some(b'[') {
            section(name, &mut fetched, scan)
        } else {
            item(name, &mut fetched, scan)
        }
    })?;
    Some(fetched)
}

fn item(name: &[u8], fetched: &mut Fetched, scan: &mut Scan<'_>) -> Option<()> {
    scan.skip_blanks();
    match name.to_ascii_uppercase().as_slice() {
        b"UID" => fetched.uid = Some(scan.number_u32()?),
        b"FLAGS" => fetched.flags = Some(flags(scan)?),
        b"INTERNALDATE" => {
            fetched.internal_date = scan.nstring_text()?.and_then(|text| date::date_time(&text))
        }
        // Seen: negative ones, and such that no 64 bits hold.
        b"RFC822.SIZE" => fetched.size = scan.number(),
        b"MODSEQ" => fetched.mod_seq = mod_seq(scan)?,
        b"EMAILID" => fetched.email_id = object_id(scan)?,
        b"THREADID" => fetched.thread_id = object_id(scan)?,
        b"X-GM-MSGID" => fetched.gm_msgid = scan.number(),
        b"X-GM-THRID" => fetched.gm_thrid = scan.number(),
        b"X-GM-LABELS" => fetched.gm_labels = Some(labels(scan)?),
        b"RFC822" => body("", fetched, scan)?,
        b"RFC822.HEADER" => body("HEADER", fetched, scan)?,
        b"RFC822.TEXT" => body("TEXT", fetched, scan)?,
        _ => scan.skip_value()?,
    }
    Some(())
}

/// An item with a section: `BODY[HEADER]<0>`, `BINARY[]`, `BINARY.SIZE[1]` …
fn section(name: &[u8], fetched: &mut Fetched, scan: &mut Scan<'_>) -> Option<()> {
    let section = section_text(scan)?;
    if scan.eat(b'<') {
        fetched.origin = number_u32(scan.until(|byte| matches!(byte, b'>' | b' ')));
        scan.eat(b'>');
    }
    scan.skip_blanks();
    match name.to_ascii_uppercase().as_slice() {
        b"BODY" | b"BINARY" | b"BODY.PEEK" | b"BINARY.PEEK" => body(&section, fetched, scan),
        _ => scan.skip_value(),
    }
}

/// What is between the brackets, in upper case and without quotes, as we ask for it.
fn section_text(scan: &mut Scan<'_>) -> Option<String> {
    scan.eat(b'[');
    let mut text = String::new();
    loop {
        match scan.peek()? {
            b']' => {
                scan.eat(b']');
                return Some(text);
            }
            b'"' | b'{' => text.push_str(&readable(&scan.astring()?).to_ascii_uppercase()),
            b'\r' | b'\n' => return None,
            _ => {
                let plain = scan.until(|byte| matches!(byte, b']' | b'"' | b'{' | b'\r' | b'\n'));
                text.push_str(&readable(plain).to_ascii_uppercase());
            }
        }
    }
}

fn body(section: &str, fetched: &mut Fetched, scan: &mut Scan<'_>) -> Option<()> {
    match scan.nstring()? {
        Text::Streamed => fetched.streamed = true,
        Text::Nil => fetched.sections.push((section.to_owned(), None)),
        Text::Bytes(bytes) => fetched.sections.push((section.to_owned(), Some(bytes))),
    }
    Some(())
}

/// Flags are words: some servers send what no grammar allows, brackets and 8-bit letters among it.
fn flags(scan: &mut Scan<'_>) -> Option<Vec<String>> {
    if scan.peek() == Some(b'(') {
        return scan.words_in_parentheses();
    }
    scan.skip_value().map(|()| Vec::new())
}

/// RFC 7162 §3.1.4: in parentheses; some leave them out.
fn mod_seq(scan: &mut Scan<'_>) -> Option<Option<u64>> {
    if scan.peek() != Some(b'(') {
        return Some(scan.number());
    }
    let mut found = None;
    scan.in_parentheses(|scan| {
        found = scan.number();
        Some(())
    })?;
    Some(found)
}

/// RFC 8474 §5: in parentheses, or NIL.
fn object_id(scan: &mut Scan<'_>) -> Option<Option<String>> {
    if scan.peek() == Some(b'(') {
        return Some(in_parentheses(scan));
    }
    scan.nstring_text()
}

fn labels(scan: &mut Scan<'_>) -> Option<Vec<Vec<u8>>> {
    let mut labels = Vec::new();
    if scan.peek() != Some(b'(') {
        scan.skip_value()?;
        return Some(labels);
    }
    scan.in_parentheses(|scan| {
        labels.push(scan.astring()?);
        Some(())
    })?;
    Some(labels)
}
