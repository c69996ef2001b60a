//! Appointments ([MS-OXWSMTGS]) and the model of VEVENT.
//!
//! # What becomes of each field
//!
//! | of the appointment | of the model |
//! |---|---|
//! | UID; else the search key | the UID |
//! | Subject, Location, Body, MeetingWorkspaceUrl | summary, location, text plain and in HTML, URL |
//! | Start, End; StartTimeZone, EndTimeZone, MeetingTimeZone | the same, in their zones |
//! | IsAllDayEvent | days: of the appointment's own zone |
//! | Recurrence, DeletedOccurrences | rule and exceptions to it; on the way in see [`super::recurrence`] |
//! | ModifiedOccurrences, and the items that they name | exceptions |
//! | LegacyFreeBusyStatus, PidLidIntendedBusyStatus | busy, intended, transparent, tentative |
//! | IsCancelled, AppointmentSequenceNumber, MyResponseType, AllowNewTimeProposal | status, sequence, response, no counter-proposal |
//! | Organizer, RequiredAttendees, OptionalAttendees, Resources | people, of a meeting; with their answers |
//! | ReminderIsSet, ReminderMinutesBeforeStart | an alarm |
//! | NetShowUrl, OnlineMeetingExternalLink …, SkypeTeamsMeetingUrl | where it can be joined from afar |
//! | Sensitivity, Importance, Categories, LastModifiedTime, DateTimeCreated | the same |
//! | PidLidCompanies, PidLidContacts, PidLidMileage, PidLidBilling | the same |
//! | attachments | listed by [`super::attached`], fetched by whoever reads the item |
//!
//! What the server alone may set on the way in (who organizes, whether it is cancelled, how often it was changed) is set by
//! the properties of MAPI behind it.

mod clock;
mod differs;
mod fields;
mod names;
mod occurrence;
mod odd;
mod online;
mod people;
mod plan;
mod read;
mod series;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use plan::{Changed, Deleted, Plan, plans};
pub(crate) use read::{Occurrence, changed, event};

use crate::ops::ExtendedPath;

/// What must be asked for beside what the schema has.
pub(crate) const PROPERTIES: &[ExtendedPath] = names::ALL;
