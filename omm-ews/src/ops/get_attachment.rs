//! GetAttachment ([MS-OXWSATT]): attachments whole. Bytes of files and MIME of items go by as streams.

use super::{AttachmentContent, AttachmentId, Operation, Shape};
use crate::{
    soap::{Batch, Unreadable, Version},
    xml::{Element, Writer},
};

/// Asks for attachments.
#[derive(Clone, Debug)]
pub(crate) struct GetAttachment {
    /// Which ones.
    pub(crate) attachments: Vec<AttachmentId>,
    /// What attached items are shown with; they are always shown whole, and MIME only if it is asked for.
    pub(crate) shape: Shape,
}

impl Operation for GetAttachment {
    const NAME: &'static str = "GetAttachment";
    const WRITES: bool = false;
    type Answer = Batch<AttachmentContent>;

    fn write(&self, writer: &mut Writer, version: Version) {
        writer.element("m:GetAttachment", |writer| {
            self.shape.write("m:AttachmentShape", writer, version);
            writer.element("m:AttachmentIds", |writer| {
                self.attachments.iter().for_each(|id| id.write(writer));
            });
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        Batch::read(answer, self.attachments.len(), |message| {
            let list = message.child("Attachments").ok_or_else(|| Unreadable::without("Attachments"))?;
            let found =
                list.children.first().ok_or_else(|| Unreadable::without("attachment in Attachments"))?;
            // One without an id is none.
            AttachmentId::of(found)?;
            Ok(AttachmentContent::read(found))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request_for};

    fn get() -> GetAttachment {
        let shape = Shape::id_only().with_mime().with_body();
        GetAttachment { attachments: vec![AttachmentId("x".to_owned()), AttachmentId("y".to_owned())], shape }
    }

    #[test]
    fn the_request() {
        for (version, filter) in
            [(Version::E2016, "<t:FilterHtmlContent>false</t:FilterHtmlContent>"), (Version::E2007Sp1, "")]
        {
            assert_eq!(
                request_for(version, &get()),
                format!(
                    "<m:GetAttachment><m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Best\
                     </t:BodyType>{filter}</m:AttachmentShape><m:AttachmentIds><t:AttachmentId Id=\"x\"/><t:AttachmentId \
                     Id=\"y\"/></m:AttachmentIds></m:GetAttachment>"
                )
            );
        }
    }

    #[test]
    fn the_answer() {
        let file = "<m:Attachments><t:FileAttachment><t:AttachmentId Id='x'/><t:Content omm-stream='7'/></t:FileAttachment>\
                    </m:Attachments>";
        let messages = [good(file), bad("ErrorCannotOpenFileAttachment")].concat();
        let batch = answered(&get(), &messages).expect("an answer");
        let [Ok(file), Err(_)] = &batch.answered[..] else { panic!("{batch:?}") };
        assert_eq!(*file, AttachmentContent::File(Some(7)));
        for none in ["", "<t:FileAttachment><t:Name>without an id</t:Name></t:FileAttachment>"] {
            let messages = good(&format!("<m:Attachments>{none}</m:Attachments>"));
            assert!(answered(&get(), &messages).expect("an answer").only().is_err(), "{none}");
        }
    }
}
