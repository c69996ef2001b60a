//! CreateItem ([MS-OXWSCORE]): makes items in a folder. They are saved and nothing else.

use super::{Draft, FolderRef, Item, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Makes items.
#[derive(Clone, Debug)]
pub(crate) struct CreateItem {
    /// In which folder.
    pub(crate) folder: FolderRef,
    /// The items.
    pub(crate) items: Vec<Draft>,
}

impl Operation for CreateItem {
    const NAME: &'static str = "CreateItem";
    const WRITES: bool = true;
    /// With their ids.
    type Answer = Batch<Item>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        let quietly = [("MessageDisposition", "SaveOnly"), ("SendMeetingInvitations", "SendToNone")];
        writer.element_with("m:CreateItem", &quietly, |writer| {
            writer.element("m:SavedItemFolderId", |writer| self.folder.write(writer));
            writer.element("m:Items", |writer| self.items.iter().for_each(|item| item.write(writer)));
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.items.len(), Item::of_message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        NewAttachment, OMM_MARK,
        trial::{answered, bad, good, request, written},
    };
    use omm_core::model::Body;

    fn create() -> CreateItem {
        let mail = Draft::new("t:Message", |writer| {
            writer.base64("t:MimeContent", &[], Body::from_bytes("A: b\r\n"));
            OMM_MARK.write_value("m", writer);
        });
        let card = Draft::new("t:Contact", |writer| {
            writer.element("t:Attachments", |writer| {
                let mut photo = NewAttachment::file("p.jpg", Body::from_bytes("jpg"));
                photo.is_contact_photo = true;
                photo.write(writer, Version::E2016);
            });
        });
        CreateItem { folder: FolderRef::distinguished("inbox", None), items: vec![mail, card] }
    }

    #[test]
    fn the_request() {
        let mark = written(|writer| OMM_MARK.write_value("m", writer));
        assert_eq!(
            request(&create()),
            format!(
                "<m:CreateItem MessageDisposition=\"SaveOnly\" SendMeetingInvitations=\"SendToNone\"><m:SavedItemFolderId>\
                 <t:DistinguishedFolderId Id=\"inbox\"/></m:SavedItemFolderId><m:Items><t:Message><t:MimeContent>QTogYg0K\
                 </t:MimeContent>{mark}</t:Message><t:Contact><t:Attachments><t:FileAttachment><t:Name>p.jpg</t:Name>\
                 <t:IsContactPhoto>true</t:IsContactPhoto><t:Content>anBn</t:Content></t:FileAttachment></t:Attachments>\
                 </t:Contact></m:Items></m:CreateItem>"
            )
        );
    }

    #[test]
    fn the_answer() {
        let item = "<m:Items><t:Contact><t:ItemId Id='a' ChangeKey='k'/><t:Attachments><t:FileAttachment>\
                    <t:AttachmentId Id='x'/></t:FileAttachment></t:Attachments></t:Contact></m:Items>";
        let batch =
            answered(&create(), &[bad("ErrorQuotaExceeded"), good(item)].concat()).expect("an answer");
        let [Err(_), Ok(made)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!(made.id.change_key.as_deref(), Some("k"));
    }
}
