//! Files of an item: what is said of them in it, before they are fetched ([MS-OXWSATT]).

use super::words::{is, word};
use crate::{ops::AttachmentId, xml::Element};

/// A file of an item, or an item within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attached {
    /// What GetAttachment calls it.
    pub(crate) id: AttachmentId,
    /// Its name; may be empty.
    pub(crate) name: String,
    /// Its media type; may be empty.
    pub(crate) media_type: String,
    /// Its size in bytes, roughly.
    pub(crate) size: Option<u64>,
    /// When it was changed last, as the server wrote it; may be empty.
    pub(crate) changed: String,
    /// What it is called in the text of the item; may be empty.
    pub(crate) content_id: String,
    /// Whether the text shows it.
    pub(crate) is_inline: bool,
    /// Whether it is an item rather than a file.
    pub(crate) is_item: bool,
    /// Whether it is the photo of a contact.
    pub(crate) is_photo: bool,
    /// Where it lies, if not here: ReferenceAttachment of servers from 2016 on.
    pub(crate) location: String,
}

impl Attached {
    /// Whether it is the same file, shown at another item that has it from the same series. Servers give it another id there.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        // Without a time nobody can tell: two of one name and size may be different.
        let is_like = || {
            let id = AttachmentId(String::new());
            let bare = |one: &Self| Self { id: id.clone(), ..one.clone() };
            !self.changed.is_empty() && self.size.is_some() && bare(self) == bare(other)
        };
        self.id == other.id || is_like()
    }
}

/// The files of an item. What has no id cannot be fetched, and is none.
pub(crate) fn attached(item: &Element) -> Vec<Attached> {
    let all = item.child("Attachments").into_iter().flat_map(|all| &all.children);
    all.filter_map(one).take(super::MOST).collect()
}

fn one(element: &Element) -> Option<Attached> {
    let id = AttachmentId::of(element).ok()?;
    let name = word(element, "Name");
    let is_item = element.name == "ItemAttachment";
    // Seen: Exchange 2007 has no element for it, only the name that Outlook gives it.
    let named = name.to_ascii_lowercase().starts_with("contactpicture.");
    Some(Attached {
        id,
        media_type: word(element, "ContentType"),
        size: element.text_of("Size").and_then(|size| size.parse().ok()),
        changed: word(element, "LastModifiedTime"),
        content_id: word(element, "ContentId"),
        is_inline: is(element, "IsInline"),
        is_photo: !is_item && (is(element, "IsContactPhoto") || named),
        location: word(element, "AttachLongPathName"),
        is_item,
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, read};

    #[test]
    fn files_and_items_and_photos() {
        let item = "<t:Contact><t:Attachments><t:FileAttachment><t:AttachmentId Id='a'/><t:Name>x.txt</t:Name>\
            <t:ContentType>text/plain</t:ContentType><t:Size>12</t:Size><t:IsInline>true</t:IsInline><t:ContentId>c</t:ContentId>\
            </t:FileAttachment><t:ItemAttachment><t:AttachmentId Id='b'/><t:Name>m</t:Name></t:ItemAttachment>\
            <t:FileAttachment><t:AttachmentId Id='c'/><t:Name>ContactPicture.jpg</t:Name></t:FileAttachment>\
            <t:FileAttachment><t:AttachmentId Id='d'/><t:IsContactPhoto>true</t:IsContactPhoto></t:FileAttachment>\
            <t:FileAttachment><t:Name>without an id</t:Name></t:FileAttachment></t:Attachments></t:Contact>";
        let found = attached(&read(item.as_bytes(), Limits::SMALL).expect("well formed"));
        let seen: Vec<_> = found
            .iter()
            .map(|one| (one.id.0.as_str(), one.is_item, one.is_photo, one.is_inline, one.size))
            .collect();
        assert_eq!(
            seen,
            [
                ("a", false, false, true, Some(12)),
                ("b", true, false, false, None),
                ("c", false, true, false, None),
                ("d", false, true, false, None)
            ]
        );
    }
}
