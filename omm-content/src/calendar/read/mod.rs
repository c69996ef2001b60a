//! From iCalendar (RFC 5545) to the models: the way back of the writer.
//!
//! What the writer writes comes back as the model that it was written from. Of what others write, all that the model has
//! is read; a property of which it knows nothing is kept as its line in [`Entry::extra`](super::Entry::extra); what is
//! neither is told as a [`Loss`].
//!
//! # How things are read
//!
//! | in the text | in the model |
//! |---|---|
//! | a VEVENT without RECURRENCE-ID and those with it | one [`Event`] and its exceptions |
//! | VEVENTs with RECURRENCE-ID alone | the first, with `instead_of`; the others as its exceptions |
//! | TZID: a name of IANA | that zone; the name goes before what a VTIMEZONE says |
//! | TZID: a name of Windows, or what Windows shows people | IANA's zone if a VTIMEZONE beside it agrees for the year |
//! | TZID: another name, with a VTIMEZONE | X-LIC-LOCATION likewise, else rules of its own |
//! | DTSTAMP | `modified`, where no LAST-MODIFIED is and CREATED is another time |
//! | DURATION | the end: days by the calendar, hours by the clock of the zone (RFC 5545 §3.3.6) |
//! | TRIGGER;RELATED=END | so long before the start, where the length is known |
//! | BYHOUR, BYMINUTE, BYSECOND that say what the start says | nothing: they change nothing |
//! | DESCRIPTION with HTML in ALTREP (Thunderbird) | `description` and `html` |
//! | METHOD:PUBLISH; PRODID, CALSCALE:GREGORIAN | nothing: an item is data |
//! | vCalendar 1.0 | brought to iCalendar first ([`crate::read::ics`]) |
//!
//! # What is lost
//!
//! | of an event | what becomes of it |
//! |---|---|
//! | RRULE with BYWEEKNO, BYYEARDAY, RSCALE, with other hours than the start's, or by hours, minutes, seconds | the item happens once ([`Lost::Rule`]) |
//! | a second RRULE; EXRULE | left out |
//! | RANGE=THISANDFUTURE | the change is kept for its one occurrence: the model has no series within a series |
//! | RDATE with a length of its own | the length of the series |
//! | a zone that nobody knows | times wherever one is |
//! | a VTIMEZONE with other than two changes a year, or with parts of a minute | as far as two changes a year say it |
//! | an attendee's DELEGATED-TO, SENT-BY, MEMBER, DIR and such; a group; who is reached otherwise than by mail | the rest of it is kept |
//! | PARTSTAT of tasks and delegations; NON-PARTICIPANT who is no room | the nearest word |
//! | VALARM's sound, mail, text, repetition | its time, as a reminder on the screen |
//! | LANGUAGE, ALTREP of texts; FEATURE of CONFERENCE | the text; the link |
//! | components inside that are no VALARM | left out |
//! | COMMENT, GEO, RESOURCES, RELATED-TO, X-… | nothing is lost: kept as lines |
//!
//! | of a task, besides | what becomes of it |
//! |---|---|
//! | changed occurrences | left out |
//!
//! | of a note | what becomes of it |
//! |---|---|
//! | a start in a zone or wherever one is | the moment in UTC |
//! | how it recurs; people, status | kept as lines |

mod alarm;
mod attach;
mod entry;
mod event;
mod extra;
mod note;
mod observances;
mod people;
mod rule;
mod task;
mod time;
mod zones;

use super::{Attachment, Document, Event, Method, Task, Time};
use crate::{
    journal::{Attached, Journal},
    loss::{Loss, Lost},
    pieces::Pieces,
    read::{
        Problem, Reason,
        component::{self, Component},
        ics,
        parted::Text,
    },
};
use zones::Zones;

/// What the text of one item says.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The item.
    pub item: Item,
    /// The document around it: the zones that its times name, and properties of the calendar.
    pub document: Document,
    /// Occurrences beside the rule with an end of their own: when each begins and ends (RFC 5545 §3.8.5.2). No model has a
    /// place for the ends; the losses say so.
    pub periods: Vec<(Time, Time)>,
    /// What is gone.
    pub losses: Vec<Loss>,
}

/// An item of a calendar.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// An appointment.
    Event(Box<Event>),
    /// A task.
    Task(Box<Task>),
    /// A note or an entry of a journal.
    Note(Box<Note>),
}

/// A note with its files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// The note.
    pub journal: Journal,
    /// Its files.
    pub attachments: Vec<Attachment>,
}

impl Note {
    /// Writes it with its files.
    pub fn write(&self) -> Pieces {
        let file = |file: &Attachment| Attached {
            media_type: file.media_type.clone().unwrap_or_default(),
            name: file.name.clone().unwrap_or_default(),
            data: file.data.reader(),
        };
        self.journal.write(self.attachments.iter().filter(|file| file.uri.is_none()).map(file).collect())
    }
}

/// Reads one item. Files inside stay where they lie in the text, which is shared and not copied.
///
/// # Errors
/// If there is no item in it, or an event without a start.
pub fn read(text: impl Into<Text>) -> Result<Read, Problem> {
    let roots = roots(&text.into())?;
    let calendars: Vec<_> = roots.iter().filter(|root| root.name == "VCALENDAR").collect();
    // An item without a calendar around it is one all the same.
    let items = calendars.iter().flat_map(|calendar| &calendar.inside).chain(&roots);
    let items: Vec<_> = items.filter(|item| KINDS.contains(&item.name.as_str())).collect();
    let first = *items.first().ok_or(Problem::new(1, Reason::NoItem))?;
    let mut context = Context::of(&calendars, first);
    // RFC 5545 §3.8.4.7: what has one UID is one item. Asked for once: it may be long, and they may be many.
    let id = uid(first);
    let (own, others): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| item.name == first.name && uid(item) == id);
    for other in others {
        context.lose(&other.name, Lost::Item, &uid(other));
    }
    let item = match first.name.as_str() {
        "VEVENT" => Item::Event(Box::new(event::read(&own, &mut context)?)),
        "VTODO" => Item::Task(Box::new(task::read(&own, &mut context))),
        _ => Item::Note(Box::new(note::read(&own, &mut context))),
    };
    let document = document(&calendars, &mut context);
    Ok(Read { item, document, periods: context.periods, losses: context.losses })
}

const KINDS: [&str; 3] = ["VEVENT", "VTODO", "VJOURNAL"];

/// What is known while an item is read.
struct Context<'a> {
    zones: Zones<'a>,
    periods: Vec<(Time, Time)>,
    losses: Vec<Loss>,
}

impl<'a> Context<'a> {
    fn of(calendars: &[&'a Component], first: &Component) -> Self {
        let zones = calendars.iter().flat_map(|calendar| calendar.all("VTIMEZONE"));
        let start = first.property("DTSTART").or_else(|| first.property("DUE"));
        let year = start.and_then(|start| time::year(start.value()));
        let recurs = first.property("RRULE").is_some();
        Self { zones: Zones::of(zones, year, recurs), periods: Vec::new(), losses: Vec::new() }
    }

    fn lose(&mut self, property: &str, reason: Lost, detail: &str) {
        Loss::new(property, reason, detail).push(&mut self.losses);
    }
}

fn uid(component: &Component) -> String {
    component.property("UID").map(|uid| uid.text()).unwrap_or_default()
}

fn document(calendars: &[&Component], context: &mut Context<'_>) -> Document {
    let mut document = Document { zones: context.zones.used(), ..Document::default() };
    for property in calendars.iter().flat_map(|calendar| &calendar.properties) {
        match property.name.as_str() {
            "PRODID" | "VERSION" => {}
            "CALSCALE" if property.is("GREGORIAN") => {}
            "METHOD" => {
                document.method = method(property.value());
                if document.method.is_none() && !property.is("PUBLISH") {
                    context.lose("METHOD", Lost::Method, property.value());
                }
            }
            _ => document.extra.push(property.line()),
        }
    }
    document
}

fn method(word: &str) -> Option<Method> {
    let all = [Method::Request, Method::Reply, Method::Cancel, Method::Counter];
    all.into_iter().find(|method| method.word().eq_ignore_ascii_case(word.trim()))
}

/// The components of a text; vCalendar 1.0 is brought to iCalendar.
fn roots(text: &Text) -> Result<Vec<Component>, Problem> {
    let roots = component::read(text)?;
    let is_old = |root: &Component| root.property("VERSION").is_some_and(|version| version.is("1.0"));
    if !roots.iter().any(is_old) {
        return Ok(roots);
    }
    let none = Problem::new(1, Reason::NoItem);
    let text = text.whole()?;
    let Ok(index) = ics::Index::of(&text[..]) else { return Err(none) };
    let entry = index.entries().first().ok_or(none.clone())?;
    let rendered = index.render(entry, &mut |at, bytes| {
        let (at, bytes) =
            (usize::try_from(at).unwrap_or_default(), usize::try_from(bytes).unwrap_or_default());
        Ok(text.get(at..at.saturating_add(bytes)).unwrap_or_default().to_vec())
    });
    component::read(&rendered.map(Text::from).map_err(|_| none)?)
}

#[cfg(test)]
mod tests;
