//! ExportItems: an item as a stream that nobody but a server reads.

use crate::ews::{
    call::Call,
    schema::{Kind, Shape},
    soap::Refusal,
    store::{Attached, Attachment, Exception, Item},
    view::{View, item_element_field},
    xml::{self, Element, Space},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

/// What every stream begins with, as real ones do.
pub(super) const HEAD: [u8; 8] = [1, 0, 0, 0, 8, 0, 0, 0];

pub(super) fn export(call: &mut Call<'_>) -> Element {
    let ids = call.listed("ItemIds");
    call.each(&ids, &[], |call, id| {
        let (number, key, _) = call.item(id)?;
        let version = call.version;
        let mailbox = call.open(number)?;
        let item = mailbox.items.get(&key).ok_or_else(Refusal::not_found)?;
        call.check_change_key(id, item, "ErrorStaleObject")?;
        let view = View { mailbox, item, instance: None, version };
        let data = stream(&with_uid(view)).ok_or_else(|| Refusal::new("ErrorInternalServerError"))?;
        let id = Element::message("ItemId").with("Id", view.id()).with("ChangeKey", view.change_key());
        Ok(vec![id, Element::message("Data").saying(STANDARD.encode(data))])
    })
}

/// An appointment has its UID among its properties, whoever gave it one.
fn with_uid(view: View<'_>) -> Item {
    let mut item = view.item.clone();
    if item.kind == Kind::CalendarItem {
        item_element_field(view, "UID", &Shape::default()).into_iter().for_each(|uid| item.put(uid));
    }
    item
}

/// Everything that an item has.
pub(super) fn stream(item: &Item) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(HEAD.to_vec(), Compression::fast());
    encoder.write_all(xml::written_standalone(&whole(item)).as_bytes()).ok()?;
    encoder.finish().ok()
}

fn whole(item: &Item) -> Element {
    let plain = |name: &str, text: String| Element::of(Space::Messages, name).saying(text);
    let exceptions = item.exceptions.iter().map(|(at, exception)| of_exception(*at, exception));
    let mut element = Element::message("Item")
        .with("Kind", item.kind.element())
        .holding(Element::message("Fields").holding_all(item.fields.iter().cloned()))
        .holding(Element::message("Properties").holding_all(item.properties.iter().map(|it| it.element())))
        .holding(Element::message("Attached").holding_all(item.attachments.iter().map(of_attachment)))
        .holding(Element::message("Exceptions").holding_all(exceptions))
        .holding(
            Element::message("Removed")
                .holding_all(item.deleted.iter().map(|at| plain("At", at.to_string()))),
        )
        .holding(plain("SearchKey", STANDARD.encode(&item.search_key)))
        .holding(plain("Created", item.created_at.timestamp().to_string()));
    if let Some(mime) = &item.mime {
        element = element.holding(plain("Mime", STANDARD.encode(mime)));
    }
    element
}

fn of_attachment(attachment: &Attachment) -> Element {
    let element = Element::message("One")
        .with("Number", attachment.number.to_string())
        .holding(Element::message("Fields").holding_all(attachment.fields.iter().cloned()));
    match &attachment.content {
        Attached::File(bytes) => element.holding(Element::message("File").saying(STANDARD.encode(bytes))),
        Attached::Item(item) => element.holding(whole(item)),
    }
}

fn of_exception(at: i64, exception: &Exception) -> Element {
    let removed = exception.removed.iter().map(|name| Element::message("Name").saying(&**name));
    Element::message("Exception")
        .with("At", at.to_string())
        .holding(Element::message("Fields").holding_all(exception.fields.iter().cloned()))
        .holding(Element::message("Removed").holding_all(removed))
        .holding(
            Element::message("Properties").holding_all(exception.properties.iter().map(|it| it.element())),
        )
        .holding(Element::message("Attached").holding_all(exception.attachments.iter().map(of_attachment)))
}
