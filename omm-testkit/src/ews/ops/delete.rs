//! DeleteItem.

use super::filled::{dumpster, has_attendees, people};
use crate::ews::{
    call::{Call, Outcome},
    counters::Sent,
    schema::Kind,
    soap::Refusal,
    store::Item,
    xml::Element,
};

pub(super) fn delete(call: &mut Call<'_>) -> Element {
    let ids = call.listed("ItemIds");
    call.each(&ids, &[], |call, id| {
        let (number, key, original) = call.item(id)?;
        let item = call.open(number)?.items.get(&key).cloned().ok_or_else(Refusal::not_found)?;
        check(call, &item)?;
        announce(call, &item);
        match original {
            Some(original) => {
                let mailbox = call.open_mut(number)?;
                if let Some(item) = mailbox.items.get_mut(&key) {
                    item.exceptions.remove(&original);
                    item.deleted.insert(original);
                }
                mailbox.touch(key, false);
            }
            None => take(call, number, &item)?,
        }
        call.world.counters.items_deleted += 1;
        Ok(Vec::new())
    })
}

fn check(call: &Call<'_>, item: &Item) -> Outcome<()> {
    let lacks = |name: &str| call.attribute(name).is_none();
    match item.kind {
        Kind::CalendarItem if lacks("SendMeetingCancellations") => {
            Err(Refusal::new("ErrorSendMeetingCancellationsRequired"))
        }
        Kind::Task if lacks("AffectedTaskOccurrences") => {
            Err(Refusal::new("ErrorAffectedTaskOccurrencesRequired"))
        }
        _ => Ok(()),
    }
}

fn announce(call: &mut Call<'_>, item: &Item) {
    let cancels = call.attribute("SendMeetingCancellations").unwrap_or("SendToNone") != "SendToNone";
    let is_quiet = call.attribute("SuppressReadReceipts") == Some("true");
    let what = match item.kind {
        Kind::CalendarItem if cancels && has_attendees(item) => "cancellation",
        Kind::Message if item.is("IsReadReceiptRequested") && !item.is("IsRead") && !is_quiet => {
            "not-read receipt"
        }
        _ => return,
    };
    let subject = item.text("Subject").unwrap_or_default().to_owned();
    let sent = Sent { operation: call.operation.clone(), what, subject, to: people(item) };
    call.world.outbox.push(sent);
}

fn take(call: &mut Call<'_>, number: u32, item: &Item) -> Outcome<()> {
    let how = call.attribute("DeleteType").unwrap_or("MoveToDeletedItems").to_owned();
    let mailbox = call.open_mut(number)?;
    let to = match how.as_str() {
        "HardDelete" => None,
        "SoftDelete" => dumpster(mailbox, item.folder),
        _ => mailbox.distinguished("deleteditems"),
    };
    match to.filter(|to| *to != item.folder) {
        Some(to) => drop(mailbox.move_item(item.key, to)),
        None => drop(mailbox.take_item(item.key)),
    }
    Ok(())
}
