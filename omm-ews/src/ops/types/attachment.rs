//! Attachments as GetAttachment shows them ([MS-OXWSATT]). What an item says of them is read where items are.

use crate::xml::{Element, stream};

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

impl AttachmentContent {
    /// Reads an element of `Attachments`.
    pub(crate) fn read(element: &Element) -> Self {
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
    use crate::ops::trial;

    #[test]
    fn attachments_of_every_kind() {
        let is = |element: &str, content: AttachmentContent| {
            assert_eq!(AttachmentContent::read(&trial::element(element)), content, "{element}");
        };
        is(
            "<t:FileAttachment><t:Name>a b.txt</t:Name><t:Content omm-stream='0'/></t:FileAttachment>",
            AttachmentContent::File(Some(0)),
        );
        is("<t:FileAttachment><t:Name>a b.txt</t:Name></t:FileAttachment>", AttachmentContent::File(None));
        let message = "<t:Message><t:Subject>s</t:Subject></t:Message>";
        is(
            &format!("<t:ItemAttachment><t:Name>m</t:Name>{message}</t:ItemAttachment>"),
            AttachmentContent::Item(Some(Box::new(trial::element(message)))),
        );
        is("<t:ItemAttachment><t:Name>m</t:Name></t:ItemAttachment>", AttachmentContent::Item(None));
        is("<t:ReferenceAttachment/>", AttachmentContent::Other("ReferenceAttachment".to_owned()));
    }
}
