//! Attachments as items and GetAttachment show them ([MS-OXWSATT]).

use super::{AttachmentId, extended_property::boolean};
use crate::{
    soap::Unreadable,
    xml::{Element, stream},
};

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// What it is asked for by.
    pub(crate) id: AttachmentId,
    /// The name of the file.
    pub(crate) name: Option<String>,
    /// Its media type.
    pub(crate) content_type: Option<String>,
    /// What an HTML body calls it by.
    pub(crate) content_id: Option<String>,
    /// Where it is said to be.
    pub(crate) content_location: Option<String>,
    /// How large the server says it is.
    pub(crate) size: Option<u64>,
    /// Whether it is a part of the body; said since 2010.
    pub(crate) is_inline: bool,
    /// Whether it is the picture of a contact; said since 2010.
    pub(crate) is_contact_photo: bool,
    /// What it is.
    pub(crate) content: AttachmentContent,
}

/// What an attachment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AttachmentContent {
    /// A file, and the number of the stream with its bytes if they were asked for and there are any.
    File(Option<usize>),
    /// An item, shown if it was asked for. It has no id of its own.
    Item(Option<Box<Element>>),
    /// Something else, such as `ReferenceAttachment`: what lies elsewhere.
    Other(String),
}

impl Attachment {
    /// Reads an element of `Attachments`.
    ///
    /// # Errors
    /// If it has no id.
    pub(crate) fn read(element: &Element) -> Result<Self, Unreadable> {
        let text = |name| element.text_of(name).map(str::to_owned);
        let truth = |name| element.text_of(name).and_then(boolean).unwrap_or(false);
        Ok(Self {
            id: AttachmentId::of(element)?,
            name: text("Name"),
            content_type: text("ContentType"),
            content_id: text("ContentId"),
            content_location: text("ContentLocation"),
            size: element.text_of("Size").and_then(|size| size.parse().ok()),
            is_inline: truth("IsInline"),
            is_contact_photo: truth("IsContactPhoto"),
            content: AttachmentContent::read(element),
        })
    }

    /// Those of an item, or of an item that is attached itself.
    ///
    /// # Errors
    /// If one has no id.
    pub(crate) fn all(item: &Element) -> Result<Vec<Self>, Unreadable> {
        item.all("Attachments").flat_map(|list| &list.children).map(Self::read).collect()
    }
}

impl AttachmentContent {
    fn read(element: &Element) -> Self {
        match element.name.as_str() {
            "FileAttachment" => Self::File(element.child("Content").and_then(stream)),
            "ItemAttachment" => {
                let item = element.children.iter().find(|child| ITEMS.contains(&child.name.as_str()));
                Self::Item(item.cloned().map(Box::new))
            }
            other => Self::Other(other.to_owned()),
        }
    }
}

/// The kinds of items that an attachment can be ([MS-OXWSATT] ItemAttachmentType).
const ITEMS: [&str; 12] = [
    "Item",
    "Message",
    "SharingMessage",
    "CalendarItem",
    "Contact",
    "MeetingMessage",
    "MeetingRequest",
    "MeetingResponse",
    "MeetingCancellation",
    "Task",
    "PostItem",
    "DistributionList",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::element;

    #[test]
    fn attachments_of_every_kind() {
        let item = element(
            "<t:Message><t:Attachments><t:FileAttachment><t:AttachmentId Id='1'/><t:Name>a b.txt</t:Name>\
             <t:ContentType>text/plain</t:ContentType><t:ContentId>c@d</t:ContentId><t:Size>12</t:Size>\
             <t:IsInline>true</t:IsInline><t:Content omm-stream='0'/></t:FileAttachment><t:ItemAttachment>\
             <t:AttachmentId Id='2'/><t:Name>m</t:Name><t:Message><t:Subject>s</t:Subject></t:Message>\
             </t:ItemAttachment><t:ReferenceAttachment><t:AttachmentId Id='3'/></t:ReferenceAttachment>\
             <t:ItemAttachment><t:AttachmentId Id='4'/></t:ItemAttachment></t:Attachments></t:Message>",
        );
        let found = Attachment::all(&item).expect("attachments");
        let [file, message, elsewhere, not_shown] = &found[..] else { panic!("{found:?}") };
        assert_eq!((file.name.as_deref(), file.size, file.is_inline), (Some("a b.txt"), Some(12), true));
        assert_eq!(file.content, AttachmentContent::File(Some(0)));
        let AttachmentContent::Item(Some(inner)) = &message.content else { panic!("{message:?}") };
        assert_eq!(inner.text_of("Subject"), Some("s"));
        assert_eq!(elsewhere.content, AttachmentContent::Other("ReferenceAttachment".to_owned()));
        assert_eq!(not_shown.content, AttachmentContent::Item(None));
        assert!(Attachment::read(&element("<FileAttachment><Name>x</Name></FileAttachment>")).is_err());
    }
}
