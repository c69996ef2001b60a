//! Files to be added: by CreateAttachment, or within an item by CreateItem ([MS-OXWSATT]).

use crate::{soap::Version, xml::Writer};
use omm_core::model::Body;

/// A file to be added to an item.
#[derive(Clone, Debug)]
pub(crate) struct NewAttachment {
    /// Its name. The schema wants one, perhaps an empty one.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) content_type: Option<String>,
    /// What an HTML body calls it by that shows it: then it is a part of the body.
    pub(crate) content_id: Option<String>,
    /// Whether it is the picture of a contact.
    pub(crate) is_contact_photo: bool,
    /// Its bytes.
    pub(crate) bytes: Body,
}

impl NewAttachment {
    /// A file of which nothing more is said.
    pub(crate) fn file(name: impl Into<String>, bytes: Body) -> Self {
        Self { name: name.into(), content_type: None, content_id: None, is_contact_photo: false, bytes }
    }

    /// Writes it, as an element of `Attachments`.
    pub(crate) fn write(&self, writer: &mut Writer, version: Version) {
        // Exchange 2007 has no word for these and refuses the request.
        let flags = [("t:IsInline", self.content_id.is_some()), ("t:IsContactPhoto", self.is_contact_photo)];
        let flags = flags.iter().filter(|(_, is)| *is && version >= Version::E2010);
        writer.element("t:FileAttachment", |writer| {
            writer.text("t:Name", &self.name);
            writer.optional("t:ContentType", self.content_type.as_deref());
            writer.optional("t:ContentId", self.content_id.as_deref());
            flags.for_each(|(name, _)| writer.text(name, "true"));
            writer.base64("t:Content", &[], self.bytes.clone());
        });
    }
}
