//! One MAPI item in a file: `.msg` and TNEF. What kind it is says its class.

use crate::{
    listing::{Opened, Opening},
    msg,
    recognise::FileKind,
    tnef,
};
use omm_core::{Result, model::ItemKind};
use omm_mapi::{Message, property::tag};
use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

/// TNEF is read as a whole; it travels in mail, which is not larger.
const LARGEST_TNEF: u64 = 256 * 1024 * 1024;

/// The kind of the item in a file; mail when it cannot be read, so that fetching it says why.
pub(crate) fn kind(path: &Path, file: FileKind, options: &omm_mapi::Options) -> ItemKind {
    let Ok(message) = message(path, file) else { return ItemKind::Mail };
    let class = message.properties().text(tag::MESSAGE_CLASS).unwrap_or_default();
    omm_mapi::kind_of(&class, options)
}

/// Opens the item in a file.
pub(crate) fn open(
    path: &Path,
    file: FileKind,
    options: &omm_mapi::Options,
    opening: &Opening<'_>,
) -> Result<Opened> {
    let failed = |error| match error {
        omm_mapi::Error::Io(cause) => opening.failed(cause),
        other => opening.malformed(other.to_string()),
    };
    let message = message(path, file).map_err(failed)?;
    let mut options = *options;
    options.without_damaged = opening.without_damaged;
    let converted = omm_mapi::convert(&*message, &options).map_err(failed)?;
    Ok(Opened::converted(converted))
}

fn message(path: &Path, file: FileKind) -> omm_mapi::Result<Box<dyn Message>> {
    if file == FileKind::Msg {
        return Ok(Box::new(msg::open(BufReader::new(File::open(path)?))?));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_TNEF + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TNEF {
        return Err(omm_mapi::Error::TooLarge { what: "a TNEF file".into(), bytes: bytes.len() as u64 });
    }
    Ok(Box::new(tnef::read(&bytes)?.message))
}

/// Why an Outlook data file in a tree was not opened as folders.
pub(crate) fn why_no_store(path: &Path) -> String {
    match crate::store::Store::open(path, &crate::options::Options::default()) {
        Err(error) => error.to_string(),
        Ok(_) => "it has become an Outlook data file".to_owned(),
    }
}
