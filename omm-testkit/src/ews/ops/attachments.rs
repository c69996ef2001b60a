//! GetAttachment, CreateAttachment, DeleteAttachment.

use super::filled::take_attachment;
use crate::ews::{
    calendar,
    call::{Call, Outcome},
    schema::Shape,
    soap::Refusal,
    store::{Attached, Attachment, Ident, change_key},
    view::attachment_element,
    xml::Element,
};

pub(super) fn get(call: &mut Call<'_>) -> Element {
    let shape = call.request.child("AttachmentShape");
    let base = Element::text("BaseShape", "AllProperties");
    let shape = shape.cloned().unwrap_or_default().holding(base);
    let shape = Shape::read(Some(&shape));
    let ids = call.listed("AttachmentIds");
    call.each(&ids, &["Attachments"], |call, id| {
        let (number, key, attachment) = find(call, id)?;
        let mailbox = call.open(number)?;
        let item = mailbox.items.get(&key).ok_or_else(Refusal::not_found)?;
        let own = item.attachments.iter().chain(item.exceptions.values().flat_map(|it| &it.attachments));
        let own = own.into_iter().find(|own| own.number == attachment);
        let own = own.ok_or_else(|| Refusal::new("ErrorItemNotFound"))?;
        let element = attachment_element(mailbox, item, own, call.version, Some((call.world, &shape)))?;
        Ok(vec![Element::message("Attachments").holding(element)])
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Element {
    let parent = call.request.child("ParentItemId").cloned().unwrap_or_default();
    let parent = Element { name: "ItemId".to_owned(), ..parent };
    let attachments = call.listed("Attachments");
    call.each(&attachments, &["Attachments"], |call, element| {
        let (number, key, original) = call.item(&parent)?;
        let item = call.open(number)?.items.get(&key).cloned().ok_or_else(Refusal::not_found)?;
        let mut own = take_attachment(call.world, call.zone, &item, element)?;
        own.fields.push(Element::text("LastModifiedTime", calendar::shown(call.open(number)?.now())));
        let (attachment, is_file) = (own.number, matches!(own.content, Attached::File(_)));
        let mailbox = call.open_mut(number)?;
        if let Some(item) = mailbox.items.get_mut(&key) {
            match original {
                Some(original) => item.exception(original).attachments.push(own),
                None => item.attachments.push(own),
            }
        }
        mailbox.touch(key, false);
        let changed = mailbox.items.get(&key).map_or(0, |item| item.changed);
        let id = Ident::Attachment { mailbox: number, key, number: attachment };
        let id = Element::new("AttachmentId")
            .with("Id", id.text())
            .with("RootItemId", parent.attribute("Id").unwrap_or_default())
            .with("RootItemChangeKey", change_key(0x09, changed));
        let name = if is_file { "FileAttachment" } else { "ItemAttachment" };
        Ok(vec![Element::message("Attachments").holding(Element::new(name).holding(id))])
    })
}

pub(super) fn delete(call: &mut Call<'_>) -> Element {
    let ids = call.listed("AttachmentIds");
    call.each(&ids, &[], |call, id| {
        let (number, key, attachment) = find(call, id)?;
        let mailbox = call.open_mut(number)?;
        let item = mailbox.items.get_mut(&key).ok_or_else(Refusal::not_found)?;
        let is_other = |own: &Attachment| own.number != attachment;
        let lists = std::iter::once(&mut item.attachments)
            .chain(item.exceptions.values_mut().map(|it| &mut it.attachments));
        let mut is_found = false;
        for list in lists {
            is_found |= !list.iter().all(is_other);
            list.retain(is_other);
        }
        if !is_found {
            return Err(Refusal::not_found());
        }
        mailbox.touch(key, false);
        let changed = mailbox.items.get(&key).map_or(0, |item| item.changed);
        let root = Element::message("RootItemId")
            .with("RootItemId", mailbox.item_id(key))
            .with("RootItemChangeKey", change_key(0x09, changed));
        Ok(vec![root])
    })
}

fn find(call: &Call<'_>, id: &Element) -> Outcome<(u32, u64, u64)> {
    match Ident::read(id.attribute("Id").unwrap_or_default()) {
        Some(Ident::Attachment { mailbox, key, number }) => {
            let has = call.open(mailbox)?.items.contains_key(&key);
            if has { Ok((mailbox, key, number)) } else { Err(Refusal::not_found()) }
        }
        Some(_) => Err(Refusal::new("ErrorInvalidAttachmentId")),
        None => Err(Refusal::new("ErrorInvalidIdMalformed")),
    }
}
