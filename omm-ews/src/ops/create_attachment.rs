//! CreateAttachment ([MS-OXWSATT]): adds attachments to an item. Its change key changes with each.

use super::{AttachmentId, ItemId, NewAttachment, Operation};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Adds attachments to an item.
#[derive(Clone, Debug)]
pub(crate) struct CreateAttachment {
    /// To which one.
    pub(crate) parent: ItemId,
    /// The attachments.
    pub(crate) attachments: Vec<NewAttachment>,
}

/// An attachment that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CreatedAttachment {
    /// What it is called.
    pub(crate) id: AttachmentId,
    /// The item that it belongs to, with its new change key, where the server says so.
    pub(crate) root: Option<ItemId>,
}

impl Operation for CreateAttachment {
    const NAME: &'static str = "CreateAttachment";
    const WRITES: bool = true;
    type Answer = Batch<CreatedAttachment>;

    fn write(&self, writer: &mut Writer, version: Version) {
        writer.element("m:CreateAttachment", |writer| {
            let key = self.parent.change_key.as_deref().map(|key| ("ChangeKey", key));
            let id = [("Id", self.parent.id.as_str())];
            let attributes: Vec<_> = id.into_iter().chain(key).collect();
            writer.empty("m:ParentItemId", &attributes);
            writer.element("m:Attachments", |writer| {
                self.attachments.iter().for_each(|attachment| attachment.write(writer, version));
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.attachments.len(), |message| {
            let list = message.child("Attachments").ok_or_else(|| Unreadable::without("Attachments"))?;
            let made =
                list.children.first().ok_or_else(|| Unreadable::without("attachment in Attachments"))?;
            Ok(CreatedAttachment { id: AttachmentId::of(made)?, root: root(made) })
        })
    }
}

fn root(attachment: &Element) -> Option<ItemId> {
    let id = attachment.child("AttachmentId")?;
    let change_key = id.attribute("RootItemChangeKey").map(str::to_owned);
    Some(ItemId { id: id.attribute("RootItemId")?.to_owned(), change_key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, good, request_for};
    use omm_core::model::Body;

    fn create() -> CreateAttachment {
        let mut file = NewAttachment::file("a&b.png", Body::from_bytes("png"));
        file.content_type = Some("image/png".to_owned());
        file.content_id = Some("c@d".to_owned());
        let parent = ItemId { id: "a".to_owned(), change_key: Some("k".to_owned()) };
        CreateAttachment { parent, attachments: vec![file, NewAttachment::file("m", Body::from_bytes(""))] }
    }

    #[test]
    fn the_request() {
        for (version, inline) in [(Version::E2010, "<t:IsInline>true</t:IsInline>"), (Version::E2007Sp1, "")]
        {
            assert_eq!(
                request_for(version, &create()),
                format!(
                    "<m:CreateAttachment><m:ParentItemId Id=\"a\" ChangeKey=\"k\"/><m:Attachments><t:FileAttachment>\
                     <t:Name>a&amp;b.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>c@d</t:ContentId>\
                     {inline}<t:Content>cG5n</t:Content></t:FileAttachment><t:FileAttachment><t:Name>m</t:Name><t:Content>\
                     </t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let made = |id| {
            format!(
                "<m:Attachments><t:FileAttachment><t:AttachmentId {id}/></t:FileAttachment></m:Attachments>"
            )
        };
        let whole = made("Id='x' RootItemId='a' RootItemChangeKey='l'");
        let batch = answered(&create(), &[good(&whole), good(&made("Id='y'"))].concat()).expect("an answer");
        let [Ok(first), Ok(second)] = &batch.answered[..] else { panic!("{batch:?}") };
        let key = first.root.as_ref().and_then(|root| root.change_key.as_deref());
        assert_eq!((first.id.0.as_str(), key, &second.root), ("x", Some("l"), &None));
        assert!(
            answered(&create(), &good(&made(""))).expect("an answer").answered.iter().all(Result::is_err)
        );
    }
}
