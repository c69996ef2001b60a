//! What appointments and tasks have in common: words, categories, reminders' importance, who may see them.

use super::{draft::Draft, moment, node::Node, words};
use crate::{
    ops::{ExtendedPath, PropertySet, PropertyType, SEARCH_KEY},
    xml::Element,
};
use omm_content::calendar::{Class, Entry, Importance};
use std::fmt::Write;

/// PidLidCompanies, PidLidContacts, PidLidMileage, PidLidBilling ([MS-OXPROPS] §2): of tasks they are elements.
const COMPANIES: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8539, PropertyType::StringArray);
const CONTACTS: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x853A, PropertyType::StringArray);
const MILEAGE: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8534, PropertyType::String);
const BILLING: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8535, PropertyType::String);
/// PidTagCreationTime, PidTagLastModificationTime have elements, and are the server's own.
pub(crate) const PROPERTIES: &[ExtendedPath] = &[COMPANIES, CONTACTS, MILEAGE, BILLING];

/// What an item says of itself, its people and files left out.
pub(crate) fn read(item: &Element) -> Entry {
    let text = words::text(item);
    let naive = |name: &str| item.text_of(name).and_then(moment::utc);
    Entry {
        uid: uid(item),
        modified: naive("LastModifiedTime"),
        created: naive("DateTimeCreated"),
        summary: item.text_of("Subject").map(str::to_owned),
        description: text.plain,
        html: text.html,
        class: match item.text_of("Sensitivity") {
            Some("Personal") => Some(Class::Personal),
            Some("Private") => Some(Class::Private),
            Some("Confidential") => Some(Class::Confidential),
            Some(_) => Some(Class::Public),
            None => None,
        },
        // [MS-OXCICAL] §2.1.3.1.1.20.17.
        priority: importance(item).map(|importance| match importance {
            Importance::Low => 9,
            Importance::Normal => 5,
            Importance::High => 1,
        }),
        categories: words::list(item, "Categories"),
        contacts: either(item, "Contacts", CONTACTS),
        companies: either(item, "Companies", COMPANIES),
        mileage: item.text_of("Mileage").map(str::to_owned).or_else(|| MILEAGE.text(item)),
        billing: item.text_of("BillingInformation").map(str::to_owned).or_else(|| BILLING.text(item)),
        ..Entry::default()
    }
}

fn either(item: &Element, element: &str, property: ExtendedPath) -> Vec<String> {
    let texts = words::list(item, element);
    if texts.is_empty() { property.texts(item) } else { texts }
}

pub(crate) fn importance(item: &Element) -> Option<Importance> {
    match item.text_of("Importance")? {
        "Low" => Some(Importance::Low),
        "High" => Some(Importance::High),
        _ => Some(Importance::Normal),
    }
}

/// What names an item for ever, where no calendar gave it a UID: what it had elsewhere, else its search key.
fn uid(item: &Element) -> String {
    if let Some(uid) = words::UID.text(item) {
        return uid;
    }
    let key = SEARCH_KEY.bytes(item);
    match key.filter(|key| key.iter().any(|byte| *byte != 0)) {
        Some(key) => key.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02X}");
            text
        }),
        None => words::urn(item),
    }
}

/// Sets the same of an item that is made, but for companies, contacts, mileage and billing.
pub(crate) fn write(entry: &Entry, importance: Option<Importance>, draft: &mut Draft) {
    draft.text("item:Subject", "t:Subject", entry.summary.as_deref().unwrap_or_default());
    match entry.class {
        None | Some(Class::Public) => {}
        Some(Class::Personal) => words::set_sensitivity(draft, "Personal"),
        Some(Class::Private) => words::set_sensitivity(draft, "Private"),
        Some(Class::Confidential) => words::set_sensitivity(draft, "Confidential"),
    }
    words::set_text(draft, entry.description.as_deref(), entry.html.as_deref());
    words::set_list(draft, "item:Categories", "t:Categories", &entry.categories);
    let importance = importance.or(match entry.priority {
        Some(1..=4) => Some(Importance::High),
        Some(6..) => Some(Importance::Low),
        _ => None,
    });
    match importance {
        Some(Importance::High) => draft.set("item:Importance", Node::text("t:Importance", "High")),
        Some(Importance::Low) => draft.set("item:Importance", Node::text("t:Importance", "Low")),
        Some(Importance::Normal) | None => {}
    }
    words::lose_lines(draft, &entry.extra);
}

/// Sets what tasks have elements for and appointments have not.
pub(crate) fn write_properties(entry: &Entry, draft: &mut Draft) {
    draft.property_texts(COMPANIES, &entry.companies);
    draft.property_texts(CONTACTS, &entry.contacts);
    draft.property_text(MILEAGE, entry.mileage.as_deref().unwrap_or_default());
    draft.property_text(BILLING, entry.billing.as_deref().unwrap_or_default());
}
