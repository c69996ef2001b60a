//! Appointments and tasks from made-up properties to iCalendar, looked at by others.

#![allow(clippy::unwrap_used)]

mod blob;
mod expand;
mod fields;
mod occurrence;
mod oracle;
mod people;
mod rows;
mod series;
mod spec;
mod support;
mod tasks;
mod uids;
