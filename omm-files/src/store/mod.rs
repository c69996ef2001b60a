//! Outlook data files (PST, OST) as accounts: what the reader in [`crate::pst`] finds, as folders and listings.
//!
//! A folder of Outlook holds items of any kind, ours one kind each: what is of another kind than the folder is a folder
//! beside it, `Deleted Items (contacts)`.

mod identity;
mod listing;

use crate::{
    holding::{Held, beside},
    listing::{Listing, Stamp},
    options::Options,
    place::Shape,
    pst::{Nid, Pst},
};
use listing::{Row, StoreListing};
use omm_core::model::ItemKind;
use omm_mapi::Result;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Stores that are open at once.
const OPEN: usize = 8;
/// Folders whose items are kept: those of several kinds are listed several times.
const KEPT: usize = 4;

/// The stores used last.
#[derive(Debug)]
pub(crate) struct Stores {
    options: Options,
    open: Mutex<Vec<Arc<Store>>>,
}

/// An open data file.
pub(crate) struct Store {
    path: PathBuf,
    stamp: Stamp,
    options: Options,
    pst: Pst,
    /// The items of the folders listed last.
    rows: Mutex<Vec<(u32, Arc<Vec<Row>>)>>,
}

impl Stores {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, open: Mutex::default() }
    }

    /// The store of a file, opened once while the file stays as it is.
    pub(crate) fn open(&self, path: &Path) -> Result<Arc<Store>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Stamp::of_paths([path]);
        if let Some(at) = open.iter().position(|store| store.path == path && store.stamp == now) {
            let store = open.remove(at);
            open.push(Arc::clone(&store));
            return Ok(store);
        }
        let store = Arc::new(Store::open(path, &self.options)?);
        open.retain(|store| store.path != path);
        open.push(Arc::clone(&store));
        if open.len() > OPEN {
            open.remove(0);
        }
        Ok(store)
    }

    /// What needs a word of those that are open.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter().flat_map(|store| store.remarks()).collect()
    }
}

impl Store {
    /// Opens a data file.
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        let stamp = Stamp::of_paths([path]);
        let pst = Pst::open(Arc::new(File::open(path)?))?.with_code_page(options.code_page);
        Ok(Self { path: path.to_owned(), stamp, options: options.clone(), pst, rows: Mutex::default() })
    }

    /// The folders: below `above`, or as an account of its own.
    pub(crate) fn held(&self, above: Option<&str>) -> Result<Vec<Held>> {
        let mut all = Vec::new();
        for folder in self.pst.folders()? {
            let kinds = self.kinds(folder.nid)?;
            let own = kind_of_folder(folder.container_class.as_deref(), &kinds);
            // The root of all folders is one only if something lies in it; likewise what Outlook does not show.
            if (folder.path.is_empty() || folder.hidden) && kinds.is_empty() {
                continue;
            }
            let mut way: Vec<String> = above.map(str::to_owned).into_iter().chain(folder.path).collect();
            if way.is_empty() {
                way.push(self.pst.display_name().unwrap_or_else(|| "Outlook".to_owned()));
            }
            let others = kinds.iter().copied().filter(|kind| *kind != own);
            for kind in std::iter::once(own).chain(others) {
                let mut way = way.clone();
                if let (Some(last), true) = (way.last_mut(), kind != own) {
                    *last = beside(last, kind);
                }
                let role = folder.role.filter(|_| kind == own);
                all.push(Held { shape: Shape::Store(folder.nid.0), kind, way, role });
            }
        }
        Ok(all)
    }

    /// The kinds of the items in a folder.
    fn kinds(&self, folder: Nid) -> Result<BTreeSet<ItemKind>> {
        let items = self.pst.items(folder)?;
        let classes: HashSet<&str> = items.iter().map(|item| &*item.class).collect();
        Ok(classes.into_iter().map(|class| omm_mapi::kind_of(class, &self.options.mapi)).collect())
    }

    /// The items of one kind in a folder.
    pub(crate) fn listing(self: &Arc<Self>, folder: u32, kind: ItemKind) -> Result<Arc<dyn Listing>> {
        let rows = self.rows(folder)?;
        let own = self.pst.folders()?.into_iter().find(|known| known.nid.0 == folder);
        let kinds = rows.iter().map(Row::kind).collect();
        let is_own = own.is_some_and(|own| kind_of_folder(own.container_class.as_deref(), &kinds) == kind);
        let counts = self.pst.census()?.folders.iter().find(|count| count.nid.0 == folder);
        let associated = counts.filter(|_| is_own).map_or(0, |count| count.associated);
        Ok(Arc::new(StoreListing::new(Arc::clone(self), kind, rows, associated)))
    }

    fn rows(&self, folder: u32) -> Result<Arc<Vec<Row>>> {
        let mut kept = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = kept.iter().find(|(of, _)| *of == folder) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(listing::rows(&self.pst, Nid(folder), &self.options)?);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((folder, Arc::clone(&rows)));
        Ok(rows)
    }

    fn remarks(&self) -> Vec<String> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut lines = Vec::new();
        if self.pst.has_password() {
            lines.push(format!("{name}: it has a password, which protects nothing and was not needed"));
        }
        if let Ok(census) = self.pst.census() {
            lines.push(format!("{name}: {}", self.census(census)));
        }
        let damage = self.pst.damage();
        lines.extend(damage.lines.iter().map(|line| format!("{name}: {line}")));
        if damage.more > 0 {
            lines.push(format!("{name}: {} more damaged places", damage.more));
        }
        lines
    }

    fn census(&self, census: &crate::pst::Census) -> String {
        let items: u64 = census.folders.iter().map(|folder| folder.items).sum();
        let associated: u64 = census.folders.iter().map(|folder| folder.associated).sum();
        let mut parts = BTreeMap::new();
        for (order, count, what) in [
            (0, census.orphans.len() as u64, "in no folder (carried into Recovered)"),
            (1, associated, "settings of Outlook (skipped)"),
            (2, census.search_folders, "search folders (skipped)"),
            (
                3,
                census.outside_items + census.outside_associated,
                "outside of the mailbox's folders (not carried)",
            ),
        ] {
            if count > 0 {
                parts.insert(order, format!(", {count} {what}"));
            }
        }
        let parts: String = parts.into_values().collect();
        format!("census: {items} items in {} folders{parts}", census.folders.len())
    }

    pub(crate) fn pst(&self) -> &Pst {
        &self.pst
    }

    pub(crate) fn is_current(&self) -> bool {
        self.stamp == Stamp::of_paths([self.path.as_path()])
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

/// What a folder is for ([MS-OXOSFLD] §2.2.1: PidTagContainerClass). One that does not say is for what lies in it, if that is
/// of one kind.
fn kind_of_folder(class: Option<&str>, kinds: &BTreeSet<ItemKind>) -> ItemKind {
    let class = class.unwrap_or_default().trim().to_ascii_lowercase();
    if class.is_empty() && kinds.len() == 1 {
        return kinds.first().copied().unwrap_or(ItemKind::Mail);
    }
    match class.split('.').nth(1) {
        Some("contact") => ItemKind::Contact,
        Some("appointment") => ItemKind::Event,
        Some("task") => ItemKind::Task,
        Some("stickynote" | "journal") => ItemKind::Note,
        _ => ItemKind::Mail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_folders() {
        use ItemKind::{Contact, Event, Mail, Note, Task};
        for (class, kinds, expected) in [
            (Some("IPF.Note"), &[Contact][..], Mail),
            (Some("IPF.Contact.MOC.QuickContacts"), &[], Contact),
            (Some("ipf.appointment"), &[Mail], Event),
            (Some("IPF.Task"), &[], Task),
            (Some("IPF.Journal"), &[], Note),
            (Some(""), &[Contact], Contact),
            (None, &[Event], Event),
            (None, &[Contact, Mail], Mail),
            (None, &[], Mail),
        ] {
            let kinds = kinds.iter().copied().collect();
            assert_eq!(kind_of_folder(class, &kinds), expected, "{class:?} {kinds:?}");
        }
    }
}
