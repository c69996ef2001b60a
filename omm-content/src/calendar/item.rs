//! The models: what a calendar keeps of an appointment and of a task, whatever program it was made in.

use super::{Busy, EventFacts, Rule, TaskFacts, Time};
use crate::{data::Data, line::Line};
use chrono::{Duration, NaiveDateTime};

/// An appointment: one event, or a series with the occurrences that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What an event has in common with a task.
    pub entry: Entry,
    /// When it begins; the first occurrence of a series.
    pub start: Time,
    /// When it ends: the first moment after it (RFC 5545 §3.6.1).
    pub end: Option<Time>,
    /// Whether one is free all the same (RFC 5545 §3.8.2.7).
    pub transparent: bool,
    /// How it recurs.
    pub recurrence: Recurrence,
    /// When this occurrence would have begun by the rule of its series; only for those that differ.
    pub instead_of: Option<Time>,
    /// The occurrences that differ. They have no recurrence and no exceptions of their own.
    pub exceptions: Vec<Event>,
    /// What Outlook and Exchange keep of it.
    pub facts: EventFacts,
}

impl Event {
    /// An event that begins then, and nothing else.
    pub fn at(start: Time) -> Self {
        Self {
            entry: Entry::default(),
            start,
            end: None,
            transparent: false,
            recurrence: Recurrence::default(),
            instead_of: None,
            exceptions: Vec::new(),
            facts: EventFacts::default(),
        }
    }

    /// How its time is to be shown: what Outlook says of it, else what iCalendar does.
    pub fn busy(&self) -> Busy {
        self.facts.busy.unwrap_or(match self.entry.status {
            _ if self.transparent => Busy::Free,
            Some(Status::Tentative) => Busy::Tentative,
            _ => Busy::Busy,
        })
    }

    /// Whether days are all that counts, and not their hours.
    pub fn is_all_day(&self) -> bool {
        matches!(self.start, Time::Date(_))
    }
}

/// A task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Task {
    /// What a task has in common with an event.
    pub entry: Entry,
    /// When it is to be begun.
    pub start: Option<Time>,
    /// When it is to be done.
    pub due: Option<Time>,
    /// When it was done, in UTC.
    pub completed: Option<NaiveDateTime>,
    /// How much of it is done, 0 to 100.
    pub percent: Option<u32>,
    /// How it recurs.
    pub recurrence: Recurrence,
    /// What Outlook and Exchange keep of it.
    pub facts: TaskFacts,
}

/// How something recurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurrence {
    /// By a rule.
    pub rule: Option<Rule>,
    /// And at these times.
    pub also: Vec<Time>,
    /// But not at these.
    pub except: Vec<Time>,
}

impl Recurrence {
    /// Whether it happens once.
    pub fn is_none(&self) -> bool {
        self.rule.is_none() && self.also.is_empty()
    }
}

/// What events and tasks have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// What names it, the same in every copy.
    pub uid: String,
    /// The last change, in UTC; DTSTAMP and LAST-MODIFIED. The epoch if nothing is known.
    pub modified: Option<NaiveDateTime>,
    /// When it was made, in UTC.
    pub created: Option<NaiveDateTime>,
    /// What it is about.
    pub summary: Option<String>,
    /// Its text.
    pub description: Option<String>,
    /// Its text in HTML, written as X-ALT-DESC.
    pub html: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// How it may be shown to others.
    pub class: Option<Class>,
    /// 1 the highest, 9 the lowest, 5 the middle.
    pub priority: Option<u32>,
    /// How far it is.
    pub status: Option<Status>,
    /// How often its organizer changed it.
    pub sequence: Option<u32>,
    /// Its categories.
    pub categories: Vec<String>,
    /// People to ask about it.
    pub contacts: Vec<String>,
    /// Who asked for it.
    pub organizer: Option<Person>,
    /// Who takes part.
    pub attendees: Vec<Attendee>,
    /// What reminds of it.
    pub alarms: Vec<Alarm>,
    /// Where it can be joined from afar (RFC 7986 §5.11).
    pub conferences: Vec<Conference>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Companies that it concerns. `X-OMM-COMPANY`.
    pub companies: Vec<String>,
    /// How far one went for it, in words. `X-OMM-MILEAGE`.
    pub mileage: Option<String>,
    /// What is paid for it, in words. `X-OMM-BILLING`.
    pub billing: Option<String>,
    /// Other properties, X-… and such.
    pub extra: Vec<Line>,
}

impl Entry {
    /// All of it but the attachments.
    #[must_use]
    pub fn without_attachments(&self) -> Self {
        Self { attachments: Vec::new(), ..self.clone() }
    }
}

/// CLASS (RFC 5545 §3.8.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// For all.
    Public,
    /// Outlook's "personal"; others take a word that they do not know for private.
    Personal,
    /// For its owner.
    Private,
    /// For few.
    Confidential,
}

/// STATUS (RFC 5545 §3.8.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// An event that may be.
    Tentative,
    /// An event that will be.
    Confirmed,
    /// An event or a task that will not be.
    Cancelled,
    /// A task that waits to be begun.
    NeedsAction,
    /// A task that is done.
    Completed,
    /// A task that is begun.
    InProcess,
}

/// Somebody with a mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name, if one is known.
    pub name: Option<String>,
    /// The address (RFC 5321 §4.1.2), if one is known.
    pub address: Option<String>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// In which role.
    pub role: Role,
    /// What was answered.
    pub part: Part,
    /// Whether an answer is asked for.
    pub rsvp: bool,
}

/// ROLE and CUTYPE (RFC 5545 §3.2.16, §3.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Leads it.
    Chair,
    /// Is needed.
    Required,
    /// May come.
    Optional,
    /// A room or a thing.
    Resource,
}

/// PARTSTAT (RFC 5545 §3.2.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// No answer yet.
    NeedsAction,
    /// Yes.
    Accepted,
    /// Perhaps.
    Tentative,
    /// No.
    Declined,
}

/// What reminds of an item: a message on the screen (RFC 5545 §3.6.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// When.
    pub trigger: Trigger,
}

/// When an alarm is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// So long before the start.
    Before(Duration),
    /// At this time, in UTC.
    At(NaiveDateTime),
}

/// Where an event can be joined from afar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// A link or a telephone number, as a URI.
    pub uri: String,
    /// What it is, for people.
    pub label: String,
}

/// The parameter for [`Attachment::content_id`].
pub(super) const CONTENT_ID: &str = "X-CONTENT-ID";

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attachment {
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// What a text of HTML calls it by that shows it (RFC 2392); in iCalendar a parameter of ours, X-CONTENT-ID.
    pub content_id: Option<String>,
    /// Its bytes, read when they are written; or nothing if it lies at `uri`.
    pub data: Data,
    /// Where it lies, if its bytes are not here.
    pub uri: Option<String>,
}
