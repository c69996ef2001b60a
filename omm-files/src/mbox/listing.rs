//! An mbox as a folder.

use super::{Index, Message, Reading, Variant, scan};
use crate::{
    listing::{Bytes, Listing, Opened, Opening, Stamp},
    place::Place,
};
use omm_core::{
    Result,
    model::{ItemKind, ItemMeta, SourceItemId},
};
use std::{fs::File, io, ops::Range, path::PathBuf};

/// The messages of one file.
#[derive(Debug)]
pub(crate) struct MboxListing {
    path: PathBuf,
    index: Index,
    stamp: Stamp,
}

impl MboxListing {
    /// Reads an mbox from start to end.
    pub(crate) fn read(place: &Place, variant: Variant) -> io::Result<Self> {
        let file = File::open(&place.path)?;
        let stamp = Stamp::of_file(&file)?;
        let index = scan(file, File::open(&place.path)?, variant)?;
        Ok(Self { path: place.path.clone(), index, stamp })
    }

    fn bytes(&self, file: File, message: &Message, opening: &Opening<'_>) -> Result<Bytes> {
        if message.quoted == 0 {
            return opening.region(file, message.offset, message.len);
        }
        let reading = Reading::new(file, message).map_err(|cause| opening.failed(cause))?;
        Ok(Bytes::Stream(Box::new(reading), Some(message.size())))
    }
}

impl Listing for MboxListing {
    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_now(&self) -> Stamp {
        Stamp::of_paths([self.path.as_path()])
    }

    fn len(&self) -> usize {
        self.index.messages.len()
    }

    fn id(&self, at: usize) -> String {
        self.index.messages[at].id()
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.index.position(id)
    }

    fn metas(&self, range: Range<usize>) -> Vec<ItemMeta> {
        let meta = |message: &Message| {
            let mut meta = ItemMeta::new(SourceItemId::new(message.id()), ItemKind::Mail);
            (meta.size, meta.received) = (Some(message.size()), message.received);
            meta.flags = message.flags.clone();
            meta
        };
        self.index.messages[range].iter().map(meta).collect()
    }

    fn open(&self, at: usize, opening: &Opening<'_>) -> Result<Opened> {
        let message = &self.index.messages[at];
        let file = File::open(&self.path).map_err(|cause| opening.failed(cause))?;
        if Stamp::of_file(&file).map_err(|cause| opening.failed(cause))? != self.stamp {
            return Err(opening.gone());
        }
        if message.size() == 0 {
            return Err(opening.malformed("the message is empty"));
        }
        let mut opened = Opened::new(ItemKind::Mail, self.bytes(file, message, opening)?);
        (opened.flags, opened.received) = (message.flags.clone(), message.received);
        Ok(opened)
    }
}
