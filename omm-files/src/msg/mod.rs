//! `.msg` and `.oft`: one message in a compound file ([MS-OXMSG]), as Outlook saves it.
//!
//! ```text
//! /__properties_version1.0                     numbers and dates of the message
//! /__substg1.0_0037001F                        its subject: property 0x0037, type 0x001F
//! /__nameid_version1.0/…                       the names of the properties from 0x8000 on
//! /__recip_version1.0_#00000000/…              a recipient
//! /__attach_version1.0_#00000000/…             an attachment
//!     __substg1.0_37010102                     its bytes
//!     __substg1.0_3701000D/…                   or the message or object inside
//! ```
//!
//! What is missing, damaged or of an unknown type is left out, and [remarked](MsgMessage::remarks). Limits: 64 MiB for a
//! value in memory and for an object of another program, 256 MiB for all values of one message, 2048 recipients and as
//! many attachments, 32 messages within each other. An attachment by value may have any size: it is read in pieces.

mod attachment;
mod code_page;
mod compound;
mod message;
mod names;
mod ole;
mod properties;
mod recognise;
mod said;
mod stream;

pub use message::MsgMessage;
pub use recognise::{is_compound, is_message};

use compound::{Compound, is_damage};
use omm_mapi::{Error, Result};
use std::{
    io::{Read, Seek},
    path::Path,
};

/// Opens the message of a file.
///
/// # Errors
/// If it is not a compound file, is damaged so that nothing in it can be found, or is of another program.
pub fn open(mut file: impl Read + Seek + Send + 'static) -> Result<MsgMessage> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(8).read_to_end(&mut head)?;
    if !is_compound(&head) {
        return Err(Error::malformed("not a compound file"));
    }
    file.rewind()?;
    let compound = Compound::open(file).map_err(|error| match is_damage(&error) {
        true => Error::malformed(format!("a compound file that is damaged: {error}")),
        false => Error::Io(error),
    })?;
    let exists = |path: &str| compound.is_stream(Path::new(path)) || compound.is_storage(Path::new(path));
    if !exists(&recognise::stream_path()) {
        return Err(Error::malformed(match recognise::other(exists) {
            Some(what) => format!("a compound file, but not a message: perhaps {what}"),
            None => "a compound file, but not a message".to_owned(),
        }));
    }
    MsgMessage::of_file(compound)
}
