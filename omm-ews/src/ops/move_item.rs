//! MoveItem ([MS-OXWSCORE]): puts items into another folder of the same mailbox. Their ids change.

use super::{FolderRef, ItemId, ItemRef, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Moves items.
#[derive(Clone, Debug)]
pub(crate) struct MoveItem {
    /// Which ones.
    pub(crate) items: Vec<ItemRef>,
    /// Where to.
    pub(crate) to: FolderRef,
}

impl Operation for MoveItem {
    const NAME: &'static str = "MoveItem";
    const WRITES: bool = true;
    /// What they are called now, where the server says so.
    type Answer = Batch<Option<ItemId>>;

    fn write(&self, writer: &mut Writer, version: Version) {
        writer.element("m:MoveItem", |writer| {
            writer.element("m:ToFolderId", |writer| self.to.write(writer));
            ItemRef::write_all(&self.items, "m:ItemIds", writer);
            if version >= Version::E2010Sp1 {
                writer.text("m:ReturnNewItemIds", "true");
            }
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), |message| {
            let item = message.child("Items").and_then(|items| items.children.first());
            Ok(item.and_then(|item| ItemId::of(item).ok()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, good, request_for};

    fn moving() -> MoveItem {
        let id = ItemId { id: "a".to_owned(), change_key: None };
        MoveItem { items: vec![ItemRef::Id(id)], to: FolderRef::distinguished("drafts", None) }
    }

    #[test]
    fn the_request() {
        for (version, ids) in
            [(Version::E2016, "<m:ReturnNewItemIds>true</m:ReturnNewItemIds>"), (Version::E2010, "")]
        {
            assert_eq!(
                request_for(version, &moving()),
                format!(
                    "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"drafts\"/></m:ToFolderId><m:ItemIds>\
                     <t:ItemId Id=\"a\"/></m:ItemIds>{ids}</m:MoveItem>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let item = "<m:Items><t:Message><t:ItemId Id='b'/></t:Message></m:Items>";
        for (inside, id) in [(item, Some("b")), ("", None), ("<m:Items/>", None)] {
            let moved = answered(&moving(), &good(inside)).expect("an answer").only().expect("moved");
            assert_eq!(moved.map(|id| id.id).as_deref(), id);
        }
    }
}
