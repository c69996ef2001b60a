//! The items of one folder in a stable order, kept while pages and fetches need them.
//!
//! A listing holds names and places, never bodies, and notes the state of the folder that it was made from.

use crate::{directory::Directory, mbox, tree::Shape};
use omm_core::model::ItemKind;
use std::{
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// Listings that are kept at once; the engine works on several folders at a time.
const KEPT: usize = 8;
/// Items in them, at about a hundred bytes each; one listing is kept whatever its length.
const KEPT_ITEMS: usize = 300_000;

/// Where the items of a folder are, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The directory, the mbox or the single file.
    pub(crate) path: PathBuf,
    /// How they lie there.
    pub(crate) shape: Shape,
    /// What they are.
    pub(crate) kind: ItemKind,
}

/// The items of a folder.
#[derive(Debug)]
pub(crate) enum Listing {
    /// One file each.
    Directory(Directory),
    /// Regions of one file.
    Mbox { index: mbox::Index, stamp: Stamp },
}

/// What changes when a folder changes; equal stamps mean that nothing came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(u64, SystemTime, u64)>>);

impl Stamp {
    /// The state of some paths now.
    pub(crate) fn of_paths<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        Self(
            paths
                .into_iter()
                .map(|path| std::fs::metadata(path).ok().and_then(|meta| state(&meta)))
                .collect(),
        )
    }

    /// The state of an open file.
    pub(crate) fn of_file(file: &File) -> io::Result<Self> {
        Ok(Self(vec![state(&file.metadata()?)]))
    }

    /// Its bytes, for a state token.
    pub(crate) fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn state(meta: &Metadata) -> Option<(u64, SystemTime, u64)> {
    Some((meta.len(), meta.modified().ok()?, inode(meta)))
}

#[cfg(unix)]
fn inode(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

impl Listing {
    /// Reads names, or an mbox from start to end. Blocks.
    pub(crate) fn read(place: &Place, variant: mbox::Variant) -> io::Result<Self> {
        if place.shape == Shape::Mbox {
            let file = File::open(&place.path)?;
            let stamp = Stamp::of_file(&file)?;
            let index = mbox::scan(file, File::open(&place.path)?, variant)?;
            return Ok(Self::Mbox { index, stamp });
        }
        Directory::read(place).map(Self::Directory)
    }

    /// Whether nothing came or went since.
    pub(crate) fn is_current(&self, place: &Place) -> bool {
        match self {
            Self::Directory(directory) => directory.is_current(),
            Self::Mbox { stamp, .. } => *stamp == Stamp::of_paths([place.path.as_path()]),
        }
    }

    /// How many items.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Directory(directory) => directory.len(),
            Self::Mbox { index, .. } => index.messages.len(),
        }
    }

    /// The id of the item at a position.
    pub(crate) fn id(&self, at: usize) -> String {
        match self {
            Self::Directory(directory) => directory.id(at).to_owned(),
            Self::Mbox { index, .. } => index.messages[at].id(),
        }
    }

    /// Where a page after this id begins.
    pub(crate) fn after(&self, id: &str) -> usize {
        match self {
            Self::Directory(directory) => directory.after(id),
            // An mbox that lost this message is listed from its beginning.
            Self::Mbox { index, .. } => index.position(id).map_or(0, |at| at + 1),
        }
    }
}

/// The listings used last.
#[derive(Debug, Default)]
pub(crate) struct Listings(Mutex<Vec<(Place, Arc<Listing>)>>);

impl Listings {
    /// The listing of a folder, read again only if it is not kept.
    pub(crate) fn get(&self, place: &Place, variant: mbox::Variant) -> io::Result<Arc<Listing>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(of, _)| of == place) {
            let found = kept.remove(at);
            let listing = Arc::clone(&found.1);
            kept.push(found);
            return Ok(listing);
        }
        drop(kept);
        self.fresh(place, variant)
    }

    /// The listing of a folder as it is now.
    pub(crate) fn fresh(&self, place: &Place, variant: mbox::Variant) -> io::Result<Arc<Listing>> {
        let listing = Arc::new(Listing::read(place, variant)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of != place);
        kept.push((place.clone(), Arc::clone(&listing)));
        let too_much = |kept: &[(Place, Arc<Listing>)]| {
            kept.len() > KEPT || kept.iter().map(|(_, listing)| listing.len()).sum::<usize>() > KEPT_ITEMS
        };
        while kept.len() > 1 && too_much(&kept) {
            kept.remove(0);
        }
        Ok(listing)
    }
}
