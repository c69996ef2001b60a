//! Turns whose journal is theirs no longer than a lease.

use crate::town::{Town, World};
use async_trait::async_trait;
use omm_core::{
    Result,
    error::ErrorKind,
    host::{Fence, Stop},
    options::Options,
    seam::AccountSpec,
};
use omm_project::{
    store::State,
    work::{Journals, OpenJournal, Opened, Until},
};
use omm_store::Catalogue;
use omm_testkit::sim;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The first lease is over before anything could be done under it, and no server answers until then.
struct Lapsing {
    of: Catalogue,
    town: Arc<Town>,
    opened: AtomicU64,
}

#[async_trait]
impl Journals for Lapsing {
    async fn make(&self, from: &AccountSpec, to: &AccountSpec, options: &Options) -> Result<String> {
        self.of.make(from, to, options).await
    }

    async fn open(&self, name: &str) -> Result<Opened> {
        let journal = Arc::new(self.of.journal(name).await?);
        match self.opened.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(Opened::Busy(Duration::from_secs(3))),
            1 => Ok(Opened::Open(OpenJournal::new(journal).fenced(Fence::at(Duration::ZERO)))),
            _ => {
                self.town.trouble("b0", None);
                Ok(Opened::Open(OpenJournal::new(journal)))
            }
        }
    }

    async fn erase(&self, name: &str) -> Result<()> {
        self.of.erase(name).await
    }
}

// Would catch: a migration that rests for minutes, or fails in the end, because whoever worked on it was too slow to say that he
// is there; and one that nobody goes on with whose journal another worker had.
#[test]
fn a_lease_that_ran_out_is_no_trouble_of_the_migration() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    world.town.trouble("b0", Some(ErrorKind::Unreachable));
    let began = world.now();
    let (of, town) = (world.catalogue(), Arc::clone(&world.town));
    let journals = Lapsing { of, town, opened: AtomicU64::new(0) };
    let worker = world.worker_with(Arc::new(journals));
    sim::run(&world.clock, worker.run(Until::Idle, &Stop::new())).unwrap();
    let row = world.row(&project, key);
    assert_eq!((row.state, row.failed_turns), (State::Done, 0));
    let took = (world.now() - began).num_seconds();
    assert!((3..60).contains(&took), "{took} s");
    world.is_whole("a0", "b0");
}
