//! A database of its own for each test, and a runtime to lend.

#![allow(dead_code, unused_imports, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod gate;

pub(crate) use gate::{Act, Gate};

use chrono::{DateTime, Utc};
use omm_core::{
    host::{BoxFuture, Connection, Runtime},
    journal::{
        Batch, DestFolderKey, DestFolderRow, EntryKey, Fact, FolderKey, FolderRow, Noted, Record, RunRecord,
    },
    model::{
        Content, DestFolderId, Digest, Fingerprint, Flags, FolderPath, ItemKind, Mark, SourceFolderId,
        SourceItemId, SyncPoint,
    },
    options::Options,
    seam::AccountSpec,
};
use omm_store_postgres::{Grant, Lease, PostgresStore, Settings, Terms};
use omm_testkit::servers::{PostgresServer, postgres};
use std::{
    io,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

/// Runs a test with a store in a database of its own, or says why there is none.
pub(crate) fn with_store<Fut: Future<Output = ()>>(test: impl FnOnce(Place, PostgresStore) -> Fut) {
    with_place(|place| async move {
        let store = place.open().await;
        test(place, store).await;
    });
}

/// Runs a test with an empty database, or says why there is none.
pub(crate) fn with_place<Fut: Future<Output = ()>>(test: impl FnOnce(Place) -> Fut) {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let address = server.fresh_database().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test(Place { server, address }));
}

/// A database that belongs to one test.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) server: &'static PostgresServer,
    pub(crate) address: String,
}

impl Place {
    pub(crate) async fn open(&self) -> PostgresStore {
        PostgresStore::connect(&self.address, &Settings::default(), runtime()).await.unwrap()
    }

    /// A store that asks through a gate, by one connection.
    pub(crate) async fn open_behind(&self, gate: &Gate, stalled: Duration) -> PostgresStore {
        let (whole, _) = self.address.split_once("?host=").unwrap();
        let folder = gate.folder().display().to_string().replace('/', "%2F");
        let mut settings = Settings::default();
        (settings.connections, settings.stalled) = (1, stalled);
        settings.patience = Duration::from_secs(2);
        let address = format!("{whole}?host={folder}&sslmode=disable");
        PostgresStore::connect(&address, &settings, runtime()).await.unwrap()
    }

    /// What the database itself says.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.server.ask(self.name(), sql).unwrap()
    }

    pub(crate) fn name(&self) -> &str {
        self.address.split('?').next().unwrap().rsplit_once('/').unwrap().1
    }
}

/// The real time, and nothing else.
struct Clock(Instant);

impl Runtime for Clock {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }

    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

pub(crate) fn runtime() -> Arc<dyn Runtime> {
    Arc::new(Clock(Instant::now()))
}

pub(crate) fn account(login: &str) -> AccountSpec {
    let mut account = AccountSpec::new("imap", "mail.example:993");
    account.login = login.to_owned();
    account
}

/// A new migration from and to accounts of these names.
pub(crate) async fn begin(store: &PostgresStore, source: &str, destination: &str) -> String {
    let options = Options::default();
    store.create(&account(source), &account(destination), &options).await.unwrap().id
}

/// Terms that no test outlives.
pub(crate) fn long() -> Terms {
    Terms::new(Duration::from_secs(3600), Duration::ZERO)
}

pub(crate) async fn leased(store: &PostgresStore, id: &str, worker: &str) -> Lease {
    match store.lease(id, worker, long()).await.unwrap() {
        Grant::Leased(lease) => lease,
        Grant::Held { migration, worker, .. } => panic!("{migration} is held by {worker}"),
    }
}

/// A folder on each side.
pub(crate) fn setting() -> Batch {
    let source = FolderRow {
        key: FolderKey(1),
        id: SourceFolderId::new("f"),
        path: FolderPath::new(["f"]),
        role: None,
        kind: ItemKind::Mail,
        target: Some(DestFolderKey(1)),
        state: None,
        position: None,
        gone: None,
        trouble: None,
    };
    let target = DestFolderRow {
        key: DestFolderKey(1),
        id: DestFolderId::new("t"),
        path: FolderPath::new(["t"]),
        created: None,
    };
    let runs = vec![
        RunRecord::DestFolder(target),
        RunRecord::SourceFolder(source),
        RunRecord::Started(SyncPoint(1)),
    ];
    Batch { runs, ..Batch::default() }
}

pub(crate) fn items(records: impl IntoIterator<Item = Record>) -> Batch {
    Batch { items: records.into_iter().collect(), ..Batch::default() }
}

pub(crate) fn record(key: EntryKey, fact: Fact) -> Record {
    Record { key, point: SyncPoint(1), fact }
}

pub(crate) fn noted(id: &str) -> Fact {
    Fact::Noted(Noted {
        folder: FolderKey(1),
        source: SourceItemId::new(id),
        lasting: None,
        kind: ItemKind::Mail,
        revision: None,
        listed_size: Some(5000),
        received: None,
        flags: Flags::parse("\\Seen"),
    })
}

pub(crate) fn sending(number: u64) -> Fact {
    let body = Digest::of(&number.to_be_bytes());
    let fingerprint = Fingerprint { body, header: body, bare_line_feeds: 0 };
    Fact::Sending {
        folder: DestFolderKey(1),
        mark: Mark::new("7:1"),
        content: Content { fingerprint, size: 5000, stored_size: 5000, native: None },
        flags: Flags::parse("\\Seen"),
    }
}
