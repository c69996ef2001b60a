//! The items of one kind in a folder of a data file.

use super::{
    Store,
    identity::{self, Key, Name},
};
use crate::{
    listing::{Listing, Opened, Opening, Stamp},
    options::Options,
    pst::{Nid, Pst},
};
use omm_core::{
    Result,
    model::{Flags, ItemKind, ItemMeta, Received, Revision, SourceItemId},
};
use omm_mapi::property::{Properties, named};
use std::{collections::HashMap, ops::Range, sync::Arc};

/// How ids of what Outlook keeps for itself begin.
const ASSOCIATED: &str = "associated:";

/// An item: about a hundred bytes.
#[derive(Debug)]
pub(super) struct Row {
    name: Name,
    nid: Nid,
    kind: ItemKind,
    size: u32,
    revision: u64,
    received: Option<Received>,
    // Most items share theirs with many others.
    flags: Arc<Flags>,
}

/// Reads what is known of the items of a folder: one look at each.
pub(super) fn rows(pst: &Pst, folder: Nid, options: &Options) -> omm_mapi::Result<Vec<Row>> {
    let items = pst.items(folder)?;
    let mut rows = Vec::with_capacity(items.len());
    let mut keys = Vec::with_capacity(items.len());
    let mut shared: HashMap<String, Arc<Flags>> = HashMap::new();
    for item in items {
        // One that cannot be read is listed by its place, and says why when it is fetched.
        let properties = sketch(pst, item.nid)?;
        let key = if properties.is_empty() { lost(item.nid) } else { identity::key(&properties) };
        keys.push((key, identity::born(&properties)));
        let kind = omm_mapi::kind_of(&item.class, &options.mapi);
        let (flags, received) = omm_mapi::marks(kind, &properties);
        let flags = Arc::clone(shared.entry(flags.to_string()).or_insert_with(|| Arc::new(flags)));
        let (nid, size) = (item.nid, item.size);
        let revision = identity::revision(&properties, item.modified);
        rows.push(Row { name: Name::default(), nid, kind, size, revision, received, flags });
    }
    for (row, name) in rows.iter_mut().zip(identity::names(&keys)) {
        row.name = name;
    }
    Ok(rows)
}

impl Row {
    /// About how long it is once it is mail: base64 and its line ends make eleven bytes of eight, and a header is new.
    /// Room is set aside by this, so rather too much than too little.
    fn mail_bytes(&self) -> u64 {
        u64::from(self.size) * 11 / 8 + 1024
    }
}

/// What identity and marks are made of.
///
/// # Errors
/// If the file below fails: an item must not be taken for another because of it.
fn sketch(pst: &Pst, nid: Nid) -> omm_mapi::Result<Properties> {
    let ids: Vec<u16> = identity::MADE_OF.iter().chain(omm_mapi::MARKS).copied().collect();
    match pst.sketch(nid, &ids, &[named::KEYWORDS]) {
        Err(error @ omm_mapi::Error::Io(_)) => Err(error),
        sketch => Ok(sketch.unwrap_or_default()),
    }
}

fn lost(nid: Nid) -> Key {
    let mut key = [0xFF; 16];
    key[12..].copy_from_slice(&nid.0.to_be_bytes());
    key
}

/// The items of a folder that are of one kind, then what Outlook keeps for itself, if it is counted here.
#[derive(Debug)]
pub(super) struct StoreListing {
    store: Arc<Store>,
    kind: ItemKind,
    rows: Arc<Vec<Row>>,
    // Positions in `rows`, in their order.
    entries: Vec<u32>,
    // Positions in `entries`, sorted by name.
    by_id: Vec<u32>,
    associated: u64,
}

impl StoreListing {
    pub(super) fn new(store: Arc<Store>, kind: ItemKind, rows: Arc<Vec<Row>>, associated: u64) -> Self {
        let entries: Vec<u32> = (0..rows.len() as u32).filter(|at| rows[*at as usize].kind == kind).collect();
        let mut by_id: Vec<u32> = (0..entries.len() as u32).collect();
        by_id.sort_unstable_by_key(|at| {
            let row = &rows[entries[*at as usize] as usize];
            row.name
        });
        Self { store, kind, rows, entries, by_id, associated }
    }

    fn row(&self, at: usize) -> Option<&Row> {
        self.entries.get(at).map(|row| &self.rows[*row as usize])
    }
}

impl Listing for StoreListing {
    fn stamp(&self) -> &Stamp {
        self.store.stamp()
    }

    fn stamp_now(&self) -> Stamp {
        self.store.stamp_now()
    }

    fn len(&self) -> usize {
        self.entries.len() + self.associated as usize
    }

    fn id(&self, at: usize) -> String {
        match self.row(at) {
            Some(row) => row.name.to_string(),
            None => format!("{ASSOCIATED}{}", at - self.entries.len()),
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        if let Some(number) = id.strip_prefix(ASSOCIATED) {
            let number: u64 = number.parse().ok()?;
            return (number < self.associated).then(|| self.entries.len() + number as usize);
        }
        let wanted = Name::parse(id)?;
        let key = |at: &u32| {
            let row = &self.rows[self.entries[*at as usize] as usize];
            row.name
        };
        let at = self.by_id.binary_search_by_key(&wanted, key).ok()?;
        Some(self.by_id[at] as usize)
    }

    fn metas(&self, range: Range<usize>) -> Vec<ItemMeta> {
        let meta = |at: usize| {
            let mut meta = ItemMeta::new(SourceItemId::new(self.id(at)), self.kind);
            let Some(row) = self.row(at) else {
                meta.internal = true;
                return meta;
            };
            meta.size = Some(row.mail_bytes());
            meta.received = row.received;
            meta.flags = (*row.flags).clone();
            meta.revision = Some(Revision::new(format!("{:x}", row.revision)));
            meta
        };
        range.map(meta).collect()
    }

    fn open(&self, at: usize, opening: &Opening<'_>) -> Result<Opened> {
        let Some(row) = self.row(at) else {
            return Err(opening.malformed("settings of Outlook, not an item"));
        };
        let failed = |error| match error {
            omm_mapi::Error::Io(cause) => opening.failed(cause),
            other => opening.malformed(other.to_string()),
        };
        let message = self.store.pst().message(row.nid).map_err(failed)?;
        let mut options = self.store.options().mapi.clone();
        options.without_damaged = opening.without_damaged;
        let size = Some(row.mail_bytes());
        omm_mapi::convert(&message, &options)
            .map(|converted| Opened::converted(converted, size))
            .map_err(failed)
    }
}
