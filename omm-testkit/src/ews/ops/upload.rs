//! UploadItems: an item from the stream that ExportItems gave, of this server or of another.

use super::export::HEAD;
use crate::ews::{
    call::{Call, Outcome},
    schema::{Kind, Property},
    soap::Refusal,
    store::{Attached, Attachment, Exception, Item, change_key},
    xml::{self, Element},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::io::Read;

pub(super) fn upload(call: &mut Call<'_>) -> Element {
    let items = call.listed("Items");
    call.each(&items, &[], |call, element| {
        let parent = element.child("ParentFolderId").cloned().unwrap_or_default();
        let parent = Element { name: "FolderId".to_owned(), ..parent };
        let (number, folder) = call.folder(&parent)?;
        let data = element.text_of("Data").unwrap_or_default();
        let whole = unpacked(data).ok_or_else(|| Refusal::new("ErrorInvalidIdSerializedItem"))?;
        let action = element.attribute("CreateAction").unwrap_or("CreateNew").to_owned();
        let old = match element.child("ItemId").filter(|_| action != "CreateNew") {
            Some(id) => match call.item(&Element { name: "ItemId".to_owned(), ..id.clone() }) {
                Ok((_, key, _)) => Some(key),
                Err(refusal) if action == "Update" => return Err(refusal),
                Err(_) => None,
            },
            None if action == "Update" => return Err(Refusal::new("ErrorInvalidId")),
            None => None,
        };
        let mailbox = call.open_mut(number)?;
        let mut item = mailbox.blank(Kind::Message, folder);
        read(&whole, &mut item)?;
        if element.attribute("IsAssociated") == Some("true") {
            item.put_text("IsAssociated", "true");
        }
        if let Some(old) = old.and_then(|key| mailbox.items.get(&key)) {
            (item.key, item.arrived, item.folder) = (old.key, old.arrived, old.folder);
        }
        let changed = item.changed;
        let key = mailbox.add_item(item);
        let id = Element::message("ItemId")
            .with("Id", mailbox.item_id(key))
            .with("ChangeKey", change_key(0x09, changed));
        call.world.counters.items_created += 1;
        Ok(vec![id])
    })
}

fn unpacked(text: &str) -> Option<Element> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).ok()?;
    let mut plain = Vec::new();
    flate2::read::DeflateDecoder::new(bytes.strip_prefix(&HEAD)?).read_to_end(&mut plain).ok()?;
    xml::read(&plain).ok()
}

fn read(whole: &Element, item: &mut Item) -> Outcome<()> {
    let broken = || Refusal::new("ErrorCorruptData");
    item.kind = whole.attribute("Kind").and_then(Kind::of_element).ok_or_else(broken)?;
    item.fields = children(whole, "Fields");
    item.properties = children(whole, "Properties").iter().filter_map(Property::read).collect();
    item.attachments = attachments(whole, item)?;
    for exception in children(whole, "Exceptions") {
        let at = exception.attribute("At").and_then(|at| at.parse().ok()).ok_or_else(broken)?;
        let read = Exception {
            fields: children(&exception, "Fields"),
            removed: children(&exception, "Removed").into_iter().map(|name| name.text).collect(),
            properties: children(&exception, "Properties").iter().filter_map(Property::read).collect(),
            attachments: attachments(&exception, item)?,
        };
        item.exceptions.insert(at, read);
    }
    item.deleted = children(whole, "Removed").iter().filter_map(|at| at.text.parse().ok()).collect();
    let bytes = |name: &str| whole.text_of(name).and_then(|text| STANDARD.decode(text).ok());
    item.mime = bytes("Mime");
    item.search_key = bytes("SearchKey").ok_or_else(broken)?;
    let created = whole.text_of("Created").and_then(|text| text.parse().ok());
    item.created_at = created.and_then(|at| chrono::DateTime::from_timestamp(at, 0)).ok_or_else(broken)?;
    Ok(())
}

fn attachments(whole: &Element, owner: &Item) -> Outcome<Vec<Attachment>> {
    let broken = || Refusal::new("ErrorCorruptData");
    let one = |element: &Element| {
        let content = match (element.text_of("File"), element.child("Item")) {
            (Some(text), _) => Attached::File(STANDARD.decode(text).map_err(|_| broken())?),
            (None, Some(inner)) => {
                let mut item = Item { exceptions: Default::default(), ..owner.clone() };
                read(inner, &mut item)?;
                Attached::Item(Box::new(item))
            }
            (None, None) => return Err(broken()),
        };
        let number = element.attribute("Number").and_then(|text| text.parse().ok()).ok_or_else(broken)?;
        Ok(Attachment { number, fields: children(element, "Fields"), content })
    };
    children(whole, "Attached").iter().map(one).collect()
}

fn children(element: &Element, name: &str) -> Vec<Element> {
    element.child(name).map(|list| list.children.clone()).unwrap_or_default()
}
