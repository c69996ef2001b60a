//! What must be asked for, per kind.

use super::{contact, entry, event, group, mail, note, task, words};
use crate::ops::{Base, ExtendedPath, FieldPath, SEARCH_KEY, Shape};
use omm_core::model::ItemKind;

/// The first build of servers that know `item:TextBody`: 2013.
const WITH_TEXT: u32 = 15;

/// What is needed of items of a kind, from a server of this major version: 14 for 2010, 15 for 2013 and later.
pub(crate) fn shape(kind: ItemKind, version: u32) -> Shape {
    let shape = match kind {
        ItemKind::Contact => whole(contact::PROPERTIES.iter().chain(group::PROPERTIES)),
        ItemKind::Event => whole(event::PROPERTIES.iter().chain(entry::PROPERTIES)),
        ItemKind::Task => whole(task::PROPERTIES.iter().chain(entry::PROPERTIES)),
        ItemKind::Note => whole(note::PROPERTIES.iter()),
        _ => mail_list().with_mime(),
    };
    let text = (kind != ItemKind::Mail && version >= WITH_TEXT).then_some(FieldPath::Field("item:TextBody"));
    shape.with(text)
}

/// What is needed to list messages: all but their MIME.
pub(crate) fn mail_list() -> Shape {
    let fields = [
        "item:ItemClass",
        "item:DateTimeReceived",
        "item:Size",
        "item:Categories",
        "item:IsDraft",
        "message:IsRead",
        "message:IsReadReceiptRequested",
    ];
    let properties = mail::PROPERTIES.iter().chain([&mail::DELIVERED]).copied();
    Shape::id_only().with(fields.map(FieldPath::Field)).with(properties.map(FieldPath::from))
}

/// All that the schema has, MIME aside, and these properties.
fn whole<'a>(properties: impl Iterator<Item = &'a ExtendedPath>) -> Shape {
    let mut all = vec![words::UID, SEARCH_KEY];
    for property in properties {
        if !all.contains(property) {
            all.push(*property);
        }
    }
    Shape::new(Base::AllProperties).with_body().with(all.into_iter().map(FieldPath::from))
}
