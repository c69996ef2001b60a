//! UploadItems ([MS-OXWSBTRF]): makes items of Exchange's own streams; since 2010 SP1.

use super::{FolderId, ItemId, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};
use omm_core::model::Body;

/// Makes items of streams. Always new ones: what an item was before is nobody's to overwrite.
#[derive(Clone, Debug)]
pub(crate) struct UploadItems {
    /// The items.
    pub(crate) items: Vec<Upload>,
}

/// An item to be made.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// In which folder. The server wants its id: those that every mailbox has have no name here.
    pub(crate) folder: FolderId,
    /// What ExportItems gave.
    pub(crate) data: Body,
}

impl Operation for UploadItems {
    const NAME: &'static str = "UploadItems";
    const WRITES: bool = true;
    type Answer = Batch<ItemId>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element("m:UploadItems", |writer| {
            writer.element("m:Items", |writer| {
                for item in &self.items {
                    writer.element_with("t:Item", &[("CreateAction", "CreateNew")], |writer| {
                        writer.empty("t:ParentFolderId", &[("Id", &item.folder.id)]);
                        writer.base64("t:Data", &[], item.data.clone());
                    });
                }
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), ItemId::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    fn upload() -> UploadItems {
        let folder = FolderId { id: "f".to_owned(), change_key: Some("k".to_owned()) };
        let item = Upload { folder, data: Body::from_bytes(vec![1, 0, 0]) };
        UploadItems { items: vec![item.clone(), item.clone(), item] }
    }

    #[test]
    fn the_request() {
        let item =
            "<t:Item CreateAction=\"CreateNew\"><t:ParentFolderId Id=\"f\"/><t:Data>AQAA</t:Data></t:Item>";
        let xml = format!("<m:UploadItems><m:Items>{item}{item}{item}</m:Items></m:UploadItems>");
        assert_eq!(request(&upload()), xml);
    }

    #[test]
    fn the_answer() {
        let messages =
            [good("<m:ItemId Id='a' ChangeKey='k'/>"), bad("ErrorItemNotFound"), good("")].concat();
        let batch = answered(&upload(), &messages).expect("an answer");
        let [Ok(id), Err(_), Err(_)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!(id.id, "a");
    }
}
