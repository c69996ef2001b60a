//! Contacts ([MS-OXOCNTC] §2.2.1) as vCard.
//!
//! # What does not survive
//!
//! | of the contact | what becomes of it |
//! |---|---|
//! | an address of Exchange (EX) of which no mail address is known, X.400 and the like | `X-MAIL-ADDRESS`, and a loss is told |
//! | attachments beside the photo | inside, as `X-ATTACH`, up to 1 MiB in all; larger ones and embedded messages are told as losses |
//! | a format of the notes | plain text |
//! | follow-up flag and reminder of the contact | left out: vCard has no dates to act upon |
//! | the business card's layout and picture, links to other contacts, the journal switch | left out: how Outlook shows it |
//! | fields of the user's own forms (PS_PUBLIC_STRINGS) | left out; the four built-in user fields are kept |
//! | fax "addresses" of the address book | the number, if no phone field has it |
//! | a birthday in PidTagBirthday only | the day of which it is the midnight from UTC-10:45 to UTC+13: the contact does not name the zone |

mod address;
mod certificate;
mod email;
mod names;
mod person;
mod phone;
mod photo;

use crate::{
    Converted, Message, Options,
    error::Result,
    inside,
    property::{Named, named, tag},
    text, uid,
};
pub use email::mail_address;
use names::address as lid;
use omm_content::card::{Class, Contact, Inline, Version};
use omm_core::model::ItemKind;
use std::io::Cursor;

/// Converts a contact.
///
/// # Errors
/// If an attachment cannot be read, unless the options say to go without.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let mut losses = Vec::new();
    let contact = contact(message, &mut losses);
    let mut photo = None;
    let files = inside::files(message, options, &mut losses, |attachment| {
        let is_photo = photo.is_none() && photo::is_photo(attachment.properties());
        if is_photo {
            // Once its bytes are on their way into the card it is too late to go without.
            if options.without_damaged {
                inside::is_readable(attachment)?;
            }
            photo = attachment.data()?;
        }
        Ok(is_photo && photo.is_some())
    })?;
    let files = files
        .into_iter()
        .map(|file| Inline::new(file.media_type, file.name, Box::new(Cursor::new(file.bytes))));
    let body = contact.write(version(options), photo.map(Inline::image).transpose()?, files.collect());
    let mut converted = Converted::new(ItemKind::Contact, body);
    converted.losses = losses;
    Ok(converted)
}

/// The vCard that was asked for.
pub(crate) fn version(options: &Options) -> Version {
    if options.vcard_3 { Version::V3 } else { Version::V4 }
}

/// Who may see an item: PidTagSensitivity ([MS-OXCMSG] §2.2.1.13), PidLidPrivate ([MS-OXCMSG] §2.2.1.15).
pub(crate) fn class(properties: &crate::property::Properties) -> Class {
    match properties.number(tag::SENSITIVITY) {
        Some(3) => Class::Confidential,
        Some(1 | 2) => Class::Private,
        _ if properties.is_named(&Named::Id(named::PSETID_COMMON, names::PRIVATE)) => Class::Private,
        _ => Class::Public,
    }
}

/// The contact, but for what is large.
pub(crate) fn contact(message: &dyn Message, losses: &mut Vec<String>) -> Contact {
    let properties = message.properties();
    let mut contact = Contact {
        uid: uid::urn(properties),
        revised: properties.time(tag::LAST_MODIFICATION_TIME),
        notes: text::plain_body(properties).unwrap_or_default(),
        categories: properties.texts(properties.named(&named::KEYWORDS)),
        class: class(properties),
        free_busy: properties.named_text(&lid(names::FREE_BUSY_LOCATION)).unwrap_or_default(),
        certificates: certificate::certificates(properties.get(names::USER_X509_CERTIFICATE)),
        ..Contact::default()
    };
    person::fill(properties, &mut contact);
    address::fill(properties, &mut contact);
    phone::fill(properties, &mut contact);
    email::fill(properties, &mut contact, losses);
    contact
}
