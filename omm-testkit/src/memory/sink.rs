//! A destination that keeps sixteen bytes per item, so that what is measured is the engine.

use async_trait::async_trait;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::LaneKey,
    model::{Body, DestFolderId, DestItemId, Flags, FolderPath, Intake, Item, ItemKind, Mark, SystemFlag},
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, FlagChange, Flagged, Owned, Presence,
        Probe, Replaced, Stored, Wanted,
    },
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A destination that reads bodies to their end, and remembers only their size and eight bytes of their digest. It keeps
/// everything for ever: it cannot replace, delete or read back. Clones share what was swallowed.
#[derive(Clone, Debug, Default)]
pub struct Sink(Arc<Mutex<Vec<Swallower>>>);

#[derive(Debug)]
struct Swallower {
    path: FolderPath,
    kind: ItemKind,
    items: Vec<Swallowed>,
}

#[derive(Clone, Copy, Debug)]
struct Swallowed {
    digest: u64,
    size: u32,
    flags: u8,
}

impl Sink {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many items it has swallowed.
    pub fn items(&self) -> usize {
        self.lock().iter().map(|folder| folder.items.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Swallower>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Swallowed {
    fn of(item: &Item) -> Self {
        Self {
            digest: item.body.fingerprint().body.short(),
            size: u32::try_from(item.body.len()).unwrap_or(u32::MAX),
            flags: item.flags.system().map(|flag| 1 << flag as u8).sum(),
        }
    }

    fn presence(self) -> Presence {
        let set = SystemFlag::ALL.into_iter().filter(|flag| self.flags & (1 << *flag as u8) != 0);
        Presence::new(self.size.into(), set.fold(Flags::none(), Flags::with))
    }
}

fn at(folder: &DestFolderId) -> usize {
    folder.as_str().parse().unwrap_or(usize::MAX)
}

fn never<T>(operation: &'static str) -> Result<T> {
    Err(Error::new(ErrorKind::Denied, Side::Destination, operation, "a sink gives nothing back"))
}

#[async_trait]
impl Destination for Sink {
    fn lane(&self) -> LaneKey {
        LaneKey("sink".into())
    }

    async fn capacity(&self) -> Result<Capacity> {
        Ok(Capacity::new(ItemKind::ALL))
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        let shown = |(id, folder): (usize, &Swallower)| {
            DestFolder::new(DestFolderId::new(id.to_string()), folder.path.clone(), folder.kind)
        };
        Ok(self.lock().iter().enumerate().map(shown).collect())
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        let mut folders = self.lock();
        let mut ensure = |Wanted { path, kind, .. }: &Wanted| {
            let known = folders.iter().position(|folder| folder.path == *path);
            let id = known.unwrap_or(folders.len());
            if known.is_none() {
                folders.push(Swallower { path: path.clone(), kind: *kind, items: Vec::new() });
            }
            let mut folder = DestFolder::new(DestFolderId::new(id.to_string()), path.clone(), *kind);
            folder.created = known.is_none();
            Ok(folder)
        };
        Ok(wanted.iter().map(&mut ensure).collect())
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        Ok(Mark::new(self.lock().get(at(folder)).map_or(0, |folder| folder.items.len()).to_string()))
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        for item in batch {
            let mut body = item.body.reader();
            while body.chunk().await?.is_some() {}
        }
        let mut folders = self.lock();
        let Some(folder) = folders.get_mut(at(folder)) else { return never("append") };
        let first = folder.items.len();
        folder.items.extend(batch.iter().map(Swallowed::of));
        let stored = |(at, item): (usize, &Swallowed)| {
            Ok(Stored::new(DestItemId::new((first + at).to_string())).shown(Some(item.presence())))
        };
        Ok(folder.items.iter().skip(first).enumerate().map(stored).collect())
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        let from = above.and_then(|mark| mark.as_str().parse().ok()).unwrap_or(0);
        let items: Vec<(usize, Swallowed)> = {
            let folders = self.lock();
            let held = folders.get(at(folder)).map_or(&[][..], |folder| &folder.items);
            held.iter().copied().enumerate().skip(from).collect()
        };
        let mut taken = std::collections::HashSet::new();
        let mut found = Vec::with_capacity(probes.len());
        for probe in probes {
            let digest = probe.fingerprint.body.short();
            let mut place = None;
            for (uid, _) in items.iter().filter(|(_, item)| item.digest == digest) {
                let id = DestItemId::new(uid.to_string());
                if !taken.contains(uid) && !owned.owns(std::slice::from_ref(&id)).await?.contains(&true) {
                    taken.insert(*uid);
                    place = Some(id);
                    break;
                }
            }
            found.push(place);
        }
        Ok(found)
    }

    async fn replace(&self, _: &DestFolderId, _: &DestItemId, _: &Item, _: &Expected) -> Result<Replaced> {
        never("replace")
    }

    async fn set_flags(&self, _: &DestFolderId, _: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        never("set flags")
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        let folders = self.lock();
        let held = folders.get(at(folder)).map_or(&[][..], |folder| &folder.items);
        let look = |id: &DestItemId| held.get(id.as_str().parse::<usize>().ok()?).map(|item| item.presence());
        Ok(ids.iter().map(look).collect())
    }

    async fn read_back(&self, _: &DestFolderId, _: &DestItemId, _: &Intake) -> Result<Body> {
        never("read back")
    }

    async fn delete(&self, _: &DestFolderId, _: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        never("delete")
    }

    async fn remove_folder_if_empty(&self, _: &DestFolderId) -> Result<bool> {
        Ok(false)
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
