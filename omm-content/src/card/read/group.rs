//! A card that is a group (RFC 6350 §6.1.4, §6.6.5; in 3.0 as Apple's address books have it).

use super::{
    Card, Read, Reader,
    kept::{Labels, class},
    name::set,
};
use crate::{
    card::{Contact, Group, Member, MemberAddress},
    loss::Lost,
    read::component::{Component, Property, decode_uri},
};

/// More members than any list has.
const MOST: usize = 100_000;

pub(super) fn read(card: &Component, is_4: bool) -> Read {
    // For names, dates and what is kept: as of a contact.
    let mut reader = Reader {
        contact: Contact::default(),
        photo: None,
        files: Vec::new(),
        labels: Labels::of(card),
        losses: Vec::new(),
        is_4,
        groups_of_addresses: Vec::new(),
        has_preferred_email: false,
    };
    let mut group = Group::default();
    for property in &card.properties {
        if !member(property, &mut group, &mut reader) && !own(property, &mut group, &mut reader) {
            reader.labels.keep(&property.group);
            group.lines.push(property.line());
        }
    }
    reader.labels.finish(&mut reader.losses, &mut group.lines);
    let Contact { uid, revised, display_name: name, categories, notes, .. } = reader.contact;
    let card = Card::Group(Group { uid, revised, name, categories, notes, ..group });
    Read { card, photo: None, files: Vec::new(), losses: reader.losses }
}

fn own(property: &Property, group: &mut Group, reader: &mut Reader) -> bool {
    match property.name.as_str() {
        "VERSION" | "PRODID" | "KIND" | "X-ADDRESSBOOKSERVER-KIND" => true,
        "FN" => set(&mut reader.contact.display_name, property.text()),
        "UID" | "REV" | "CATEGORIES" | "NOTE" => reader.name(property),
        "CLASS" | "X-CLASS" => class(property).map(|class| group.class = class).is_some(),
        // The writer makes it of the name.
        "N" => {
            let others = property.fields().skip(1).flatten().any(|text| !text.trim().is_empty());
            if others {
                reader.lose("N", Lost::Joined, property.value());
            }
            true
        }
        _ if reader.labels.is_label(property) => true,
        _ => false,
    }
}

fn member(property: &Property, group: &mut Group, reader: &mut Reader) -> bool {
    let name = property.words("X-CN").unwrap_or_default();
    let uri = property.value().trim();
    let member = match property.name.as_str() {
        "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER" => {
            let mail = uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
            let address = match mail.and_then(|scheme| uri.get(scheme.len()..)) {
                Some(address) => {
                    // RFC 6068 §2: what follows `?` is not part of the address.
                    MemberAddress::Mail(decode_uri(address.split('?').next().unwrap_or_default()))
                }
                None => MemberAddress::Card(uri.to_owned()),
            };
            Member { name, address }
        }
        "X-MEMBER" => Member { name: property.text(), address: MemberAddress::Unknown },
        _ => return false,
    };
    if group.members.len() == MOST {
        reader.lose(&property.name, Lost::TooMany, "");
    } else {
        group.members.push(member);
        reader.parameters(property, &["X-CN", "PREF"]);
    }
    true
}
