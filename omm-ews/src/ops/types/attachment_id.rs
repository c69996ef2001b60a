//! What attachments are called ([MS-OXWSATT] AttachmentIdType).

use super::id::LONGEST;
use crate::{
    soap::Unreadable,
    xml::{Element, Writer},
};

/// An attachment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AttachmentId(pub(crate) String);

impl AttachmentId {
    /// `<t:AttachmentId Id="…"/>`.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.empty("t:AttachmentId", &[("Id", &self.0)]);
    }

    /// The id in an attachment.
    ///
    /// # Errors
    /// If it has none.
    pub(crate) fn of(attachment: &Element) -> Result<Self, Unreadable> {
        let id = attachment.child("AttachmentId").and_then(|id| id.attribute("Id"));
        let id = id.filter(|id| !id.is_empty() && id.len() <= LONGEST);
        id.map(|id| Self(id.to_owned())).ok_or_else(|| Unreadable::without("Id in AttachmentId"))
    }
}
