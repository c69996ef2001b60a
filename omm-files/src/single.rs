//! One MAPI item in a file: `.msg` and TNEF. What kind it is says its class.

use crate::{
    listing::{Opened, Opening},
    msg::{self, MsgMessage},
    options::Options,
    recognise::{FileKind, file_kind},
    tnef::{self, Tnef},
};
use omm_core::{
    Result,
    model::{Flags, ItemKind, Received},
};
use omm_mapi::{Message, property::tag};
use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

/// The kind of the item in a file; mail when it cannot be read, so that fetching it says why.
pub(crate) fn kind(path: &Path, file: FileKind, options: &Options) -> ItemKind {
    let Ok(single) = Single::read(path, file, options) else { return ItemKind::Mail };
    let class = single.message().properties().text(tag::MESSAGE_CLASS).unwrap_or_default();
    omm_mapi::kind_of(&class, &options.mapi)
}

/// Flags and the date of receipt of the item in a file, as it will have them; none when it cannot be read.
pub(crate) fn marks(path: &Path, kind: ItemKind, options: &Options) -> (Flags, Option<Received>) {
    let single = file_kind(path).ok().and_then(|file| Single::read(path, file, options).ok());
    single.map_or_else(Default::default, |single| omm_mapi::marks(kind, single.message().properties()))
}

/// Opens the item in a file.
pub(crate) fn open(path: &Path, file: FileKind, options: &Options, opening: &Opening<'_>) -> Result<Opened> {
    let failed = |error| match error {
        omm_mapi::Error::Io(cause) => opening.failed(cause),
        other => opening.malformed(other.to_string()),
    };
    let single = Single::read(path, file, options).map_err(failed)?;
    let mut mapi = options.mapi.clone();
    mapi.without_damaged = opening.without_damaged;
    let mut opened = omm_mapi::convert(single.message(), &mapi)
        .map(|converted| Opened::converted(converted, None))
        .map_err(failed)?;
    // Only now: recipients and attachments are read while they are converted.
    opened.losses.extend(single.remarks());
    Ok(opened)
}

enum Single {
    Msg(Box<MsgMessage>),
    Tnef(Box<Tnef>),
}

impl Single {
    fn read(path: &Path, file: FileKind, options: &Options) -> omm_mapi::Result<Self> {
        if file != FileKind::Tnef {
            let message = msg::open(BufReader::new(File::open(path)?))?;
            return Ok(Self::Msg(Box::new(message.with_code_page(options.code_page))));
        }
        let mut bytes = Vec::new();
        // One that is larger is refused by its reader.
        File::open(path)?.take(tnef::LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(Self::Tnef(Box::new(tnef::read(&bytes, options.code_page)?)))
    }

    fn message(&self) -> &dyn Message {
        match self {
            Self::Msg(message) => &**message,
            Self::Tnef(tnef) => &tnef.message,
        }
    }

    fn remarks(&self) -> Vec<String> {
        match self {
            Self::Msg(message) => message.remarks(),
            Self::Tnef(tnef) => tnef.remarks.clone(),
        }
    }
}

/// Why an Outlook data file in a tree was not opened as folders.
pub(crate) fn why_no_store(path: &Path) -> String {
    let opened = crate::store::Store::open(path, &Options::default());
    match opened.and_then(|store| store.held(None)) {
        Err(error) => error.to_string(),
        Ok(_) => "it has become an Outlook data file".to_owned(),
    }
}
