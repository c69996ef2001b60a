//! The items of one kind in a file, as a folder.

use super::{
    book::{Book, of_file},
    first_kind,
};
use crate::{
    listing::{Bytes, Listing, Opened, Opening, Stamp},
    options::Options,
    place::Place,
};
use omm_core::{
    Result,
    model::{ItemKind, ItemMeta, Revision, SourceItemId},
};
use std::{collections::HashMap, io, ops::Range, path::PathBuf, sync::Arc};

/// How ids of items begin that are none.
const BROKEN: &str = "line:";

/// The items of a file that are of one kind; then what is broken, if it is counted here.
#[derive(Debug)]
pub(crate) struct BookListing {
    path: PathBuf,
    stamp: Stamp,
    kind: ItemKind,
    book: Arc<dyn Book>,
    // Positions in the book.
    entries: Vec<u32>,
    by_id: HashMap<String, u32>,
    broken: bool,
}

impl BookListing {
    /// Goes through the file.
    pub(crate) fn read(place: &Place, options: &Options) -> io::Result<(Self, Arc<dyn Book>)> {
        let stamp = Stamp::of_paths([place.path.as_path()]);
        let book: Arc<dyn Book> = Arc::from(of_file(&place.path, place.shape, options)?);
        let entries: Vec<u32> =
            (0..book.len()).filter(|at| book.kind(*at) == place.kind).map(|at| at as u32).collect();
        let by_id =
            entries.iter().enumerate().map(|(at, entry)| (book.id(*entry as usize), at as u32)).collect();
        let broken = first_kind(&*book, place.shape) == place.kind;
        let (path, kind) = (place.path.clone(), place.kind);
        Ok((Self { path, stamp, kind, book: Arc::clone(&book), entries, by_id, broken }, book))
    }

    fn broken(&self) -> &[(u64, String)] {
        if self.broken { self.book.broken() } else { &[] }
    }
}

impl Listing for BookListing {
    fn is_current(&self) -> bool {
        self.stamp == Stamp::of_paths([self.path.as_path()])
    }

    fn len(&self) -> usize {
        self.entries.len() + self.broken().len()
    }

    fn id(&self, at: usize) -> String {
        match self.entries.get(at) {
            Some(entry) => self.book.id(*entry as usize),
            None => format!("{BROKEN}{}", self.broken()[at - self.entries.len()].0),
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        if let Some(at) = self.by_id.get(id) {
            return Some(*at as usize);
        }
        let line: u64 = id.strip_prefix(BROKEN)?.parse().ok()?;
        let at = self.broken().iter().position(|(broken, _)| *broken == line)?;
        Some(self.entries.len() + at)
    }

    fn metas(&self, range: Range<usize>) -> Vec<ItemMeta> {
        let meta = |at: usize| {
            let mut meta = ItemMeta::new(SourceItemId::new(self.id(at)), self.kind);
            if let Some(entry) = self.entries.get(at) {
                meta.size = Some(self.book.size(*entry as usize));
                meta.revision = Some(Revision::new(self.book.revision(*entry as usize)));
            }
            meta
        };
        range.map(meta).collect()
    }

    fn open(&self, at: usize, opening: &Opening<'_>) -> Result<Opened> {
        let Some(entry) = self.entries.get(at) else {
            let (line, reason) = &self.broken()[at - self.entries.len()];
            return Err(opening.malformed(format!("line {line}: {reason}")));
        };
        let bytes = self.book.render(*entry as usize).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => opening.gone(),
            io::ErrorKind::InvalidData => opening.malformed(cause.to_string()),
            _ => opening.failed(cause),
        })?;
        Ok(Opened::new(self.kind, Bytes::Here(bytes)))
    }
}
