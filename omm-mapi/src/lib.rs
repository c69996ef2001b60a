//! MAPI items: what Outlook and Exchange keep of a message, a contact, an appointment, a task, a note, and how each
//! becomes its interchange form.
//!
//! PST files, `.msg` files and TNEF are three ways to store the same properties. Their readers implement [`Message`] and
//! [`Attachment`]; [`convert`] does the rest, purely: no file is opened here, no clock is read.
//!
//! What an interchange form cannot hold is listed at the converter of its kind.

mod convert;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;
pub mod mail;
mod object;
pub mod property;
pub mod text;

pub use convert::{Converted, Options, convert, kind_of};
pub use error::{Error, Result};
pub use object::{Attachment, Message, StoredAttachment, StoredMessage};
