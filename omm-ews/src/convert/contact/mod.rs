//! Contacts ([MS-OXWSCONT], [MS-OXOCNTC]) and the model of vCard.
//!
//! # What becomes of each field
//!
//! | of the contact | of the model |
//! |---|---|
//! | FileAs, DisplayName, GivenName, MiddleName, Surname, Generation, Initials, Nickname; PidTagDisplayNamePrefix | the names |
//! | PidLidYomi…, PidTagMaidenName… | how names are pronounced |
//! | CompanyName, Department, JobTitle, Profession, OfficeLocation, Manager, AssistantName, SpouseName, Children | the same |
//! | Companies | `X-OMM-COMPANY`, but for the organisation itself |
//! | EmailAddress1 to 3 | mail addresses; one of Exchange by the mail address beside it, else `X-MAIL-ADDRESS` |
//! | Business, Home, Other | postal addresses; post office box, country code, printed form by properties of MAPI |
//! | the 19 phones | phones |
//! | ImAddress1 to 3 | instant messaging |
//! | Birthday, WeddingAnniversary; PidLidBirthdayLocal … | days; 1604 is a day of any year |
//! | BusinessHomePage, PidTagPersonalHomePage, PidLidHtml | web pages |
//! | Body | notes |
//! | Sensitivity, Categories, LastModifiedTime | the same |
//! | gender, hobbies, numbers, user fields, certificates …  | by properties of MAPI |
//! | the attachment with IsContactPhoto | the photo: no part of the model |

mod address;
mod date;
mod email;
mod names;
mod person;
mod phone;
#[cfg(test)]
mod tests;

use super::{draft::Draft, order::Schema, words};
use crate::{ops::ExtendedPath, xml::Element};
use omm_content::card::{Class, Contact};

/// What must be asked for beside what the schema has.
pub(crate) const PROPERTIES: &[ExtendedPath] = names::ALL;

/// Reads a contact. What is lost is added to `losses`.
pub(crate) fn contact(item: &Element, losses: &mut Vec<String>) -> Contact {
    let mut contact = Contact {
        uid: words::urn(item),
        revised: words::time(item, "LastModifiedTime"),
        notes: words::text(item).plain.unwrap_or_default(),
        categories: words::list(item, "Categories"),
        class: class(item),
        ..Contact::default()
    };
    person::read(item, &mut contact);
    address::read(item, &mut contact);
    phone::read(item, &mut contact);
    email::read(item, &mut contact, losses);
    date::read(item, &mut contact);
    contact
}

/// Makes a contact. Its photo and its files are attachments, which are made of their own.
pub(crate) fn draft(contact: &Contact) -> Draft {
    let mut draft = Draft::new(Schema::Contact);
    draft.property_text(words::UID, &contact.uid);
    words::set_text(&mut draft, Some(&contact.notes), None);
    words::set_list(&mut draft, "item:Categories", "t:Categories", &contact.categories);
    set_class(&mut draft, contact.class);
    person::write(contact, &mut draft);
    address::write(contact, &mut draft);
    phone::write(contact, &mut draft);
    email::write(contact, &mut draft);
    date::write(contact, &mut draft);
    draft
}

/// Who may see a card: Sensitivity ([MS-OXCMSG] §2.2.1.13).
pub(super) fn class(item: &Element) -> Class {
    match item.text_of("Sensitivity") {
        Some("Confidential") => Class::Confidential,
        Some("Personal" | "Private") => Class::Private,
        _ => Class::Public,
    }
}

pub(super) fn set_class(draft: &mut Draft, class: Class) {
    match class {
        Class::Public => {}
        Class::Private => words::set_sensitivity(draft, "Private"),
        Class::Confidential => words::set_sensitivity(draft, "Confidential"),
    }
}
