//! Extended properties: those that were set, and those that show what elements show.

use super::View;
use crate::ews::{
    calendar::shown,
    schema::{Property, PropertyName, Shape, mirrored},
    xml::Element,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A property of an item; nothing when it has none. That of another type is another.
pub(in crate::ews) fn value_of(view: View<'_>, name: &PropertyName) -> Option<Property> {
    let of_exception = view.exception().and_then(|it| it.properties.iter().find(|own| own.name == *name));
    if let Some(property) = of_exception.or_else(|| view.item.property(name)) {
        return Some(property.clone());
    }
    let value = reckoned(view, name.tag?, &name.kind)?;
    Some(Property::new(name.clone(), value))
}

fn reckoned(view: View<'_>, tag: u16, kind: &str) -> Option<String> {
    let field = |name: &str| super::fields::field(view, name, &Shape::default());
    if let Some(name) = mirrored(tag) {
        // Flag is an element since 2013, and was a property long before.
        let element = if name == "Flag" { view.item.field(name)?.clone() } else { field(name)? };
        return Some(match name {
            "Importance" => rank(&element.text, &["Low", "Normal", "High"])?,
            "Sensitivity" => rank(&element.text, &["Normal", "Personal", "Private", "Confidential"])?,
            "Flag" => match element.text_of("FlagStatus")? {
                "Flagged" => "2".to_owned(),
                "Complete" => "1".to_owned(),
                _ => return None,
            },
            _ => element.text,
        });
    }
    let item = view.item;
    match (tag, kind) {
        (0x0E07, "Integer") => Some(flags(view).to_string()),
        (0x0E69, "Boolean") => field("IsRead").map(|element| element.text),
        (0x0E08, "Integer" | "Long") => Some(item.size().to_string()),
        (0x0E1B, "Boolean") => field("HasAttachments").map(|element| element.text),
        (0x3008, "SystemTime") => Some(shown(item.modified_at)),
        (0x300B, "Binary") => Some(STANDARD.encode(&item.search_key)),
        (0x0FFF | 0x65E0, "Binary") => Some(STANDARD.encode(format!("{}/{}", view.mailbox.number, item.key))),
        (0x65E2, "Binary") => Some(STANDARD.encode(item.changed.to_be_bytes())),
        (0x007D, "String") => {
            let headers = crate::ews::mime::header_block(item.mime.as_deref()?);
            Some(headers)
        }
        (0x1000, "String") => text_body(view, "Text"),
        (0x1013, "Binary") => text_body(view, "HTML").map(|text| STANDARD.encode(text)),
        _ => None,
    }
}

/// PidTagMessageFlags ([MS-OXCMSG]): read, unmodified, unsent, has attachments, from me.
fn flags(view: View<'_>) -> u32 {
    let element = |name: &str| {
        let found: Option<Element> = super::fields::field(view, name, &Shape::default());
        found.is_some_and(|element| element.text == "true")
    };
    let bits = [
        ("IsRead", 0x01),
        ("IsUnmodified", 0x02),
        ("IsDraft", 0x08),
        ("HasAttachments", 0x10),
        ("IsFromMe", 0x20),
        ("IsAssociated", 0x40),
    ];
    bits.iter().filter(|(name, _)| element(name)).map(|(_, bit)| bit).sum()
}

fn rank(text: &str, names: &[&str]) -> Option<String> {
    names.iter().position(|name| *name == text).map(|place| place.to_string())
}

fn text_body(view: View<'_>, kind: &str) -> Option<String> {
    let shape = Shape { body: kind.to_owned(), ..Shape::default() };
    super::fields::field(view, "Body", &shape).map(|element| element.text)
}
