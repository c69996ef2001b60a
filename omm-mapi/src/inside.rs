//! Files that an item carries inside its interchange form, where that form has no attachments to speak of.
//!
//! vCard has none and few programs show those of VJOURNAL, while servers refuse cards that are too large: so small files are kept inside,
//! and larger ones are told as losses.

use crate::{Attachment, Message, Options, error::Result, property::Properties};
use std::io::{self, Read};

/// As much as one item may carry inside, in bytes: all files together.
const MOST_BYTES: u64 = 1 << 20;
/// More files than these are not looked at.
const MOST_FILES: usize = 256;

const ATTACH_LONG_FILENAME: u16 = 0x3707;
const ATTACH_FILENAME: u16 = 0x3704;
const ATTACH_MIME_TAG: u16 = 0x370E;
const DISPLAY_NAME: u16 = 0x3001;

/// A file that is carried inside.
pub(crate) struct Inside {
    /// Its media type, or nothing.
    pub(crate) media_type: String,
    /// Its name, or nothing.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The files of a message, but for those that the caller takes; what is left out is told in `losses`.
pub(crate) fn files(
    message: &dyn Message,
    options: &Options,
    losses: &mut Vec<String>,
    mut takes: impl FnMut(&dyn Attachment) -> Result<bool>,
) -> Result<Vec<Inside>> {
    let mut files = Vec::new();
    let mut left = MOST_BYTES;
    for (at, attachment) in attachments(message, options, losses)?.into_iter().enumerate() {
        if at == MOST_FILES {
            losses.push(format!("more than {MOST_FILES} attachments: the rest is left out"));
            break;
        }
        let properties = attachment.properties();
        let name = name(properties);
        match takes(attachment.as_ref()) {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) if options.without_damaged => {
                losses.push(format!("the attachment {name:?} cannot be read: {error}"));
                continue;
            }
            Err(error) => return Err(error),
        }
        match bytes(attachment.as_ref(), left) {
            Ok(Some(bytes)) => {
                left = left.saturating_sub(bytes.len() as u64);
                let media_type = properties.text(ATTACH_MIME_TAG).unwrap_or_default();
                files.push(Inside { media_type, name, bytes });
            }
            Ok(None) => {
                losses.push(format!("the attachment {name:?} is left out: it has no place in this form"))
            }
            Err(error) if options.without_damaged => {
                losses.push(format!("the attachment {name:?} cannot be read: {error}"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(files)
}

/// The attachments of a message; none where the table is damaged and the options say to go without.
pub(crate) fn attachments(
    message: &dyn Message,
    options: &Options,
    losses: &mut Vec<String>,
) -> Result<Vec<Box<dyn Attachment>>> {
    match message.attachments() {
        Err(error) if options.without_damaged => {
            losses.push(format!("its attachments cannot be read: {error}"));
            Ok(Vec::new())
        }
        read => read,
    }
}

/// What a file is called; empty if it has no name.
pub(crate) fn name(properties: &Properties) -> String {
    [ATTACH_LONG_FILENAME, ATTACH_FILENAME, DISPLAY_NAME]
        .into_iter()
        .find_map(|id| properties.text(id))
        .unwrap_or_default()
}

/// Whether all bytes can be read; they are not kept.
pub(crate) fn is_readable(attachment: &dyn Attachment) -> Result<()> {
    if let Some(mut data) = attachment.data()? {
        io::copy(&mut data, &mut io::sink())?;
    }
    Ok(())
}

/// Nothing if there are none, or more than that.
fn bytes(attachment: &dyn Attachment, most: u64) -> Result<Option<Vec<u8>>> {
    let Some(data) = attachment.data()? else { return Ok(None) };
    let mut bytes = Vec::new();
    data.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
