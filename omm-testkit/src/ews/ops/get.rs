//! GetItem.

use crate::ews::{
    calendar,
    call::{Call, Outcome},
    schema::Shape,
    view::{Purpose, View, item_element},
    xml::Element,
};

pub(super) fn get(call: &mut Call<'_>) -> Element {
    let shape = Shape::read(call.request.child("ItemShape"));
    let ids = call.listed("ItemIds");
    call.each(&ids, &["Items"], |call, id| {
        let element = one(call, id, &shape)?;
        call.world.counters.items_read += 1;
        call.world.counters.mime_read += u64::from(element.child("MimeContent").is_some());
        Ok(vec![Element::message("Items").holding(element)])
    })
}

fn one(call: &Call<'_>, id: &Element, shape: &Shape) -> Outcome<Element> {
    let (number, key, original) = call.item(id)?;
    let mailbox = call.open(number)?;
    let item = mailbox.items.get(&key).ok_or_else(crate::ews::soap::Refusal::not_found)?;
    let instance = original.and_then(|original| calendar::instance(item, original));
    let view = View { mailbox, item, instance: instance.as_ref(), version: call.version };
    item_element(call.world, view, shape, Purpose::Get)
}
