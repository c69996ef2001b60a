//! UpdateItem ([MS-OXWSCORE]): changes properties of items. They are saved and nothing else.

use super::{Draft, FieldPath, ItemId, ItemRef, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Changes items.
#[derive(Clone, Debug)]
pub(crate) struct UpdateItem {
    /// The changes, item by item.
    pub(crate) changes: Vec<ItemChange>,
    /// What becomes of an item that has another change key by now.
    pub(crate) conflict: Conflict,
}

/// What becomes of an item that is not as it was seen ([MS-OXWSCDATA] ConflictResolutionType).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// It is changed all the same.
    Overwrite,
    /// It is left. Every item needs its change key.
    Leave,
}

/// What an item is changed in.
#[derive(Clone, Debug)]
pub(crate) struct ItemChange {
    /// Which one.
    pub(crate) item: ItemRef,
    /// In what.
    pub(crate) updates: Vec<Update>,
}

/// A change of a property.
#[derive(Clone, Debug)]
pub(crate) enum Update {
    /// It becomes what the draft says: an element of the item's kind with this property in it and no other.
    Set(FieldPath, Draft),
    /// It goes.
    Delete(FieldPath),
}

impl Update {
    /// Sets a property: the kind of the item (`t:Message`) and its element, written.
    pub(crate) fn set(
        path: impl Into<FieldPath>,
        kind: &'static str,
        property: impl FnOnce(&mut Writer),
    ) -> Self {
        Self::Set(path.into(), Draft::new(kind, property))
    }

    fn write(&self, writer: &mut Writer) {
        let (name, path, draft) = match self {
            Self::Set(path, draft) => ("t:SetItemField", path, Some(draft)),
            Self::Delete(path) => ("t:DeleteItemField", path, None),
        };
        writer.element(name, |writer| {
            path.write(writer);
            if let Some(draft) = draft {
                draft.write(writer);
            }
        });
    }
}

impl Operation for UpdateItem {
    const NAME: &'static str = "UpdateItem";
    const WRITES: bool = true;
    /// The ids with their new change keys, where the server says them.
    type Answer = Batch<Option<ItemId>>;

    fn write(&self, writer: &mut Writer, version: Version) {
        let conflict = match self.conflict {
            Conflict::Overwrite => "AlwaysOverwrite",
            Conflict::Leave => "NeverOverwrite",
        };
        let mut attributes = vec![
            ("ConflictResolution", conflict),
            ("MessageDisposition", "SaveOnly"),
            ("SendMeetingInvitationsOrCancellations", "SendToNone"),
        ];
        // A mail that is marked as read answers the wish for a receipt, unless told not to. Older servers have no word for it.
        if version >= Version::E2013 {
            attributes.push(("SuppressReadReceipts", "true"));
        }
        writer.element_with("m:UpdateItem", &attributes, |writer| {
            writer.element("m:ItemChanges", |writer| {
                for change in &self.changes {
                    writer.element("t:ItemChange", |writer| {
                        change.item.write(writer);
                        writer.element("t:Updates", |writer| {
                            change.updates.iter().for_each(|update| update.write(writer));
                        });
                    });
                }
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.changes.len(), |message| {
            let item = message.child("Items").and_then(|items| items.children.first());
            Ok(item.and_then(|item| ItemId::of(item).ok()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        OccurrenceId,
        trial::{answered, bad, good, request_for},
    };

    fn update() -> UpdateItem {
        let id = ItemId { id: "a".to_owned(), change_key: Some("k".to_owned()) };
        let subject = FieldPath::Field("item:Subject");
        let whole = vec![
            Update::set(subject, "t:Message", |writer| writer.text("t:Subject", "s")),
            Update::Delete(FieldPath::Field("item:Body")),
        ];
        let occurrence = ItemRef::Occurrence(OccurrenceId { master: id.clone(), index: 2 });
        let changes = vec![
            ItemChange { item: ItemRef::Id(id), updates: whole },
            ItemChange { item: occurrence, updates: vec![Update::Delete(subject)] },
        ];
        UpdateItem { changes, conflict: Conflict::Overwrite }
    }

    #[test]
    fn the_request() {
        for (version, receipts) in [
            (Version::E2016, " SuppressReadReceipts=\"true\""),
            (Version::E2013, " SuppressReadReceipts=\"true\""),
            (Version::E2010Sp2, ""),
        ] {
            assert_eq!(
                request_for(version, &update()),
                format!(
                    "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" MessageDisposition=\"SaveOnly\" \
                     SendMeetingInvitationsOrCancellations=\"SendToNone\"{receipts}><m:ItemChanges><t:ItemChange>\
                     <t:ItemId Id=\"a\" ChangeKey=\"k\"/><t:Updates><t:SetItemField><t:FieldURI FieldURI=\"item:Subject\"/>\
                     <t:Message><t:Subject>s</t:Subject></t:Message></t:SetItemField><t:DeleteItemField><t:FieldURI \
                     FieldURI=\"item:Body\"/></t:DeleteItemField></t:Updates></t:ItemChange><t:ItemChange>\
                     <t:OccurrenceItemId RecurringMasterId=\"a\" ChangeKey=\"k\" InstanceIndex=\"2\"/><t:Updates>\
                     <t:DeleteItemField><t:FieldURI FieldURI=\"item:Subject\"/></t:DeleteItemField></t:Updates>\
                     </t:ItemChange></m:ItemChanges></m:UpdateItem>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let item = "<m:Items><t:Message><t:ItemId Id='a' ChangeKey='l'/></t:Message></m:Items><m:ConflictResults>\
                    <t:Count>0</t:Count></m:ConflictResults>";
        let operation = update();
        let messages = [good(item), bad("ErrorIrresolvableConflict")].concat();
        let batch = answered(&operation, &messages).expect("an answer");
        let [Ok(Some(id)), Err(_)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!(id.change_key.as_deref(), Some("l"));
        let batch = answered(&operation, &good("<m:Items/>")).expect("an answer");
        assert_eq!((batch.answered, batch.unanswered), (vec![Ok(None)], 1));
    }
}
