//! The items of one kind in a file, as a folder.

use super::{Books, book::Book, first_kind};
use crate::{
    listing::{Bytes, Listing, Opened, Opening, Stamp},
    options::Options,
    place::Place,
};
use omm_core::{
    Result,
    model::{Digest, ItemKind, ItemMeta, Revision, SourceItemId},
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
    ids: Ids,
    broken: bool,
}

/// Where each id is, without the ids themselves: the book has them.
#[derive(Debug, Default)]
struct Ids {
    // Digests of ids and positions, sorted.
    sorted: Vec<(u64, u32)>,
    // Ids of items whose own was taken, by position: an item of the UID `a#2` beside two of the UID `a`.
    renamed: HashMap<u32, String>,
}

impl BookListing {
    /// Goes through the file, unless another listing did.
    pub(crate) fn read(place: &Place, books: &Books, options: &Options) -> io::Result<Self> {
        let stamp = Stamp::of_paths([place.path.as_path()]);
        let book = books.open(&place.path, place.shape, options)?;
        let entries: Vec<u32> =
            (0..book.len()).filter(|at| book.kind(*at) == place.kind).map(|at| at as u32).collect();
        let ids = Ids::of(entries.len(), |at| book.id(entries[at as usize] as usize));
        let broken = first_kind(&*book, place.shape) == place.kind;
        let (path, kind) = (place.path.clone(), place.kind);
        Ok(Self { path, stamp, kind, book, entries, ids, broken })
    }

    /// What the reader of a report should know of the file; said once, by the folder that counts what is broken.
    pub(super) fn remarks(&self) -> Vec<String> {
        if self.broken { self.book.remarks() } else { Vec::new() }
    }

    fn broken(&self) -> &[(u64, String)] {
        if self.broken { self.book.broken() } else { &[] }
    }
}

impl Ids {
    fn of(count: usize, id: impl Fn(u32) -> String) -> Self {
        let mut sorted: Vec<(u64, u32)> = (0..count as u32).map(|at| (digest(&id(at)), at)).collect();
        sorted.sort_unstable();
        let mut renamed = HashMap::new();
        for pair in 1..sorted.len() {
            let ((before, first), (digest, at)) = (sorted[pair - 1], sorted[pair]);
            if before == digest && id(first) == id(at) {
                renamed.insert(at, format!("{}##{at}", id(at)));
            }
        }
        if !renamed.is_empty() {
            for (own, at) in &mut sorted {
                *own = renamed.get(at).map_or(*own, |id| digest(id));
            }
            sorted.sort_unstable();
        }
        Self { sorted, renamed }
    }

    /// The positions that an id may have; nearly always one.
    fn candidates(&self, id: &str) -> impl Iterator<Item = u32> {
        let wanted = digest(id);
        let from = self.sorted.partition_point(|(digest, _)| *digest < wanted);
        self.sorted[from..].iter().take_while(move |(digest, _)| *digest == wanted).map(|(_, at)| *at)
    }
}

fn digest(id: &str) -> u64 {
    Digest::of(id.as_bytes()).short()
}

impl Listing for BookListing {
    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_now(&self) -> Stamp {
        Stamp::of_paths([self.path.as_path()])
    }

    fn len(&self) -> usize {
        self.entries.len() + self.broken().len()
    }

    fn id(&self, at: usize) -> String {
        match self.entries.get(at) {
            Some(entry) => {
                let renamed = self.ids.renamed.get(&(at as u32));
                renamed.cloned().unwrap_or_else(|| self.book.id(*entry as usize))
            }
            None => format!("{BROKEN}{}", self.broken()[at - self.entries.len()].0),
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        let found = self.ids.candidates(id).map(|at| at as usize).find(|at| self.id(*at) == id);
        found.or_else(|| {
            let line: u64 = id.strip_prefix(BROKEN)?.parse().ok()?;
            let at = self.broken().binary_search_by_key(&line, |(broken, _)| *broken).ok()?;
            Some(self.entries.len() + at)
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_items_have_one_id() {
        let own = ["a", "a#2", "a#2", "b", "a#2"];
        let ids = Ids::of(own.len(), |at| own[at as usize].to_owned());
        let mut all: Vec<String> = (0..own.len() as u32)
            .map(|at| ids.renamed.get(&at).cloned().unwrap_or_else(|| own[at as usize].to_owned()))
            .collect();
        for (at, id) in all.iter().enumerate() {
            assert!(ids.candidates(id).any(|candidate| candidate as usize == at), "{id}");
        }
        assert_eq!(ids.renamed.len(), 2);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), own.len());
    }
}
