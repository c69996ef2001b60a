//! ATTACH (RFC 5545 §3.8.1.1): a file inside, or a link to one.

use super::Context;
use crate::{
    calendar::{Attachment, Entry, item::CONTENT_ID},
    data::Data,
    read::component::Property,
};

/// Whether it is a file. One whose base64 is broken is kept as its line.
pub(super) fn take(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    let attachment = attachment(property, context);
    attachment.map(|attachment| entry.attachments.push(attachment)).is_some()
}

/// The file of a property.
pub(super) fn attachment(property: &Property, context: &mut Context<'_>) -> Option<Attachment> {
    if property.name != "ATTACH" {
        return None;
    }
    let names = ["FILENAME", "X-FILENAME", "X-LABEL", "X-APPLE-FILENAME", "X-ORACLE-FILENAME"];
    let name = names.iter().find_map(|name| property.words(name)).filter(|name| !name.is_empty());
    let media_type = property.words("FMTTYPE").filter(|kind| !kind.is_empty());
    let (data, uri, media_type) = match property.data() {
        Some((data, of_uri)) => (data, None, media_type.or(Some(of_uri).filter(|of_uri| !of_uri.is_empty()))),
        None if property.has("ENCODING", "BASE64") || property.has("VALUE", "BINARY") => return None,
        None => (Data::default(), Some(property.value().trim().to_owned()), media_type),
    };
    let content_id = property.words(CONTENT_ID).filter(|id| !id.is_empty());
    let known: Vec<_> = names.into_iter().chain(["FMTTYPE", "SIZE", CONTENT_ID]).collect();
    context.parameters(property, &known);
    Some(Attachment { name, media_type, content_id, data, uri })
}
