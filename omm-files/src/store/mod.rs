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
    place::{Shape, StoreFolder},
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
    layout: OnceLock<Vec<Laid>>,
    census: OnceLock<String>,
    /// The items of the folders listed last.
    rows: Mutex<Vec<(Nid, Arc<Vec<Row>>)>>,
}

impl Store {
    /// Opens a data file.
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        let stamp = Stamp::of_paths([path]);
        let pst = Pst::open(Arc::new(File::open(path)?))?.with_code_page(options.code_page);
        nothing_is_left(&pst)?;
        let (layout, census, rows) = Default::default();
        Ok(Self { path: path.to_owned(), stamp, options: options.clone(), pst, layout, census, rows })
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
                let shape = Shape::Store(self.place(folder));
                let items = folder.kinds.get(&kind).copied().unwrap_or(0) + folder.settings(kind);
                all.push(Held { shape, kind, way, role, items: Some(items) });
            }
        }
        Ok(all)
    }

    /// A folder as ids name it: its node, and what tells it from the folder that has this node in the next export of the same
    /// mailbox. The record key alone does not: there are programs that give all their files the same one, and mail must never
    /// go into another folder's copy.
    fn place(&self, folder: &Laid) -> StoreFolder {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.pst.record_key().unwrap_or_default());
        for name in &folder.path {
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        }
        let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
        StoreFolder { store: u32::from_be_bytes([a, b, c, d]), node: folder.nid.0 }
    }

    /// The items of one kind in a folder.
    pub(crate) fn listing(self: &Arc<Self>, folder: StoreFolder, kind: ItemKind) -> Result<Arc<dyn Listing>> {
        let laid = self.layout()?.iter().find(|laid| self.place(laid) == folder);
        let laid = laid
            .ok_or_else(|| Error::malformed("the data file was exchanged: the folder is not in this one"))?;
        let rows = self.rows(laid.nid)?;
        Ok(Arc::new(StoreListing::new(Arc::clone(self), kind, rows, laid.settings(kind))))
    }

    fn layout(&self) -> Result<&[Laid]> {
        if let Some(layout) = self.layout.get() {
            return Ok(layout);
        }
        let laid = layout(&self.pst, &self.options.mapi)?;
        let census = self.pst.census().map(|census| layout::sentence(census, &laid));
        self.census.get_or_init(|| census.unwrap_or_default());
        Ok(self.layout.get_or_init(|| laid))
    }

    fn rows(&self, folder: Nid) -> Result<Arc<Vec<Row>>> {
        let kept = || self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = kept().iter().find(|(of, _)| *of == folder) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(listing::rows(&self.pst, folder, &self.options)?);
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

/// Refuses a file of which damage has left nothing: a copy that was cut off must not look like an empty mailbox.
fn nothing_is_left(pst: &Pst) -> Result<()> {
    let census = pst.census()?;
    let known = census.folders.len() as u64 + census.outside_folders;
    // The root is always there, if only by its number.
    if known > 1 || census.folders.iter().any(|folder| folder.items > 0) || !census.orphans.is_empty() {
        return Ok(());
    }
    match pst.damage().lines.first() {
        Some(first) => Err(Error::malformed(format!(
            "it is damaged or cut off, and nothing in it can be found: {first}"
        ))),
        None => Ok(()),
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}
