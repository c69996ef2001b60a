//! A data file at a path, as an account; and a world that reads it.

use async_trait::async_trait;
use futures::{FutureExt, stream::BoxStream};
use omm::{
    AccountSpec, Connector, Report,
    core::{
        Result,
        host::{Env, LaneKey},
        model::{Cursor, Folder, FolderPath, Intake, SourceFolderId, SourceItemId},
        seam::{ChangePage, Destination, Fetched, Learned, Source},
    },
    files::FilesConnector,
};
use omm_testkit::{
    memory::{MemoryAccount, Snapshot},
    pst::{Format, Item, PstBuilder, PstWriter, Value, filled},
    sim::SimRuntime,
    step_stop::{Account, Time, World},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;

/// A data file that its user exports anew now and then.
pub(crate) struct Export {
    dir: TempDir,
    root: PathBuf,
    fetched: Arc<AtomicUsize>,
}

pub(crate) type PstWorld<D = MemoryAccount> = World<Export, D, SimRuntime>;

/// A world with this file, and nothing at the destination.
pub(crate) fn world(export: Export) -> PstWorld {
    World::with_clock(export, MemoryAccount::new(), SimRuntime::new())
}

/// A whole run. Its numbers add up.
pub(crate) fn run<D: Account>(world: &PstWorld<D>) -> Report {
    let report = world.clock.run(world.migration().run()).expect("a run");
    assert!(report.totals.adds_up(), "{report}");
    report
}

/// A letter: a subject, a text, and what it is known by.
pub(crate) fn letter(word: &str) -> Item {
    filled::plain(word, &format!("About {word}.\r\n")).with(0x300b, key(word))
}

/// The PidTagSearchKey of whatever is called so.
pub(crate) fn key(word: &str) -> Vec<u8> {
    let mut key = b"search-key-of...".to_vec();
    word.bytes().enumerate().for_each(|(at, byte)| key[at % 16] ^= byte.rotate_left(at as u32));
    key
}

/// A time at which something was changed.
pub(crate) fn changed(hour: i64) -> Value {
    Value::Time(omm_testkit::pst::filetime(2024, 5, 6, hour, 0, 0))
}

pub(crate) fn path(text: &str) -> FolderPath {
    FolderPath::new(text.split('/'))
}

/// The subjects of the mail in a folder of the destination, sorted.
pub(crate) fn subjects(account: &MemoryAccount, folder: &str) -> Vec<String> {
    let of = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or("(none)").to_owned()
    };
    let mut all: Vec<String> = account.items(&path(folder)).iter().map(|(_, item)| of(&item.bytes)).collect();
    all.sort();
    all
}

impl Export {
    /// A path where nothing is yet.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        Self { root: dir.path().join("old.pst"), dir, fetched: Arc::default() }
    }

    /// Files that somebody else writes into a folder.
    pub(crate) fn in_folder(root: &Path) -> Self {
        Self { root: root.to_owned(), ..Self::new() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.root.clone()
    }

    /// Writes the file, in the place of an earlier one.
    pub(crate) fn write<T>(&self, builder: PstBuilder, fill: impl FnOnce(&mut PstWriter<File>) -> T) -> T {
        let fresh = self.dir.path().join("new.pst");
        let mut pst = builder.start(File::create(&fresh).expect("a file")).expect("a beginning");
        let made = fill(&mut pst);
        pst.finish().expect("an end");
        fs::rename(fresh, self.path()).expect("a place");
        made
    }

    /// The same in the usual format.
    pub(crate) fn of<T>(fill: impl FnOnce(&mut PstWriter<File>) -> T) -> (Self, T) {
        let export = Self::new();
        let made = export.write(PstBuilder::new(Format::Unicode), fill);
        (export, made)
    }

    /// Whether it can be opened as an account.
    pub(crate) fn opens(&self) -> Result<()> {
        self.opened(&Env::new(SimRuntime::new().shared())).map(drop)
    }

    fn opened(&self, env: &Env) -> Result<Arc<dyn Source>> {
        let spec = AccountSpec::new("files", self.path().to_string_lossy());
        let opened = FilesConnector.source(&spec, env).now_or_never();
        opened.expect("nothing is waited for").map(|source| source.expect("it has sources"))
    }

    /// How many items were fetched since this was last asked.
    pub(crate) fn fetched(&self) -> usize {
        self.fetched.swap(0, Ordering::Relaxed)
    }
}

impl Account for Export {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let inner = self.opened(env).expect("a good account");
        Arc::new(Counted { inner, fetched: Arc::clone(&self.fetched) })
    }

    fn open_destination(&self, _: &Env) -> Arc<dyn Destination> {
        unreachable!("a data file is only read")
    }

    fn contents(&self) -> Snapshot {
        unreachable!("what is in it is known by who wrote it")
    }
}

/// A source whose fetches are counted.
struct Counted {
    inner: Arc<dyn Source>,
    fetched: Arc<AtomicUsize>,
}

#[async_trait]
impl Source for Counted {
    fn lane(&self) -> LaneKey {
        self.inner.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        self.inner.folders().await
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        self.inner.changes(folder, since).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.fetched.fetch_add(ids.len(), Ordering::Relaxed);
        self.inner.fetch(folder, ids, intake)
    }

    fn learned(&self) -> Learned {
        self.inner.learned()
    }

    async fn close(&self) -> Result<()> {
        self.inner.close().await
    }
}
