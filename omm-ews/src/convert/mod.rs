//! Items as Exchange has them, and the models of omm-content, in both directions; pure.
//!
//! An item comes as the [`crate::xml::Element`] that GetItem answers, and goes as a [`Draft`], which CreateItem writes. Mail
//! alone travels as MIME: of contacts, appointments, tasks and notes MIME keeps too little.
//!
//! | room | what |
//! |---|---|
//! | `mail` | flags, keywords and dates beside MIME |
//! | `contact`, `group` | contacts and distribution lists |
//! | `event` | appointments: series, changed and deleted occurrences, people |
//! | `task`, `note` | tasks; sticky notes |
//! | `interchange` | vCard and iCalendar on one side, items on the other |
//! | `mailbox` | whose it is: its zone, its owner, the version of its server |
//! | `people` | addresses of Exchange alone, and mail addresses in their places |
//! | `entry` | what appointments and tasks have in common |
//! | `words`, `attachment`, `moment` | what all kinds have: text, categories, files; dates |
//! | `node`, `draft`, `order` | what is written, in the order of the schema |
//! | `recurrence`, `zone`, `weekday` | how items recur, and by which clock |
//! | `shape` | what must be asked for, per kind |
//! | `loss` | what does not survive, per kind and direction |

mod attachment;
mod contact;
mod draft;
mod entry;
mod event;
mod group;
mod interchange;
mod loss;
mod mail;
mod mailbox;
mod moment;
mod node;
mod note;
mod order;
mod people;
mod recurrence;
mod shape;
mod task;
#[cfg(test)]
mod tests;
mod weekday;
mod words;
mod zone;

pub(crate) use attachment::{Attached, attached};
pub(crate) use contact::{contact, draft as contact_draft};
pub(crate) use draft::Draft;
pub(crate) use event::{Changed, Deleted, Occurrence, Plan, changed, event, plans};
pub(crate) use group::{draft as group_draft, group};
pub(crate) use interchange::{attachments, made, told};
pub(crate) use loss::{Loss, losses};
pub(crate) use mail::{Mail, RECEIPTS, changes as mail_changes, draft as mail_draft, mail};
pub(crate) use mailbox::Mailbox;
pub(crate) use note::{draft as note_draft, note};
pub(crate) use order::Schema;
pub(crate) use people::{exchange_addresses, put_addresses};
pub(crate) use shape::{mail_list, shape};
pub(crate) use task::{draft as task_draft, task};
pub(crate) use zone::read as zone;

/// No list of an item is read beyond this: categories, members, attachments, changed occurrences.
const MOST: usize = 10_000;

/// No element makes a reader panic, whatever it is: what it holds is read as every kind of item, and so is each below it.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn read_as_every_kind(element: &crate::xml::Element) {
    if element.children.is_empty() {
        return;
    }
    let mut losses = Vec::new();
    let contact = contact(element, &mut losses);
    std::hint::black_box((contact_draft(&contact), mail(element), attached(element)));
    let group = group(element, &mut losses);
    std::hint::black_box((group_draft(&group), note_draft(&note(element))));
    let zone =
        zone(element, 2024).unwrap_or(omm_content::calendar::Zone::Iana(chrono_tz::Tz::Europe__Berlin));
    let mailbox = Mailbox::new(15).in_zone(zone);
    std::hint::black_box(task_draft(&task(element, &mut losses), &mailbox));
    let occurrence = |item: &crate::xml::Element| Occurrence { item: item.clone(), attachments: Vec::new() };
    let occurrences: Vec<_> = element.all("CalendarItem").map(occurrence).collect();
    if let Ok(read) = event(element, &occurrences, &mailbox) {
        std::hint::black_box(plans(&read.event, &read.zones, &mailbox));
    }
    std::hint::black_box(changed(element));
    element.children.iter().for_each(read_as_every_kind);
}
