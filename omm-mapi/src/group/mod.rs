//! Distribution lists ([MS-OXOCNTC] §2.2.2) as vCard groups.
//!
//! # What does not survive
//!
//! | of the list | what becomes of it |
//! |---|---|
//! | a member that is a contact | its mail address and name, as the list keeps them beside it; the link to the contact is left out |
//! | a member that is another list | `X-MEMBER` with its name, and a loss is told |
//! | a member of an address book of Exchange of which no mail address is known | the same |
//! | attachments, the format of the notes | told as losses; plain text |

mod members;
mod stream;

use crate::{
    Converted, Message, Options, contact,
    error::Result,
    inside,
    property::{Named, Properties, named, tag},
    text, uid,
};
use omm_content::{card::Group, pieces::Pieces};
use omm_core::model::ItemKind;

/// PidLidDistributionListName, in PSETID_Address.
const DISTRIBUTION_LIST_NAME: u32 = 0x8053;

/// Converts a distribution list.
///
/// # Errors
/// If its attachments cannot be listed, unless the options say to go without.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let mut losses = Vec::new();
    let group = group(message.properties(), &mut losses);
    let mut body = Pieces::new();
    body.text(group.write(contact::version(options)));
    for attachment in inside::attachments(message, options, &mut losses)? {
        let name = inside::name(attachment.properties());
        losses.push(format!("the attachment {name:?} is left out: a group holds no files"));
    }
    let mut converted = Converted::new(ItemKind::Contact, body);
    converted.losses = losses;
    Ok(converted)
}

fn group(properties: &Properties, losses: &mut Vec<String>) -> Group {
    let name = properties.named_text(&Named::Id(named::PSETID_ADDRESS, DISTRIBUTION_LIST_NAME));
    let name = name.or_else(|| properties.text(tag::DISPLAY_NAME)).or_else(|| properties.text(tag::SUBJECT));
    Group {
        uid: uid::urn(properties),
        revised: properties.time(tag::LAST_MODIFICATION_TIME),
        name: name.unwrap_or_default(),
        members: members::members(properties, losses),
        categories: properties.texts(properties.named(&named::KEYWORDS)),
        notes: text::plain_body(properties).unwrap_or_default(),
        class: contact::class(properties),
        ..Group::default()
    }
}
