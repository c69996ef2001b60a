//! CreateItem.

use super::{
    filled::{check_order, fill, has_attendees, people},
    identified,
};
use crate::ews::{
    call::{Call, Outcome},
    counters::Sent,
    fault::SoapFault,
    schema::Kind,
    soap::Refusal,
    store::{Ident, Item},
    view::View,
    xml::Element,
};

pub(super) fn create(call: &mut Call<'_>) -> Result<Element, SoapFault> {
    let items = call.listed("Items");
    for item in &items {
        check_order(item).map_err(Call::violation)?;
    }
    Ok(call.each(&items, &["Items"], |call, element| {
        let kind = Kind::of_element(&element.name).ok_or_else(|| Refusal::new("ErrorInvalidOperation"))?;
        check_dispositions(call, kind)?;
        let created = one(call, kind, element)?;
        call.world.counters.items_created += 1;
        Ok(vec![Element::message("Items").holding_all(created)])
    }))
}

fn check_dispositions(call: &Call<'_>, kind: Kind) -> Outcome<()> {
    match kind {
        Kind::Message if call.attribute("MessageDisposition").is_none() => {
            Err(Refusal::new("ErrorMessageDispositionRequired"))
        }
        Kind::CalendarItem if call.attribute("SendMeetingInvitations").is_none() => {
            Err(Refusal::new("ErrorSendMeetingInvitationsRequired"))
        }
        _ => Ok(()),
    }
}

fn one(call: &mut Call<'_>, kind: Kind, element: &Element) -> Outcome<Option<Element>> {
    let (number, folder) = place(call, kind)?;
    let class =
        call.open(number)?.folders.get(&folder).map(|folder| folder.class.clone()).unwrap_or_default();
    let mut item = call.open_mut(number)?.blank(kind, folder);
    fill(call.world, call.zone, &mut item, element)?;
    Call::check_place(item.kind, &class)?;
    if send(call, &item) {
        return Ok(None);
    }
    let kind = item.kind;
    let version = call.version;
    let mailbox = call.open_mut(number)?;
    let key = mailbox.add_item(item);
    let item = mailbox.items.get(&key).ok_or_else(Refusal::not_found)?;
    let view = View { mailbox, item, instance: None, version };
    let id = Ident::Item { mailbox: number, key };
    let mut created = identified(kind, id.text(), view.change_key());
    created.children.extend(attachment_ids(&view));
    Ok(Some(created))
}

fn attachment_ids(view: &View<'_>) -> Option<Element> {
    let of = |number: u64, is_file: bool| {
        let id = Ident::Attachment { mailbox: view.mailbox.number, key: view.item.key, number };
        let name = if is_file { "FileAttachment" } else { "ItemAttachment" };
        Element::new(name).holding(Element::new("AttachmentId").with("Id", id.text()))
    };
    let list = &view.item.attachments;
    let is_file =
        |content: &crate::ews::store::Attached| matches!(content, crate::ews::store::Attached::File(_));
    // Seen: only what came with the request is listed, and then with ids alone.
    let is_from_mime = view.item.mime.is_some();
    let all = list.iter().map(|own| of(own.number, is_file(&own.content)));
    (!list.is_empty() && !is_from_mime).then(|| Element::new("Attachments").holding_all(all))
}

/// Where it is saved: what the request says, or where such things go.
fn place(call: &Call<'_>, kind: Kind) -> Outcome<(u32, u64)> {
    if let Some(id) = call.request.child("SavedItemFolderId").and_then(|it| it.children.first()) {
        return call.folder(id);
    }
    let name = match kind {
        Kind::Contact | Kind::DistributionList => "contacts",
        Kind::CalendarItem => "calendar",
        Kind::Task => "tasks",
        _ if call.attribute("MessageDisposition") == Some("SendAndSaveCopy") => "sentitems",
        _ => "drafts",
    };
    call.folder(&Element::new("DistinguishedFolderId").with("Id", name))
}

/// What a real server would send now is noted; yes when nothing is kept.
fn send(call: &mut Call<'_>, item: &Item) -> bool {
    let disposition = call.attribute("MessageDisposition").unwrap_or("SaveOnly").to_owned();
    let invitations = call.attribute("SendMeetingInvitations").unwrap_or("SendToNone").to_owned();
    let what = match item.kind {
        Kind::CalendarItem if invitations != "SendToNone" && has_attendees(item) => "invitation",
        Kind::Message if disposition != "SaveOnly" => "message",
        _ => return false,
    };
    let sent = Sent {
        operation: call.operation.clone(),
        what,
        subject: item.text("Subject").unwrap_or_default().to_owned(),
        to: people(item),
    };
    call.world.outbox.push(sent);
    item.kind == Kind::Message && disposition == "SendOnly"
}
