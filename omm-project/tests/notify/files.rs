//! An outbox in a file, for a process that is killed: every call reads it, does its work, and puts a whole new one in its
//! place, durably.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::error::Result;
use omm_project::notify::{
    Key,
    outbox::{Ask, Choice, Claim, MemoryOutbox, Outbox, Row, Settlement},
};
use std::{fs::File, io::Write, path::PathBuf};

pub(crate) struct FileOutbox {
    path: PathBuf,
    /// Called before and after each step that matters.
    at: Box<dyn Fn(&str) + Send + Sync>,
}

impl FileOutbox {
    pub(crate) fn new(path: PathBuf, at: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { path, at: Box::new(at) }
    }

    pub(crate) fn read(&self) -> MemoryOutbox {
        match std::fs::read(&self.path) {
            Ok(json) => MemoryOutbox::read(&json).unwrap(),
            Err(_) => MemoryOutbox::new(),
        }
    }

    fn write(&self, outbox: &MemoryOutbox) {
        let new = self.path.with_extension("new");
        let mut file = File::create(&new).unwrap();
        file.write_all(&outbox.write().unwrap()).unwrap();
        file.sync_all().unwrap();
        std::fs::rename(&new, &self.path).unwrap();
    }
}

#[async_trait]
impl Outbox for FileOutbox {
    async fn file(&self, rows: Vec<Row>) -> Result<usize> {
        let outbox = self.read();
        let filed = outbox.file(rows).await;
        self.write(&outbox);
        filed
    }

    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>> {
        (self.at)("before claim");
        let outbox = self.read();
        let claim = outbox.claim(ask).await;
        self.write(&outbox);
        (self.at)("after claim");
        claim
    }

    async fn begin(&self, claim: u64, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<bool> {
        (self.at)("before begin");
        let outbox = self.read();
        let begun = outbox.begin(claim, now, lease).await;
        self.write(&outbox);
        (self.at)("after begin");
        begun
    }

    async fn settle(&self, claim: u64, settlement: Settlement, now: DateTime<Utc>) -> Result<bool> {
        (self.at)("before settle");
        let outbox = self.read();
        let settled = outbox.settle(claim, settlement, now).await;
        self.write(&outbox);
        (self.at)("after settle");
        settled
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<Vec<Row>> {
        let outbox = self.read();
        let swept = outbox.sweep(now).await;
        self.write(&outbox);
        swept
    }

    async fn row(&self, key: &Key) -> Result<Option<Row>> {
        self.read().row(key).await
    }

    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>> {
        self.read().of_project(project, limit).await
    }

    async fn take_up(&self, now: DateTime<Utc>) -> Result<()> {
        let outbox = self.read();
        let taken = outbox.take_up(now).await;
        self.write(&outbox);
        taken
    }

    async fn forget_project(&self, project: &str) -> Result<usize> {
        let outbox = self.read();
        let forgotten = outbox.forget_project(project).await;
        self.write(&outbox);
        forgotten
    }

    async fn forget(&self, migration: &str) -> Result<usize> {
        let outbox = self.read();
        let forgotten = outbox.forget(migration).await;
        self.write(&outbox);
        forgotten
    }

    async fn clear(&self, before: DateTime<Utc>) -> Result<usize> {
        let outbox = self.read();
        let cleared = outbox.clear(before).await;
        self.write(&outbox);
        cleared
    }
}
