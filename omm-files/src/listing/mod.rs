//! The items of one folder in a stable order: what every format can say of them, and how one is opened.
//!
//! A listing holds names and places, never bodies, and notes the state of the folder that it was made from.

mod body;
mod kept;
mod stamp;

pub(crate) use kept::Listings;
pub(crate) use stamp::Stamp;

use crate::place::Place;
use omm_content::pieces::Pieces;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Scope, Side},
    model::{Body, Flags, Intake, ItemKind, ItemMeta, Received, SourceItemId},
};
use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::Arc,
};

/// Larger bodies stay in their files.
const SMALL: u64 = 256 * 1024;

/// The items of a folder. Everything here may block.
pub(crate) trait Listing: fmt::Debug + Send + Sync {
    /// The state of the folder that it was made from.
    fn stamp(&self) -> &Stamp;

    /// The state of the folder now.
    fn stamp_now(&self) -> Stamp;

    /// Whether nothing came or went since.
    fn is_current(&self) -> bool {
        *self.stamp() == self.stamp_now()
    }

    /// How many items.
    fn len(&self) -> usize;

    /// The id of the item at a position.
    fn id(&self, at: usize) -> String;

    /// The position of the item with this id.
    fn position(&self, id: &str) -> Option<usize>;

    /// Where a page after this id begins. Without the item, from the beginning: what is known is recognised.
    fn after(&self, id: &str) -> usize {
        self.position(id).map_or(0, |at| at + 1)
    }

    /// What is known of the items at these positions without their bodies.
    fn metas(&self, range: Range<usize>) -> Vec<ItemMeta>;

    /// Opens the item at a position.
    fn open(&self, at: usize, opening: &Opening<'_>) -> Result<Opened>;
}

/// How an item is to be opened.
pub(crate) struct Opening<'a> {
    /// Where its body will go.
    pub(crate) intake: &'a Intake,
    /// The folder.
    pub(crate) place: &'a Place,
    /// Its id, for errors.
    pub(crate) id: &'a SourceItemId,
    /// Parts that cannot be read are replaced by words: the item came to grief because of one.
    pub(crate) without_damaged: bool,
}

/// An item that was found, its body not yet within the intake's bounds.
pub(crate) struct Opened {
    pub(crate) bytes: Bytes,
    pub(crate) kind: ItemKind,
    pub(crate) flags: Flags,
    pub(crate) received: Option<Received>,
    /// What of it could not be carried, each a line for people.
    pub(crate) losses: Vec<String>,
}

/// The bytes of an item that was opened.
pub(crate) enum Bytes {
    /// In memory.
    Here(Vec<u8>),
    /// Where they are, in a file.
    InPlace(Body),
    /// To be read piece by piece, so that memory does not grow with them; with their length if it is known.
    Stream(Box<dyn Read + Send>, Option<u64>),
    /// The same, made of pieces; with about its length, if that is known.
    Pieces(Pieces, Option<u64>),
}

impl Opened {
    /// An item without flags and date.
    pub(crate) fn new(kind: ItemKind, bytes: Bytes) -> Self {
        Self { bytes, kind, flags: Flags::none(), received: None, losses: Vec::new() }
    }

    /// A MAPI item in its interchange form, and about how long that is.
    pub(crate) fn converted(converted: omm_mapi::Converted, size: Option<u64>) -> Self {
        let omm_mapi::Converted { kind, body, flags, received, losses, .. } = converted;
        Self { bytes: Bytes::Pieces(body, size), kind, flags, received, losses }
    }
}

impl Opening<'_> {
    /// An error of the file system met on the way.
    pub(crate) fn failed(&self, cause: io::Error) -> Error {
        crate::error::io(Side::Source, Scope::Item, "read an item", &self.place.path, cause)
            .with("item", self.id)
    }

    /// The item cannot be read as what it claims to be.
    pub(crate) fn malformed(&self, reason: impl Into<String>) -> Error {
        Error::new(ErrorKind::Malformed, Side::Source, "read an item", reason.into())
            .with("item", self.id)
            .with("path", self.place.path.display())
    }

    /// The item is not there any more.
    pub(crate) fn gone(&self) -> Error {
        Error::new(ErrorKind::NotFound, Side::Source, "read an item", "it is no longer there")
            .with("item", self.id)
            .with("path", self.place.path.display())
    }

    /// A region of a file: read now if it is small, else it stays where it is.
    pub(crate) fn region(&self, mut file: File, offset: u64, len: u64) -> Result<Bytes> {
        if len > SMALL {
            let body = self.intake.region_blocking(Arc::new(file), offset, len);
            return body.map(Bytes::InPlace).map_err(|error| error.scope(Scope::Item));
        }
        let mut bytes = Vec::with_capacity(len as usize);
        let read = file.seek(SeekFrom::Start(offset)).and_then(|_| file.take(len).read_to_end(&mut bytes));
        read.map_err(|cause| self.failed(cause))?;
        if (bytes.len() as u64) < len {
            return Err(self.failed(io::ErrorKind::UnexpectedEof.into()).retry(Retry::Backoff));
        }
        Ok(Bytes::Here(bytes))
    }
}
