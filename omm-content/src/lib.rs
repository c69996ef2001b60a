//! Content in its interchange forms: vCard (RFC 6350), iCalendar (RFC 5545), and what both need.
//!
//! Connectors that keep contacts and appointments as properties (files of Outlook, Exchange) fill in the models of this
//! crate and let them be written; files that hold the forms already are split here into items, their bytes left alone.
//! Everything is pure: no file, no clock, no network.
//!
//! | room | what |
//! |---|---|
//! | [`card`] | contacts and groups, and the writer of vCard |
//! | [`journal`] | notes and journal entries, and the writer of VJOURNAL |
//! | [`calendar`] | appointments and tasks: models, iCalendar, time zones |
//! | [`mod@line`] | content lines: what both forms are made of, written to the letter |
//! | [`data`] | bytes of a file that an item carries, wherever they lie |
//! | [`pieces`] | a body that is written piece by piece, so that a large attachment is never in memory |
//! | [`loss`] | what a text says and no model holds |
//! | [`read`] | files of many items, taken apart into items |
//! | [`join`] | items put together to one file |

pub mod calendar;
pub mod card;
pub mod data;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
pub mod join;
pub mod journal;
pub mod line;
pub mod loss;
pub mod pieces;
pub mod read;
