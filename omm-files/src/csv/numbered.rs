//! Google's numbered columns: `E-mail 1 - Type`, `E-mail 1 - Value`, and so on.

use super::{
    columns::Columns,
    dates,
    field::{Field, Group, GroupPart},
    row::{BETWEEN, Row},
    words,
};
use omm_content::card::{Address, Email, Im, Phone, Place, Web};
use std::collections::BTreeMap;

type Parts = BTreeMap<GroupPart, String>;

/// Puts one of a group into the contact. What has no place there is kept under the name of its column.
pub(super) fn put(row: &mut Row, columns: &Columns, group: Group, number: u8, mut parts: Parts) {
    let label = parts.remove(&GroupPart::Kind).unwrap_or_default();
    let known = match group {
        Group::Address => address(row, &label, &mut parts),
        Group::Organisation => organisation(row, &label, &mut parts),
        Group::Im => im(row, &label, &mut parts),
        _ => value(row, group, &label, &mut parts),
    };
    if !known && !label.is_empty() {
        parts.insert(GroupPart::Kind, label);
    }
    for (part, text) in parts {
        let field = Some(Field::Numbered(group, number, part));
        let header = columns.columns.iter().find(|(_, known)| *known == field);
        row.keep(header.map_or("", |(name, _)| name), &text);
    }
}

/// Several values stand in one cell; true if the label says nothing that is lost.
fn value(row: &mut Row, group: Group, label: &str, parts: &mut Parts) -> bool {
    let Some(text) = parts.remove(&GroupPart::Value) else { return false };
    let place = words::place(label);
    let contact = &mut row.contact;
    for one in text.split(BETWEEN).map(str::trim).filter(|one| !one.is_empty()) {
        match group {
            Group::Email => contact.emails.push(Email {
                address: one.to_owned(),
                place: place.unwrap_or_default(),
                ..Email::default()
            }),
            Group::Phone => contact
                .phones
                .push(Phone { kind: words::phone(label).unwrap_or_default(), number: one.to_owned() }),
            Group::Website => {
                contact.webs.push(Web { url: one.to_owned(), place: place.unwrap_or_default() })
            }
            Group::Relation => contact.relations.push((label.to_owned(), one.to_owned())),
            Group::Event if label.eq_ignore_ascii_case("anniversary") && contact.anniversary.is_none() => {
                contact.anniversary = dates::date(one, dates::Order::MonthFirst);
            }
            _ => {
                parts.insert(GroupPart::Value, text);
                return false;
            }
        }
    }
    match group {
        Group::Phone => words::phone(label).is_some(),
        Group::Relation | Group::Event => true,
        // A home page and a profile are pages like others.
        Group::Website => {
            place.is_some() || matches!(label.to_lowercase().as_str(), "homepage" | "home page" | "profile")
        }
        _ => place.is_some(),
    }
}

fn im(row: &mut Row, label: &str, parts: &mut Parts) -> bool {
    let Some(text) = parts.remove(&GroupPart::Value) else { return false };
    let services = parts.remove(&GroupPart::Service).unwrap_or_default();
    let mut services = services.split(BETWEEN);
    let place = words::place(label);
    for one in text.split(BETWEEN).map(str::trim).filter(|one| !one.is_empty()) {
        row.contact.ims.push(Im {
            address: one.to_owned(),
            service: services.next().unwrap_or_default().trim().to_owned(),
            place: place.unwrap_or_default(),
        });
    }
    place.is_some()
}

fn address(row: &mut Row, label: &str, parts: &mut Parts) -> bool {
    // Several addresses in one cell of each column cannot be told apart for certain.
    if parts.values().any(|text| text.contains(BETWEEN)) {
        return false;
    }
    let mut take = |part| parts.remove(&part).unwrap_or_default();
    let place = words::place(label);
    let address = Address {
        place: place.unwrap_or(Place::Other),
        post_box: take(GroupPart::PostBox),
        extended: take(GroupPart::Extended),
        street: take(GroupPart::Street),
        city: take(GroupPart::City),
        region: take(GroupPart::Region),
        code: take(GroupPart::Code),
        country: take(GroupPart::Country),
        label: take(GroupPart::Formatted),
        ..Address::default()
    };
    if !address.is_empty() {
        row.contact.addresses.push(address);
    }
    place.is_some()
}

/// The first organisation is the one; others are kept as they stand.
fn organisation(row: &mut Row, label: &str, parts: &mut Parts) -> bool {
    let contact = &mut row.contact;
    let first =
        [&contact.organisation, &contact.department, &contact.job_title].iter().all(|text| text.is_empty());
    if first {
        let mut take = |part| parts.remove(&part).unwrap_or_default();
        contact.organisation = take(GroupPart::Name);
        contact.phonetic_organisation = take(GroupPart::PhoneticName);
        contact.job_title = take(GroupPart::Title);
        contact.department = take(GroupPart::Department);
        contact.office = take(GroupPart::Location);
        contact.role = if contact.role.is_empty() { take(GroupPart::Description) } else { String::new() };
    }
    first && words::place(label).is_some()
}
