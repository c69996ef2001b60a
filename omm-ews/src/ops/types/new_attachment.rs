//! Attachments to be made: by CreateAttachment, or within an item by CreateItem ([MS-OXWSATT]).

use super::Draft;
use crate::{soap::Version, xml::Writer};
use omm_core::model::Body;

/// An attachment to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewAttachment {
    /// The name of the file. The schema wants one, perhaps an empty one.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) content_type: Option<String>,
    /// What an HTML body calls it by.
    pub(crate) content_id: Option<String>,
    /// Where it is said to be.
    pub(crate) content_location: Option<String>,
    /// Whether it is a part of the body.
    pub(crate) is_inline: bool,
    /// Whether it is the picture of a contact.
    pub(crate) is_contact_photo: bool,
    /// What it is.
    pub(crate) content: NewContent,
}

/// What an attachment to be made is.
#[derive(Clone, Debug)]
pub(crate) enum NewContent {
    /// A file with these bytes.
    File(Body),
    /// An item.
    Item(Draft),
}

impl NewAttachment {
    /// A file.
    pub(crate) fn file(name: impl Into<String>, bytes: Body) -> Self {
        Self::new(name.into(), NewContent::File(bytes))
    }

    /// An item.
    pub(crate) fn item(name: impl Into<String>, item: Draft) -> Self {
        Self::new(name.into(), NewContent::Item(item))
    }

    /// How many bytes it takes in a request.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.content {
            NewContent::File(bytes) => bytes.len().div_ceil(3).saturating_mul(4),
            NewContent::Item(item) => item.bytes(),
        }
    }

    /// Writes it, as an element of `Attachments`.
    pub(crate) fn write(&self, writer: &mut Writer, version: Version) {
        let name = match &self.content {
            NewContent::File(_) => "t:FileAttachment",
            NewContent::Item(_) => "t:ItemAttachment",
        };
        writer.element(name, |writer| {
            writer.text("t:Name", &self.name);
            writer.optional("t:ContentType", self.content_type.as_deref());
            writer.optional("t:ContentId", self.content_id.as_deref());
            writer.optional("t:ContentLocation", self.content_location.as_deref());
            // Exchange 2007 has no word for it and refuses the request.
            if self.is_inline && version >= Version::E2010 {
                writer.text("t:IsInline", "true");
            }
            match &self.content {
                NewContent::File(bytes) => {
                    if self.is_contact_photo && version >= Version::E2010 {
                        writer.text("t:IsContactPhoto", "true");
                    }
                    writer.base64("t:Content", &[], bytes.clone());
                }
                NewContent::Item(item) => item.write(writer),
            }
        });
    }

    fn new(name: String, content: NewContent) -> Self {
        Self {
            name,
            content_type: None,
            content_id: None,
            content_location: None,
            is_inline: false,
            is_contact_photo: false,
            content,
        }
    }
}
