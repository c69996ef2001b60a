//! Journals in the same database, each open under a lease.

use crate::project;
use async_trait::async_trait;
use omm_core::{Result, options::Options, seam::AccountSpec};
use omm_project::work::{Journals, OpenJournal, Opened};
use omm_store_postgres::{Grant, Lease, PostgresStore, Terms, sql::Fault};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The journals of one worker. What is open is renewed as long as the worker says so, by [`Journals::keep`].
#[derive(Clone)]
pub struct PostgresJournals {
    store: PostgresStore,
    worker: Arc<str>,
    terms: Terms,
    desk: Arc<Mutex<Desk>>,
}

#[derive(Default)]
struct Desk {
    next: u64,
    open: HashMap<u64, Arc<Lease>>,
    /// Their turns are over; they are given back at the next occasion.
    over: Vec<Arc<Lease>>,
    renewed: Duration,
}

/// Dropped when a turn is over, however it ended.
struct OnDesk(u64, Arc<Mutex<Desk>>);

impl PostgresJournals {
    /// For a worker of this name, who holds each for these terms.
    pub fn new(store: PostgresStore, worker: &str, terms: Terms) -> Self {
        Self { store, worker: worker.into(), terms, desk: Arc::default() }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for OnDesk {
    fn drop(&mut self) {
        let mut desk = lock(&self.1);
        let lease = desk.open.remove(&self.0);
        desk.over.extend(lease);
    }
}

#[async_trait]
impl Journals for PostgresJournals {
    async fn make(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<String> {
        const OPERATION: &str = "begin a migration";
        let id = PostgresStore::new_id()?;
        // Its name first: whoever dies before the migration has it leaves a journal that is found, and erased.
        let database = self.store.database();
        let noting = async { project::unnamed(&mut *database.connection().await?, id.as_str()).await };
        database.lend(noting).await.map_err(|fault: Fault| fault.at(OPERATION))?;
        Ok(self.store.create_as(id, source, destination, options).await?.id)
    }

    async fn open(&self, name: &str) -> Result<Opened> {
        let lease = match self.store.lease(name, &self.worker, self.terms).await? {
            Grant::Leased(lease) => lease,
            Grant::Held { free_in, .. } => return Ok(Opened::Busy(free_in)),
        };
        let (journal, fence) = (Arc::new(lease.journal()), lease.fence().clone());
        let mut desk = self.desk();
        let number = desk.next;
        desk.next += 1;
        desk.open.insert(number, Arc::new(lease));
        let kept = OnDesk(number, Arc::clone(&self.desk));
        Ok(Opened::Open(OpenJournal::new(journal).fenced(fence).holding(kept)))
    }

    async fn erase(&self, name: &str) -> Result<()> {
        self.store.forget(name).await.map(drop)
    }

    async fn keep(&self) -> Result<()> {
        let now = self.store.runtime().monotonic();
        let (over, open) = {
            let mut desk = self.desk();
            let is_time = now >= desk.renewed.saturating_add(self.terms.held / 4);
            // What was refused to somebody because of its fence is not ours again a moment later.
            let lapsed = desk.open.values().filter(|lease| lease.fence().is_passed(now));
            lapsed.for_each(|lease| lease.fence().end());
            let held = desk.open.values().filter(|lease| is_time && !lease.fence().is_passed(now));
            let open: Vec<_> = held.cloned().collect();
            (std::mem::take(&mut desk.over), open)
        };
        let mut kept = Ok(());
        if !open.is_empty() {
            let leases: Vec<&Lease> = open.iter().map(Arc::as_ref).collect();
            kept = self.store.renew(&leases).await.map(drop);
            if kept.is_ok() {
                self.desk().renewed = now;
            }
        }
        drop(open);
        for lease in over {
            // Each by itself: what is not given back runs out, and keeps no other one.
            if let Some(lease) = Arc::into_inner(lease) {
                kept = kept.and(lease.release().await);
            }
        }
        kept
    }
}

impl fmt::Debug for PostgresJournals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresJournals").field("worker", &self.worker).finish_non_exhaustive()
    }
}
