//! Accounts with a bad day: a source that does not show a folder, a destination that refuses one.
#![allow(dead_code, reason = "each test binary uses its part")]

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use omm_core::{
    Error, Result,
    engine::Migration,
    error::{ErrorKind, Retry, Side},
    host::{Env, LaneKey},
    model::{
        Body, Cursor, DestFolderId, DestItemId, Folder, FolderPath, Intake, Item, Mark, Native, NativeForm,
        NativeKey, SourceFolderId, SourceItemId,
    },
    seam::{
        Capacity, ChangePage, Deleted, Deletion, DestFolder, Destination, Expected, Fetched, FlagChange,
        Flagged, Learned, Owned, Presence, Probe, Replaced, Source, Stored, Wanted,
    },
};
use omm_testkit::{
    journal::MemoryJournal,
    memory::MemoryAccount,
    sim::SimRuntime,
    step_stop::{Fuse, fused_journal},
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A path from its text, `>` between segments.
pub(crate) fn path(text: &str) -> FolderPath {
    FolderPath::new(text.split(" > "))
}

/// What is the matter with either account today. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Day(Arc<Mutex<Troubles>>);

#[derive(Debug, Default)]
pub(crate) struct Troubles {
    /// Source folders that are not listed.
    pub(crate) hidden: HashSet<FolderPath>,
    /// Destination folders to whose ids every call is denied.
    pub(crate) denied: HashSet<DestFolderId>,
    /// Ids whose body cannot be read back.
    pub(crate) unreadable: HashSet<DestItemId>,
    /// Whether single flag changes are refused.
    pub(crate) flags_refused: bool,
    /// Destination paths that cannot be made.
    pub(crate) unmakeable: HashSet<FolderPath>,
    /// Destination paths that can be made, but not at the first asking.
    pub(crate) busy: HashSet<FolderPath>,
    /// Whether the whole account is refused from the first folder on that cannot be made.
    pub(crate) then_locked_out: bool,
    /// Whether the source cannot be reached at all, today or later.
    pub(crate) no_such_server: bool,
    /// What the first append is answered with; it is stored all the same, later.
    pub(crate) break_over: Option<Error>,
    /// What was received over the connection that broke, and in how many looks it will be there.
    pub(crate) on_its_way: Option<(DestFolderId, Vec<Item>, u32)>,
    /// Whether both sides know a native form, over which the connection always breaks. What was received over the first one
    /// that broke is there when an item without that form was sent and broken over as well; nothing of ours is on it.
    pub(crate) breaks_native: bool,
    late: Option<(DestFolderId, Vec<Item>)>,
    /// What has come late, and what it shows of its own.
    unmarked: Vec<(DestItemId, NativeKey)>,
    /// How long that may take, by the destination's own word.
    pub(crate) settling: Duration,
    /// A source folder that cannot be listed, and how that fails.
    pub(crate) unlistable: Option<(SourceFolderId, ErrorKind)>,
    /// What was called at the source, with the folder's id.
    pub(crate) source_calls: Vec<(&'static str, String)>,
    /// What was called at the destination, with the folder's id or path.
    pub(crate) calls: Vec<(&'static str, String)>,
}

impl Troubles {
    /// Why a folder is not made today.
    fn refusal(&mut self, path: &FolderPath) -> Option<Error> {
        let refused = |kind, message| Some(Error::new(kind, Side::Destination, "make folders", message));
        self.calls.push(("ensure", path.to_string()));
        if self.unmakeable.contains(path) {
            return refused(ErrorKind::Denied, "not that name");
        }
        if self.busy.remove(path) {
            return refused(ErrorKind::Denied, "busy").map(|error| error.retry(Retry::Backoff));
        }
        if self.then_locked_out && !self.unmakeable.is_empty() {
            return refused(ErrorKind::Auth, "locked out");
        }
        None
    }
}

impl Day {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Troubles> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls of a name, and forgets all.
    pub(crate) fn calls(&self, name: &str) -> Vec<String> {
        let calls = std::mem::take(&mut self.lock().calls);
        calls.into_iter().filter(|(called, _)| *called == name).map(|(_, about)| about).collect()
    }

    fn pass(&self, name: &'static str, folder: &DestFolderId) -> Result<()> {
        let mut day = self.lock();
        day.calls.push((name, folder.to_string()));
        if day.denied.contains(folder) {
            return Err(Error::new(ErrorKind::Denied, Side::Destination, name, "not today"));
        }
        Ok(())
    }
}

/// Two accounts, a journal, and a day.
pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    pub(crate) source: MemoryAccount,
    pub(crate) dest: MemoryAccount,
    pub(crate) journal: MemoryJournal,
    pub(crate) day: Day,
}

impl World {
    pub(crate) fn new(source: MemoryAccount) -> Self {
        Self {
            clock: SimRuntime::new(),
            source,
            dest: MemoryAccount::new(),
            journal: MemoryJournal::new(),
            day: Day::default(),
        }
    }

    pub(crate) fn migration(&self) -> Migration {
        self.fused(&Fuse::new())
    }

    /// The same, to be cut at a commit.
    pub(crate) fn fused(&self, fuse: &Fuse) -> Migration {
        let source = Arc::new(Odd { inner: self.source.source(), day: self.day.clone() });
        let dest = Arc::new(Odd { inner: self.dest.destination(), day: self.day.clone() });
        Migration::new(
            source,
            dest,
            fused_journal(self.journal.shared(), fuse),
            Env::new(self.clock.shared()),
        )
    }

    /// The id of a source folder.
    pub(crate) fn source_id(&self, path: &FolderPath) -> SourceFolderId {
        let folders = omm_testkit::sim::run(&self.clock, self.source.source().folders());
        let folders = folders.expect("the folders");
        folders.into_iter().find(|folder| folder.path == *path).expect("the folder").id
    }

    /// The id of a destination folder.
    pub(crate) fn dest_id(&self, path: &FolderPath) -> DestFolderId {
        let folders = omm_testkit::sim::run(&self.clock, self.dest.destination().folders());
        let folders = folders.expect("the folders");
        folders.into_iter().find(|folder| folder.path == *path).expect("the folder").id
    }
}

struct Odd<T: ?Sized> {
    inner: Arc<T>,
    day: Day,
}

/// At which look what was on its way is there.
const LOOKS: u32 = 3;

impl Odd<dyn Destination> {
    /// One look more; the server goes on storing meanwhile.
    async fn arrive(&self) -> Result<()> {
        let mut way = self.day.lock().on_its_way.take();
        if let Some((_, _, looks)) = &mut way {
            *looks -= 1;
        }
        match way {
            Some((folder, batch, 0)) => {
                let stored = self.inner.append(&folder, &batch).await?;
                for (item, stored) in batch.iter().zip(stored) {
                    let key = item.native.as_ref().map(|native| native.key.clone());
                    self.day.lock().unmarked.extend(Some(stored?.id).zip(key));
                }
                Ok(())
            }
            still => {
                self.day.lock().on_its_way = still;
                Ok(())
            }
        }
    }

    /// The connection breaks over native forms, and once over what comes without.
    fn break_over_native(&self, folder: &DestFolderId, batch: &[Item]) -> Result<()> {
        let mut day = self.day.lock();
        let has_native = batch.iter().any(|item| item.native.is_some());
        let is_first = !day.calls.iter().any(|(name, _)| *name == "append native");
        match day.late.take() {
            _ if !day.breaks_native => return Ok(()),
            _ if has_native && is_first => day.late = Some((folder.clone(), batch.to_vec())),
            late if has_native => day.late = late,
            Some((folder, batch)) => day.on_its_way = Some((folder, batch, 1)),
            None => return Ok(()),
        }
        if has_native {
            day.calls.push(("append native", folder.to_string()));
        }
        let error = Error::new(ErrorKind::Unreachable, Side::Destination, "append", "the connection broke");
        Err(error.retry(Retry::Backoff).effect_unknown())
    }
}

fn form() -> NativeForm {
    NativeForm::new("odd")
}

#[async_trait]
impl Source for Odd<dyn Source> {
    fn lane(&self) -> LaneKey {
        self.inner.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        if self.day.lock().no_such_server {
            let error = Error::new(ErrorKind::Unreachable, Side::Source, "log in", "no such server");
            return Err(error.retry(Retry::Never));
        }
        self.day.lock().source_calls.push(("folders", String::new()));
        let mut folders = self.inner.folders().await?;
        folders.retain(|folder| !self.day.lock().hidden.contains(&folder.path));
        Ok(folders)
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let unlistable = {
            let mut day = self.day.lock();
            day.source_calls.push(("changes", folder.to_string()));
            day.unlistable.clone().filter(|(unlistable, _)| unlistable == folder)
        };
        match unlistable {
            Some((_, kind)) => Err(Error::new(kind, Side::Source, "list changes", "not today")),
            None => self.inner.changes(folder, since).await,
        }
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.day.lock().source_calls.push(("fetch", folder.to_string()));
        self.inner.fetch(folder, ids, intake)
    }

    fn native_forms(&self) -> Vec<NativeForm> {
        self.day.lock().breaks_native.then(form).into_iter().collect()
    }

    fn fetch_native<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        form: &'a NativeForm,
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let in_two_forms = |fetched: Fetched| {
            let key = NativeKey::new(fetched.id.to_string());
            let item = fetched.item.map(|mut item| {
                item.native = Some(Native::new(form.clone(), key, item.body.clone()));
                item
            });
            Fetched { item, ..fetched }
        };
        self.inner.fetch(folder, ids, intake).map(in_two_forms).boxed()
    }

    fn learned(&self) -> Learned {
        self.inner.learned()
    }

    async fn close(&self) -> Result<()> {
        self.inner.close().await
    }
}

#[async_trait]
impl Destination for Odd<dyn Destination> {
    fn lane(&self) -> LaneKey {
        self.inner.lane()
    }

    async fn capacity(&self) -> Result<Capacity> {
        let mut capacity = self.inner.capacity().await?;
        capacity.settling = self.day.lock().settling;
        Ok(capacity)
    }

    fn native_forms(&self) -> Vec<NativeForm> {
        self.day.lock().breaks_native.then(form).into_iter().collect()
    }

    async fn folders(&self) -> Result<Vec<DestFolder>> {
        self.inner.folders().await
    }

    async fn ensure_folders(&self, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
        self.day.lock().calls.push(("ensure at once", wanted.len().to_string()));
        let mut answers = Vec::with_capacity(wanted.len());
        for one in wanted {
            let refusal = self.day.lock().refusal(&one.path);
            answers.push(match refusal {
                Some(error) => Err(error),
                None => self.inner.ensure_folder(one.clone()).await,
            });
        }
        Ok(answers)
    }

    async fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        self.day.pass("mark", folder)?;
        self.inner.mark(folder).await
    }

    async fn append(&self, folder: &DestFolderId, batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        self.day.pass("append", folder)?;
        self.break_over_native(folder, batch)?;
        let broken = self.day.lock().break_over.take();
        if let Some(error) = broken {
            self.day.lock().on_its_way = Some((folder.clone(), batch.to_vec(), LOOKS));
            return Err(error);
        }
        self.inner.append(folder, batch).await
    }

    async fn locate(
        &self,
        folder: &DestFolderId,
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        self.day.pass("locate", folder)?;
        self.arrive().await?;
        let mut found = self.inner.locate(folder, above, probes, owned).await?;
        let day = self.day.lock();
        for (probe, found) in probes.iter().zip(&mut found) {
            let own = day.unmarked.iter().find(|(id, _)| found.as_ref() == Some(id));
            if own.is_some_and(|(_, key)| probe.native.as_ref() != Some(key)) {
                *found = None;
            }
        }
        Ok(found)
    }

    async fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        self.day.pass("replace", folder)?;
        self.inner.replace(folder, id, item, expected).await
    }

    async fn set_flags(&self, folder: &DestFolderId, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
        self.day.pass("flags", folder)?;
        if self.day.lock().flags_refused {
            let refused =
                || Error::new(ErrorKind::Rejected, Side::Destination, "set flags", "this item is locked");
            return Ok(changes.iter().map(|_| Err(refused())).collect());
        }
        self.inner.set_flags(folder, changes).await
    }

    async fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        self.day.pass("inspect", folder)?;
        self.inner.inspect(folder, ids).await
    }

    async fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        self.day.pass("read", folder)?;
        if self.day.lock().unreadable.contains(id) {
            return Err(Error::new(ErrorKind::Rejected, Side::Destination, "read", "the server cannot"));
        }
        self.inner.read_back(folder, id, intake).await
    }

    async fn delete(&self, folder: &DestFolderId, deletions: &[Deletion]) -> Result<Vec<Result<Deleted>>> {
        self.day.pass("delete", folder)?;
        self.inner.delete(folder, deletions).await
    }

    async fn remove_folder_if_empty(&self, folder: &DestFolderId) -> Result<bool> {
        self.day.pass("remove", folder)?;
        self.inner.remove_folder_if_empty(folder).await
    }

    async fn close(&self) -> Result<()> {
        self.inner.close().await
    }
}
