//! What a commit costs, and what is left of it wherever its connection ends.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    Result,
    error::{Effect, ErrorKind},
    journal::{Batch, Claim, EntryKey, Fact, FolderFact, FolderKey, FolderRecord, Journal},
    model::{Cursor, DestItemId, SyncPoint},
};
use omm_store_postgres::{Lease, PostgresJournal, PostgresStore};
use std::time::Duration;
use support::{Act, Gate, Place, begin, items, leased, noted, record, sending, setting, with_place};

const LONG: Duration = Duration::from_secs(60);

struct World {
    place: Place,
    gate: Gate,
    /// Through the gate.
    _store: PostgresStore,
    _lease: Lease,
    journal: PostgresJournal,
    claim: Claim,
    next: EntryKey,
}

impl World {
    async fn new(place: Place) -> Self {
        let gate = Gate::before(place.server.socket());
        let store = place.open_behind(&gate, LONG).await;
        let id = begin(&store, "anna", "bert").await;
        let lease = leased(&store, &id, "w").await;
        let journal = lease.journal();
        let claim = journal.claim().await.unwrap();
        journal.commit(claim.epoch, setting()).await.unwrap();
        let next = claim.next_entry;
        let mut world = Self { place, gate, _store: store, _lease: lease, journal, claim, next };
        // Statements are prepared once for each connection.
        world.warm_up().await;
        world
    }

    async fn warm_up(&mut self) {
        for _ in 0..2 {
            let batch = self.batch(2);
            self.journal.commit(self.claim.epoch, batch).await.unwrap();
        }
    }

    /// Noted, sent and copied; and how far the folder is.
    fn batch(&mut self, items_in_it: u64) -> Batch {
        let keys: Vec<u64> = (self.next.0..self.next.0 + items_in_it).collect();
        self.next = EntryKey(self.next.0 + items_in_it);
        let of = |key: u64| {
            let copied = Fact::Copied { id: DestItemId::new(format!("7:{key}")) };
            [noted(&key.to_string()), sending(key), copied].map(|fact| record(EntryKey(key), fact))
        };
        let cursor = FolderFact::Reached(Cursor::new(self.next.0.to_string()));
        let folders = vec![FolderRecord { folder: FolderKey(1), point: SyncPoint(1), fact: cursor }];
        Batch { folders, ..items(keys.into_iter().flat_map(of)) }
    }

    async fn commit(&mut self, batch: Batch) -> Result<()> {
        self.journal.commit(self.claim.epoch, batch).await
    }

    /// Everything that a batch leaves, as the database itself says.
    fn left(&self) -> String {
        self.place.ask(
            "SELECT (SELECT count(*) FROM omm.entries), (SELECT sum(items) FROM omm.tallies), \
             (SELECT max(cursor::int) FROM omm.positions)",
        )
    }
}

/// The begin with the lock, what is known of the items, what they became, the folder, the commit.
const ROUND_TRIPS: usize = 5;

// Would catch: a statement for each item, or each tally; and one that is prepared every time.
#[test]
fn a_batch_of_any_size_costs_the_same_few_round_trips() {
    with_place(|place| async {
        let mut world = World::new(place).await;
        for size in [1, 10, 500] {
            let batch = world.batch(size);
            world.gate.count();
            world.commit(batch).await.unwrap();
            assert_eq!(world.gate.requests(), ROUND_TRIPS, "{size} items");
        }
    });
}

// Would catch: a batch that is in by half; one that is said to have failed and is in; and one that is said to be in and
// is not.
#[test]
fn a_commit_is_in_or_not_wherever_it_is_cut() {
    with_place(|place| async {
        let mut world = World::new(place).await;
        let commit = ROUND_TRIPS;
        for act in [Act::Cut, Act::LoseAnswer] {
            for number in 1..=commit {
                let before = world.left();
                let batch = world.batch(3);
                world.gate.plan(number, act);
                let result = world.commit(batch.clone()).await;
                let is_in = act == Act::LoseAnswer && number == commit;
                assert_eq!(result.is_ok(), is_in, "{act:?} at request {number}: {result:?}");
                assert_eq!(world.left() != before, is_in, "{act:?} at request {number}: what is left");
                if let Err(error) = result {
                    assert_eq!((error.kind(), error.effect()), (ErrorKind::Journal, Effect::None), "{error}");
                    world.commit(batch).await.unwrap();
                }
                world.warm_up().await;
            }
        }
    });
}

// As an administrator does, or a database that is shut down.
#[test]
fn a_backend_that_is_terminated_leaves_nothing_by_half() {
    with_place(|place| async {
        let mut world = World::new(place).await;
        for number in 1..=ROUND_TRIPS {
            let before = world.left();
            let batch = world.batch(3);
            world.gate.plan(number, Act::Hold);
            let (journal, epoch, again) = (world.journal.clone(), world.claim.epoch, batch.clone());
            let commit = tokio::spawn(async move { journal.commit(epoch, batch).await });
            world.gate.held();
            world.place.ask(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
                 WHERE application_name = 'omm' AND datname = current_database()",
            );
            world.gate.let_go();
            let error = commit.await.unwrap().unwrap_err();
            assert_eq!(error.effect(), Effect::None, "terminated before request {number}: {error}");
            assert_eq!(world.left(), before, "terminated before request {number}: what is left");
            world.commit(again).await.unwrap();
            world.warm_up().await;
        }
    });
}

// Would catch: "nothing was written" said of a batch that is in.
#[test]
fn where_nobody_can_be_asked_the_effect_is_unknown() {
    with_place(|place| async {
        let mut world = World::new(place).await;
        let before = world.left();
        let batch = world.batch(3);
        world.gate.plan(ROUND_TRIPS, Act::LoseAll);
        let error = world.commit(batch).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Journal, Effect::Unknown), "{error}");
        assert_ne!(world.left(), before, "it is in");
    });
}
