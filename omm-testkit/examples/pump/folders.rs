//! The folders of the source, the fullest first, so that no lane is left with a large one in the end.

use crate::wire::{Account, Connection};
use std::{
    cmp::Reverse,
    collections::{HashMap, VecDeque},
    io,
};

/// Names as the server writes them, quotes and all.
pub(crate) fn all(source: &Account) -> io::Result<VecDeque<Vec<u8>>> {
    let mut connection = Connection::open(source)?;
    // RFC 5819; a server without it says no more than the names.
    let lines = connection
        .command("LIST \"\" \"*\" RETURN (STATUS (MESSAGES))")
        .or_else(|_| connection.command("LIST \"\" \"*\""))?;
    let counts: HashMap<&[u8], u64> = lines.iter().filter_map(|line| counted(line)).collect();
    let mut names: Vec<&[u8]> = lines.iter().filter_map(|line| named(line)).collect();
    names.sort_by_key(|name| Reverse(counts.get(name).copied().unwrap_or(0)));
    Ok(names.into_iter().map(<[u8]>::to_vec).collect())
}

/// `* LIST (\HasNoChildren) "/" "the name"`
fn named(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"* LIST (")?;
    let end = position(rest, b") ")?;
    let attributes = rest[..end].to_ascii_lowercase();
    if position(&attributes, b"\\noselect").is_some() || position(&attributes, b"\\nonexistent").is_some() {
        return None;
    }
    let rest = &rest[end + 2..];
    // The separator in quotes, or NIL.
    rest.get(position(rest, b" ")? + 1..)
}

/// `* STATUS "the name" (MESSAGES 17)`
fn counted(line: &[u8]) -> Option<(&[u8], u64)> {
    let rest = line.strip_prefix(b"* STATUS ")?;
    let end = rest.windows(11).rposition(|window| window == b" (MESSAGES ")?;
    let number = rest[end + 11..].strip_suffix(b")")?;
    Some((&rest[..end], std::str::from_utf8(number).ok()?.parse().ok()?))
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
