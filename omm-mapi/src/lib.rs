//! MAPI items: what Outlook and Exchange keep of a message, a contact, an appointment, a task, a note, and how each
//! becomes its interchange form.
//!
//! PST files, `.msg` files and TNEF are three ways to store the same properties. Their readers implement [`Message`] and
//! [`Attachment`]; [`convert`] does the rest, purely: no file is opened here, no clock is read.
//!
//! What an interchange form cannot hold is listed at the converter of its kind.

pub mod contact;
mod convert;
mod entry;
mod entry_id;
mod error;
pub mod event;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
pub mod group;
mod inside;
pub mod journal;
pub mod mail;
pub mod midnight;
pub mod note;
mod object;
pub mod property;
pub mod recurrence;
pub mod task;
pub mod text;
pub mod time_zone;
mod uid;

pub use convert::{Converted, MARKS, Options, convert, kind_of, marks};
pub use error::{Error, Result};
pub use object::{Attachment, Message, StoredAttachment, StoredMessage};
pub use uid::urn_of_key;
