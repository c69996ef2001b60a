//! The contracts of stores of projects and of outboxes, kept here as well.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "../../omm-project/tests/contract/outbox.rs"]
mod outbox;
#[path = "../../omm-project/tests/contract/store.rs"]
mod store;

use omm_project_postgres::{PostgresOutbox, PostgresProjects};
use omm_store_postgres::{PostgresStore, Settings, Terms};
use omm_testkit::{servers::postgres, sim::SimRuntime};
use std::{sync::Arc, time::Duration};

/// Stores in databases of their own; nothing where there is no PostgreSQL.
fn with(test: impl Fn(&tokio::runtime::Runtime, &dyn Fn() -> PostgresStore)) {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    test(&runtime, &|| {
        let address = server.fresh_database().unwrap();
        let connecting = async {
            PostgresStore::connect(&address, &Settings::default(), SimRuntime::new().shared()).await
        };
        runtime.block_on(connecting).unwrap()
    });
}

// Would catch: a store that means something else than the one of one machine by what is asked of it.
#[test]
fn a_store_of_projects() {
    with(|runtime, fresh| {
        let (store, terms) = (fresh(), Terms::new(Duration::from_secs(3000), Duration::from_secs(600)));
        let projects = runtime.block_on(PostgresProjects::open(&store, "one", terms)).unwrap();
        let keep = store::keep::Keep(Arc::new(projects));
        store::CONTRACT.into_iter().for_each(|keeps| keeps(&keep));
    });
}

// Would catch: a letter that is sent twice, or not at all, because another store keeps it.
#[test]
fn an_outbox() {
    with(|runtime, fresh| {
        for behaves in outbox::CONTRACT {
            behaves(&runtime.block_on(PostgresOutbox::open(&fresh())).unwrap());
        }
    });
}

// Would catch: two workers that take the same letter, and a letter that is filed twice by two who saw the same.
#[test]
fn one_letter_is_one_workers() {
    use futures::future::join_all;
    use omm_project::notify::outbox::{Ask, Choice, Outbox, Row};
    with(|runtime, fresh| {
        let store = fresh();
        runtime.block_on(async {
            let letters = (0..20).map(|number| {
                outbox::notice(omm_project::notify::Event::Started, number, &["ann@example.org"])
            });
            let letters: Vec<_> = letters.collect();
            let open = || async { PostgresOutbox::open(&store).await.unwrap() };
            let workers = join_all((0..4).map(|_| open())).await;
            let file = |worker: &PostgresOutbox| {
                let rows = letters.iter().map(|letter| Row::new(letter, &letter.to[0], outbox::moment()));
                let (worker, rows) = (worker.clone(), rows.collect());
                async move { worker.file(rows).await.unwrap() }
            };
            let filed: usize = join_all(workers.iter().map(file)).await.into_iter().sum();
            assert_eq!(filed, 20, "each is filed once");
            let ask = Ask {
                now: outbox::moment(),
                lease: outbox::moment() + chrono::TimeDelta::minutes(20),
                interval: chrono::TimeDelta::hours(1),
            };
            let claims = join_all((0..24).map(|at| workers[at % 4].claim(ask))).await;
            let taken = claims.into_iter().filter_map(|claim| match claim.unwrap() {
                Choice::Now(claim) => Some((claim.number, claim.rows)),
                Choice::Not(_) => None,
            });
            let mut keys: Vec<_> = taken.flat_map(|(_, rows)| rows).map(|row| row.key).collect();
            keys.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
            keys.dedup();
            assert_eq!(keys.len(), 20, "each is taken once");
        });
    });
}
