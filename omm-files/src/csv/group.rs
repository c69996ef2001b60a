//! Zimbra's groups: a row whose `dlist` lists addresses.

use super::row::Row;
use omm_content::card::{Group, Member, MemberAddress};

/// The group that a row is, if it is one.
pub(super) fn group(row: &Row) -> Option<Group> {
    let members = row.members.as_deref().filter(|_| row.is_group())?;
    Some(Group {
        uid: row.contact.uid.clone(),
        revised: None,
        name: row.contact.shown_name(),
        members: split(members).into_iter().map(member).collect(),
        categories: row.contact.categories.clone(),
        notes: row.contact.notes.clone(),
        class: row.contact.class,
        lines: Vec::new(),
    })
}

/// Addresses are parted by commas outside quotation marks.
fn split(list: &str) -> Vec<&str> {
    let mut quoted = false;
    let parts = list.split(|letter| {
        quoted ^= letter == '"';
        matches!(letter, ',' | ';') && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// `"Jane" <jane@example.org>`, or an address alone.
fn member(text: &str) -> Member {
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').to_owned(), address.trim()),
        None => (String::new(), text),
    };
    let address = match address.contains('@') {
        true => MemberAddress::Mail(address.to_owned()),
        false => MemberAddress::Unknown,
    };
    let name = if name.is_empty() && address == MemberAddress::Unknown { text.to_owned() } else { name };
    Member { name, address }
}
