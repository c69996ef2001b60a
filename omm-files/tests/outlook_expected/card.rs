//! Contacts and groups: vCard as calcard reads it, as lines.

use crate::words::{self, person, plain};
use calcard::vcard::{VCard, VCardEntry, VCardValue};

type Lines = Vec<(&'static str, String)>;

/// The name of a contact and its lines.
pub(crate) fn read(text: &str) -> (String, Lines) {
    let card = VCard::parse(text).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    let name = plain(&value(&card, "FN"));
    let mut lines = vec![("full name", name.clone())];
    lines.extend(words::text(&value(&card, "NOTE")).map(|text| ("text", text)));
    if value(&card, "KIND").eq_ignore_ascii_case("group") {
        lines.extend(entries(&card, "MEMBER").map(|member| ("member", self::member(member))));
        return (name, lines);
    }
    let parts = entries(&card, "N").next().map(parts).unwrap_or_default();
    let part = |at: usize| parts.get(at).map(|part| plain(part)).unwrap_or_default();
    lines.push(("name", (0..5).map(part).collect::<Vec<_>>().join(";")));
    lines.extend(entries(&card, "EMAIL").map(|email| ("email", texts(email))));
    let organization = entries(&card, "ORG").next().map(self::parts).unwrap_or_default();
    for (aspect, at) in [("company", 0), ("department", 1)] {
        let value = organization.get(at).map(|part| plain(part)).unwrap_or_default();
        lines.extend((!value.is_empty()).then_some((aspect, value)));
    }
    let title = plain(&value(&card, "TITLE"));
    lines.extend((!title.is_empty()).then_some(("title", title)));
    for phone in entries(&card, "TEL") {
        let types: Vec<String> = parameters(phone, "TYPE").map(str::to_lowercase).collect();
        let is = |kind: &str| types.iter().any(|own| own == kind);
        let kind = ["fax", "cell", "home", "work"].into_iter().find(|kind| is(kind)).unwrap_or_default();
        lines.push(("tel", format!("{kind} {}", plain(&texts(phone)))));
    }
    lines.extend(entries(&card, "URL").map(|url| ("url", texts(url))));
    for address in entries(&card, "ADR").map(self::parts) {
        // Street, city, code, country.
        let part = |at: usize| address.get(at).map(|part| plain(part)).unwrap_or_default();
        lines.push(("address", [2, 3, 5, 6].map(part).join(";")));
    }
    lines.extend(entries(&card, "BDAY").map(|day| ("birthday", birthday(day))));
    (name, lines)
}

fn member(entry: &VCardEntry) -> String {
    let address = texts(entry);
    let name = parameters(entry, "X-CN").next().unwrap_or_default();
    person(name, address.strip_prefix("mailto:").unwrap_or(&address))
}

fn birthday(entry: &VCardEntry) -> String {
    match entry.values.first() {
        Some(VCardValue::PartialDateTime(date)) => format!(
            "{:04}-{:02}-{:02}",
            date.year.unwrap_or_default(),
            date.month.unwrap_or_default(),
            date.day.unwrap_or_default()
        ),
        other => format!("{other:?}"),
    }
}

fn entries<'a>(card: &'a VCard, name: &'a str) -> impl Iterator<Item = &'a VCardEntry> {
    card.entries.iter().filter(move |entry| entry.name.as_str() == name)
}

fn parameters<'a>(entry: &'a VCardEntry, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = entry.params.iter().filter(move |parameter| parameter.name.as_str() == name);
    named.filter_map(|parameter| parameter.value.as_text())
}

/// The components of a value.
fn parts(entry: &VCardEntry) -> Vec<String> {
    let mut parts = Vec::new();
    for value in &entry.values {
        match value {
            VCardValue::Component(of) => parts.push(of.join(",")),
            other => parts.push(other.as_text().unwrap_or_default().to_owned()),
        }
    }
    parts
}

fn texts(entry: &VCardEntry) -> String {
    parts(entry).join(" ")
}

fn value(card: &VCard, name: &str) -> String {
    entries(card, name).next().map(texts).unwrap_or_default()
}
