//! Appointments and tasks: their models, and their strict writer to iCalendar (RFC 5545, RFC 7986).
//!
//! Connectors that keep them as properties fill in [`Event`] and [`Task`] and call [`Document::event`] or
//! [`Document::task`]. What is written depends on the model alone: the same item gives the same bytes, whenever it is
//! written (DTSTAMP is the time of its last change, no clock is read).
//!
//! | room | what |
//! |---|---|
//! | `time` | a date, or a time with the zone that says when it is |
//! | `rule` | how something recurs (RFC 5545 §3.3.10) |
//! | [`zone`] | time zones: IANA's, or rules of their own; Windows names; VTIMEZONE |
//! | `item` | the models |
//! | `repeated` | what changed occurrences say again of their series |
//! | `facts` | what Outlook and Exchange keep beside iCalendar |
//! | `write` | the writer |
//! | [`mod@read`] | the way back: from iCalendar to the models |

mod facts;
mod item;
pub mod read;
mod repeated;
mod rule;
mod time;
mod write;
pub mod zone;

pub use facts::{Busy, EventFacts, Importance, Instance, Response, Stage, TaskFacts};
pub use item::{
    Alarm, Attachment, Attendee, Class, Conference, Entry, Event, Part, Person, Recurrence, Role, Status,
    Task, Trigger,
};
pub use read::read;
pub use repeated::Repeated;
pub use rule::{ByDay, End, Frequency, Rule};
pub use time::Time;
pub use write::{Document, Method};
pub use zone::Zone;
