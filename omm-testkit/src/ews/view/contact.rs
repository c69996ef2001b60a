//! What follows for people and lists of them.

use super::View;
use crate::ews::{
    schema::{Kind, PropertyName},
    view::property,
    xml::Element,
};

/// One element; nothing when it was set, or is not there.
pub(super) fn field(view: View<'_>, name: &str) -> Option<Element> {
    let is_person = view.item.kind == Kind::Contact;
    match name {
        "ContactSource" => Some(Element::text(name, "Store")),
        "DisplayName" if is_person => {
            view.stored(name).cloned().or_else(|| Some(Element::text(name, full_name(view)?)))
        }
        "FileAs" if is_person => {
            view.stored(name).cloned().or_else(|| Some(Element::text(name, file_as(view)?)))
        }
        "FileAs" => view
            .stored(name)
            .or_else(|| view.stored("DisplayName"))
            .map(|it| Element { name: name.to_owned(), ..it.clone() }),
        "CompleteName" if is_person => complete_name(view),
        "HasPicture" if is_person => {
            let has = view.attachments().iter().any(|it| it.field("IsContactPhoto") == Some("true"));
            Some(Element::text(name, has.to_string()))
        }
        _ => None,
    }
}

fn full_name(view: View<'_>) -> Option<String> {
    let parts = ["GivenName", "MiddleName", "Surname", "Generation"];
    let name: Vec<&str> =
        parts.iter().filter_map(|part| view.text(part)).filter(|part| !part.is_empty()).collect();
    (!name.is_empty()).then(|| name.join(" "))
}

fn file_as(view: View<'_>) -> Option<String> {
    let text = |name: &str| view.text(name).unwrap_or_default();
    let given = [text("GivenName"), text("MiddleName")].join(" ").trim().to_owned();
    let (given, surname, company) = (given.as_str(), text("Surname"), text("CompanyName"));
    let both = |one: &str, separator: &str, other: &str| match (one, other) {
        ("", other) => other.to_owned(),
        (one, "") => one.to_owned(),
        (one, other) => format!("{one}{separator}{other}"),
    };
    let found = match text("FileAsMapping") {
        "FirstSpaceLast" => both(given, " ", surname),
        "LastSpaceFirst" => both(surname, " ", given),
        "LastFirst" => both(surname, "", given),
        "Company" => company.to_owned(),
        "LastCommaFirstCompany" => both(&both(surname, ", ", given), "\r\n", company),
        "CompanyLastCommaFirst" => both(company, "\r\n", &both(surname, ", ", given)),
        "None" => String::new(),
        _ => both(surname, ", ", given),
    };
    (!found.is_empty()).then_some(found)
}

/// Made of the others; nobody can set it.
fn complete_name(view: View<'_>) -> Option<Element> {
    let prefix = property::value_of(view, &PropertyName::tagged(0x3A45, "String"));
    let prefix = prefix.and_then(|property| property.values.into_iter().next());
    let full = view.text("DisplayName").map(str::to_owned).or_else(|| full_name(view));
    let text = |name: &str| view.text(name).map(str::to_owned);
    let parts = [
        ("Title", prefix),
        ("FirstName", text("GivenName")),
        ("MiddleName", text("MiddleName")),
        ("LastName", text("Surname")),
        ("Suffix", text("Generation")),
        ("Initials", text("Initials")),
        ("FullName", full),
        ("Nickname", text("Nickname")),
    ];
    let parts: Vec<Element> = parts
        .into_iter()
        .filter_map(|(name, value)| {
            value.filter(|value| !value.is_empty()).map(|value| Element::text(name, value))
        })
        .collect();
    (!parts.is_empty()).then(|| Element::new("CompleteName").holding_all(parts))
}
