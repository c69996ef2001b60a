//! iCalendar files (RFC 5545) and vCalendar 1.0: one item per UID and kind.
//!
//! ```
//! use omm_content::read::ics::Index;
//!
//! let file = b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101T120000Z\nEND:VEVENT\nEND:VCALENDAR\n";
//! let index = Index::of(&file[..])?;
//! let entry = &index.entries()[0];
//! assert_eq!(entry.id(), "1");
//! let item = index.render(entry, &mut |at, bytes| Ok(file[at as usize..(at + bytes) as usize].to_vec()))?;
//! assert!(item.starts_with(b"BEGIN:VCALENDAR\r\n"));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! - A series and its changed occurrences (RECURRENCE-ID) are one item, wherever in the file they lie. A second master
//!   of the same UID is an item of its own, `UID#2`; the same lines once more are skipped.
//! - Each item carries the time zones that it names. A zone that the file does not define is made from its name, if that
//!   is an IANA or a Windows name: a destination that knows no such name would move the appointment.
//! - PRODID is ours, as we make the object; METHOD is left out, for an item is data and never an invitation.
//! - DTSTAMP is no part of the revision: exports set it to their own time.

mod build;
mod index;
pub(crate) mod legacy;
mod nesting;
mod open;
mod render;
mod repair;
mod zone_maker;
pub(crate) mod zones;

pub use index::{Entry, Index, Kind, Skipped};

/// RFC 5545 §3.7.3.
pub(crate) const PRODID: &str = "-//OMM//omm-content//EN";
