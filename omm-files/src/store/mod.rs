//! Outlook data files (PST, OST) as accounts: what the reader in [`crate::pst`] finds, as folders and listings.
//!
//! A folder of Outlook holds items of any kind, ours one kind each: what is of another kind than the folder is a folder
//! beside it, `Deleted Items (contacts)`.

mod identity;
mod layout;
mod listing;
mod stores;

pub(crate) use stores::Stores;

use crate::{
    holding::{Held, beside},
    listing::{Listing, Stamp},
    options::Options,
    place::Shape,
    pst::{Nid, Pst},
};
use layout::{Laid, layout};
use listing::{Row, StoreListing};
use omm_core::model::ItemKind;
use omm_mapi::{Error, Result};
use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// Items of folders that are kept, because a folder of several kinds is listed several times; those of the folder listed
/// last are kept, however many.
const KEPT: usize = 100_000;

/// An open data file.
pub(crate) struct Store {
    path: PathBuf,
    stamp: Stamp,
    options: Options,
    pst: Pst,
    /// A digest of the store's own key: 0 for a store without one.
    key: u64,
    layout: OnceLock<Vec<Laid>>,
    census: OnceLock<String>,
    /// The items of the folders listed last.
    rows: Mutex<Vec<(u32, Arc<Vec<Row>>)>>,
}

impl Store {
    /// Opens a data file.
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        let stamp = Stamp::of_paths([path]);
        let pst = Pst::open(Arc::new(File::open(path)?))?.with_code_page(options.code_page);
        let key = pst.record_key().map_or(0, digest);
        let (layout, census, rows) = Default::default();
        Ok(Self { path: path.to_owned(), stamp, options: options.clone(), pst, key, layout, census, rows })
    }

    /// The folders: below `above`, or as an account of its own.
    pub(crate) fn held(&self, above: Option<&str>) -> Result<Vec<Held>> {
        let mut all = Vec::new();
        for folder in self.layout()? {
            let mut way: Vec<String> =
                above.map(str::to_owned).into_iter().chain(folder.path.iter().cloned()).collect();
            if way.is_empty() {
                way.push(self.pst.display_name().unwrap_or_else(|| "Outlook".to_owned()));
            }
            let others = folder.kinds.keys().copied().filter(|kind| *kind != folder.own);
            for kind in std::iter::once(folder.own).chain(others) {
                let mut way = way.clone();
                if let (Some(last), true) = (way.last_mut(), kind != folder.own) {
                    *last = beside(last, kind);
                }
                let role = folder.role.filter(|_| kind == folder.own);
                let shape = Shape::Store { folder: folder.nid.0, store: self.key };
                let items = folder.kinds.get(&kind).copied().unwrap_or(0) + folder.settings(kind);
                all.push(Held { shape, kind, way, role, items: Some(items) });
            }
        }
        Ok(all)
    }

    /// The items of one kind in a folder.
    pub(crate) fn listing(
        self: &Arc<Self>,
        folder: u32,
        store: u64,
        kind: ItemKind,
    ) -> Result<Arc<dyn Listing>> {
        if store != self.key {
            return Err(Error::malformed("another data file is in its place now"));
        }
        let laid = self.layout()?.iter().find(|laid| laid.nid.0 == folder);
        let settings = laid.map_or(0, |laid| laid.settings(kind));
        Ok(Arc::new(StoreListing::new(Arc::clone(self), kind, self.rows(folder)?, settings)))
    }

    fn layout(&self) -> Result<&[Laid]> {
        if let Some(layout) = self.layout.get() {
            return Ok(layout);
        }
        let laid = layout(&self.pst, &self.options.mapi)?;
        self.census.get_or_init(|| self.pst.census().map(layout::sentence).unwrap_or_default());
        Ok(self.layout.get_or_init(|| laid))
    }

    fn rows(&self, folder: u32) -> Result<Arc<Vec<Row>>> {
        let kept = || self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = kept().iter().find(|(of, _)| *of == folder) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(listing::rows(&self.pst, Nid(folder), &self.options)?);
        let mut kept = kept();
        kept.push((folder, Arc::clone(&rows)));
        while kept.len() > 1 && kept.iter().map(|(_, rows)| rows.len()).sum::<usize>() > KEPT {
            kept.remove(0);
        }
        Ok(rows)
    }

    /// What needs a word, as far as it was found. Reads nothing.
    fn remarks(&self) -> Vec<String> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let password = "it has a password, which protects nothing and was not needed".to_owned();
        let damage = self.pst.damage();
        let more = (damage.more > 0).then(|| format!("{} more damaged places", damage.more));
        let lines = self.pst.has_password().then_some(password).into_iter();
        let lines = lines.chain(self.census.get().cloned()).chain(damage.lines).chain(more);
        lines.map(|line| format!("{name}: {line}")).collect()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn pst(&self) -> &Pst {
        &self.pst
    }

    pub(crate) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    pub(crate) fn stamp_now(&self) -> Stamp {
        Stamp::of_paths([self.path.as_path()])
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }
}

impl Laid {
    /// Settings of Outlook are counted in the folder of the kind that the folder is for.
    fn settings(&self, kind: ItemKind) -> u64 {
        if kind == self.own { self.associated } else { 0 }
    }
}

fn digest(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(*blake3::hash(bytes).as_bytes().first_chunk().unwrap_or(&[0; 8]))
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}
