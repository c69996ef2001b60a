//! What appointments and tasks have in common: who made them when, their words, people, reminders and files.

mod attach;
pub(crate) mod name;
pub(crate) mod people;
mod uid;
mod words;

pub(crate) use attach::attachments;
pub(crate) use uid::{own as own_uid, uid};
pub(crate) use words::{alarm, before, words};
