//! Appointments and tasks from made-up properties to iCalendar, looked at by others.

mod blob;
mod expand;
mod fields;
mod oracle;
mod rows;
mod series;
mod spec;
mod support;
