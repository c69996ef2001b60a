//! MoveItem, CopyItem, SendItem.

use super::{filled::people, identified};
use crate::ews::{call::Call, counters::Sent, soap::Refusal, store::Ident, view::View, xml::Element};

pub(super) fn relocate(call: &mut Call<'_>, is_copy: bool) -> Element {
    let to = call.request.child("ToFolderId").and_then(|it| it.children.first()).cloned();
    let ids = call.listed("ItemIds");
    call.each(&ids, &["Items"], |call, id| {
        let (number, key, _) = call.item(id)?;
        let (other, folder) = call.folder(to.as_ref().ok_or_else(Refusal::not_found)?)?;
        let key = match number == other {
            true => {
                let mailbox = call.open_mut(number)?;
                let moved =
                    if is_copy { mailbox.copy_item(key, folder) } else { mailbox.move_item(key, folder) };
                moved.ok_or_else(Refusal::not_found)?
            }
            false => between(call, (number, key), (other, folder), is_copy)?,
        };
        let version = call.version;
        let mailbox = call.open(other)?;
        let item = mailbox.items.get(&key).ok_or_else(Refusal::not_found)?;
        let view = View { mailbox, item, instance: None, version };
        let id = Ident::Item { mailbox: other, key };
        Ok(vec![Element::message("Items").holding(identified(item.kind, id.text(), view.change_key()))])
    })
}

fn between(
    call: &mut Call<'_>,
    from: (u32, u64),
    to: (u32, u64),
    is_copy: bool,
) -> crate::ews::call::Outcome<u64> {
    let item = call.open(from.0)?.items.get(&from.1).cloned().ok_or_else(Refusal::not_found)?;
    let mailbox = call.open_mut(to.0)?;
    let blank = mailbox.blank(item.kind, to.1);
    let copy = crate::ews::store::Item {
        key: blank.key,
        folder: to.1,
        arrived: blank.arrived,
        changed: blank.changed,
        changed_otherwise: blank.changed_otherwise,
        ..item
    };
    let key = mailbox.add_item(copy);
    if !is_copy {
        drop(call.open_mut(from.0)?.take_item(from.1));
    }
    Ok(key)
}

/// Nothing is sent, of course; it is noted that it would have been.
pub(super) fn send(call: &mut Call<'_>) -> Element {
    let saves = call.attribute("SaveItemToFolder") == Some("true");
    let ids = call.listed("ItemIds");
    call.each(&ids, &[], |call, id| {
        let (number, key, _) = call.item(id)?;
        let item = call.open(number)?.items.get(&key).cloned().ok_or_else(Refusal::not_found)?;
        call.check_change_key(id, &item, "ErrorStaleObject")?;
        let subject = item.text("Subject").unwrap_or_default().to_owned();
        let sent = Sent { operation: call.operation.clone(), what: "message", subject, to: people(&item) };
        call.world.outbox.push(sent);
        let mailbox = call.open_mut(number)?;
        match mailbox.distinguished("sentitems").filter(|_| saves) {
            Some(to) => drop(mailbox.move_item(key, to)),
            None => drop(mailbox.take_item(key)),
        }
        Ok(Vec::new())
    })
}
