//! TNEF: a message in one stream ([MS-OXTNEF]), `winmail.dat` of mails that Outlook sent.
//!
//! A stream is a row of attributes. Old ones stand for a property each; `attMAPIProps`, `attRecipTable` and
//! `attAttachment` hold lists of properties, with the names of named ones within. An attachment begins with
//! `attAttachRendData`. A message inside is a stream of its own, in a property of its attachment.
//!
//! What is cut off gives what was read so far; that and whatever else is wrong is [remarked](Tnef::remarks). Where an old
//! attribute and a property of MAPI say the same, the latter is taken. The stream is in memory. Limits: 64 MiB, a million
//! values, messages at most 32 deep within each other, 2048 recipients and as many attachments.

mod attribute;
mod cursor;
mod legacy;
mod list;
mod message;
mod names;
mod remarks;

use omm_mapi::{Error, Result, StoredMessage};
use remarks::Remarks;

/// The longest stream that is read: it travels in mail, which is not larger.
pub const LARGEST: u64 = 64 << 20;

/// How many values a stream has at most: each takes more memory than it has bytes.
const VALUES: u32 = 1 << 20;

/// The message of a stream.
#[derive(Clone, Debug, Default)]
pub struct Tnef {
    /// The message.
    pub message: StoredMessage,
    /// What is wrong with the stream, in words; empty if nothing is.
    pub remarks: Vec<String>,
}

/// Whether bytes that begin like this are TNEF ([MS-OXTNEF] §2.1.3). Four bytes suffice.
pub fn is_tnef(head: &[u8]) -> bool {
    head.starts_with(&attribute::SIGNATURE)
}

/// Reads a stream; `code_page` is that of 8-bit text if the stream does not say its own.
///
/// # Errors
/// If the signature is missing, or above [`LARGEST`].
pub fn read(bytes: &[u8], code_page: Option<u32>) -> Result<Tnef> {
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { what: "a TNEF stream".into(), bytes: bytes.len() as u64 });
    }
    let mut remarks = Remarks::default();
    let message = message::message(bytes, code_page, 0, &mut { VALUES }, &mut remarks)?;
    Ok(Tnef { message, remarks: remarks.all() })
}
