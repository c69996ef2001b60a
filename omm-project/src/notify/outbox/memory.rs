//! An outbox in memory: for tests, and for hosts that tell nothing after a restart.

use super::{Ask, Choice, Claim, Outbox, Row, Settlement, State, choose, is_urgent};
use crate::notify::Key;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use omm_core::error::Result;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// An outbox in memory. It can be written down and read again, for who wants to.
#[derive(Debug, Default)]
pub struct MemoryOutbox(Mutex<Shelf>);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Shelf {
    rows: BTreeMap<Key, Row>,
    claims: u64,
    /// Became unknown, and not told yet.
    untold: BTreeSet<Key>,
}

impl MemoryOutbox {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// As JSON.
    ///
    /// # Errors
    /// Never in practice: everything in it has a form in JSON.
    pub fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&*self.shelf())
    }

    /// From what [`MemoryOutbox::write`] wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json).map(|shelf| Self(Mutex::new(shelf)))
    }

    /// All rows, in the order of their keys.
    pub fn rows(&self) -> Vec<Row> {
        self.shelf().rows.values().cloned().collect()
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn expire(&mut self, now: DateTime<Utc>) {
        for row in self.rows.values_mut() {
            if row.expire(now) {
                self.untold.insert(row.key.clone());
            }
        }
    }

    fn of(&mut self, claim: u64) -> impl Iterator<Item = &mut Row> {
        self.rows.values_mut().filter(move |row| row.claim == claim)
    }
}

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn file(&self, rows: Vec<Row>) -> Result<usize> {
        let mut shelf = self.shelf();
        let before = shelf.rows.len();
        for row in rows {
            shelf.rows.entry(row.key.clone()).or_insert(row);
        }
        Ok(shelf.rows.len() - before)
    }

    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>> {
        let mut shelf = self.shelf();
        shelf.expire(ask.now);
        let keys: Vec<Key> = match choose(shelf.rows.values(), ask.now, ask.interval) {
            Choice::Now(rows) => rows.into_iter().map(|row| row.key.clone()).collect(),
            Choice::Not(due) => return Ok(Choice::Not(due)),
        };
        shelf.claims += 1;
        let number = shelf.claims;
        let mut rows = Vec::new();
        for key in keys {
            if let Some(row) = shelf.rows.get_mut(&key)
                && row.take(number, ask.lease).is_ok()
            {
                rows.push(row.clone());
            }
        }
        Ok(Choice::Now(Claim { number, rows }))
    }

    async fn begin(&self, claim: u64, now: DateTime<Utc>, lease: DateTime<Utc>) -> Result<bool> {
        let mut shelf = self.shelf();
        let mut rows: Vec<&mut Row> = shelf.of(claim).collect();
        let is_ours = |row: &&mut Row| row.state == State::Claimed && !row.is_stale(now);
        if rows.is_empty() || !rows.iter().all(is_ours) {
            return Ok(false);
        }
        let urgently = is_urgent(rows.iter().map(|row| &**row));
        // All of them are claimed.
        Ok(rows.iter_mut().all(|row| row.begin(now, lease, urgently).is_ok()))
    }

    async fn settle(&self, claim: u64, settlement: Settlement, now: DateTime<Utc>) -> Result<bool> {
        let mut shelf = self.shelf();
        let (mut settled, mut lost) = (false, Vec::new());
        for row in shelf.of(claim) {
            if row.settle(&settlement, now).is_ok() {
                settled = true;
                lost.extend((row.state == State::Unknown).then(|| row.key.clone()));
            }
        }
        shelf.untold.extend(lost);
        Ok(settled)
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<Vec<Row>> {
        let mut shelf = self.shelf();
        shelf.expire(now);
        let untold = std::mem::take(&mut shelf.untold);
        let is_unknown = |row: &&Row| row.state == State::Unknown;
        Ok(untold.iter().filter_map(|key| shelf.rows.get(key)).filter(is_unknown).cloned().collect())
    }

    async fn row(&self, key: &Key) -> Result<Option<Row>> {
        Ok(self.shelf().rows.get(key).cloned())
    }

    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>> {
        let shelf = self.shelf();
        let ours = |row: &&Row| row.about.project.as_deref() == Some(project);
        let mut rows: Vec<Row> = shelf.rows.values().filter(ours).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.filed, row.key.clone())));
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    async fn take_up(&self, now: DateTime<Utc>) -> Result<()> {
        let shelf = &mut *self.shelf();
        for row in shelf.rows.values_mut() {
            if row.put_back(now) {
                shelf.untold.insert(row.key.clone());
            }
        }
        Ok(())
    }

    async fn forget_project(&self, project: &str) -> Result<usize> {
        let mut shelf = self.shelf();
        let before = shelf.rows.len();
        shelf.rows.retain(|_, row| row.about.project.as_deref() != Some(project));
        Ok(before - shelf.rows.len())
    }

    async fn forget(&self, migration: &str) -> Result<usize> {
        let mut shelf = self.shelf();
        let before = shelf.rows.len();
        shelf.rows.retain(|_, row| row.about.migration.as_deref() != Some(migration));
        Ok(before - shelf.rows.len())
    }

    async fn clear(&self, before: DateTime<Utc>) -> Result<usize> {
        let mut shelf = self.shelf();
        let count = shelf.rows.len();
        shelf.rows.retain(|_, row| !row.state.is_closed() || row.filed >= before);
        Ok(count - shelf.rows.len())
    }
}
