//! Which migrations there are; what becomes of them; and workers that begin at the same moment.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    error::ErrorKind,
    host::CredentialRef,
    journal::{EntryKey, Fact, FolderFact, FolderKey, FolderRecord, Journal, RunRecord},
    model::{Cursor, DestItemId, FlagDelta, Flags, SyncPoint},
    options::Options,
};
use omm_store_postgres::{PostgresStore, Settings};
use support::{
    Place, account, begin, items, leased, noted, record, runtime, sending, setting, with_place, with_store,
};

#[test]
fn migrations_are_found_again() {
    with_store(|place, store| async move {
        let (anna, bert, options) = (account("anna"), account("bert"), Options::default());
        let first = store.create(&anna, &bert, &options).await.unwrap();
        let second = store.create(&anna, &bert, &options).await.unwrap();
        let back = store.create(&bert, &anna, &options).await.unwrap();
        store.close().await;

        let store = place.open().await;
        let ids = |rows: Vec<omm_core::journal::MigrationRow>| {
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let all = ids(store.list(None, 10).await.unwrap());
        assert_eq!(all, [back.id.clone(), second.id.clone(), first.id.clone()]);
        assert_eq!(ids(store.list(None, 1).await.unwrap()), all[..1]);
        assert_eq!(ids(store.list(Some(&back.id), 10).await.unwrap()), all[1..]);
        // Would catch: `migrate` on a known pair beginning anew, or continuing the wrong direction.
        assert_eq!(store.find_pair(&anna, &bert).await.unwrap().map(|row| row.id), Some(second.id.clone()));
        assert_eq!(store.find_pair(&bert, &anna).await.unwrap().map(|row| row.id), Some(back.id));
        let typed = first.id.replace('-', "").to_uppercase();
        let got = store.get(&typed).await.unwrap().unwrap();
        assert_eq!((&got.source, &got.destination, &got.options), (&anna, &bert, &options));
        assert_eq!(store.get("../../x").await.unwrap(), None);

        let mut moved = got;
        moved.destination = account("carl");
        store.update(&moved).await.unwrap();
        assert_eq!(store.find_pair(&anna, &account("carl")).await.unwrap().map(|row| row.id), Some(first.id));
        let lease = leased(&store, &moved.id, "one").await;
        // Would catch: the mailbox that is held after a re-point being the old one.
        leased(&store, &second.id, "two").await;
        lease.release().await.unwrap();
        store.forget(&moved.id).await.unwrap();
        assert_eq!(store.update(&moved).await.unwrap_err().kind(), ErrorKind::Config);
    });
}

#[test]
fn two_who_ask_for_one_pair_get_one_migration() {
    with_store(|_, store| async move {
        let ask = |_| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .find_or_create(&account("anna"), &account("bert"), &Options::default())
                    .await
                    .unwrap()
                    .id
            })
        };
        let mut ids = Vec::new();
        for asked in (0..8).map(ask).collect::<Vec<_>>() {
            ids.push(asked.await.unwrap());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
    });
}

/// A migration with a row in every table.
async fn full(store: &PostgresStore, source: &str) -> String {
    let id = begin(store, source, source).await;
    let lease = leased(store, &id, "w").await;
    let journal = lease.journal();
    let claim = journal.claim().await.unwrap();
    journal.commit(claim.epoch, setting()).await.unwrap();
    let delta = FlagDelta { add: Flags::none().with_keyword("x"), remove: Flags::none() };
    let facts = [
        noted("1"),
        sending(1),
        Fact::Copied { id: DestItemId::new("7:1") },
        Fact::Flagging { delta: delta.clone(), effective: delta },
        Fact::Flagged,
    ];
    let mut batch = items(facts.map(|fact| record(EntryKey(1), fact)));
    batch.runs.push(RunRecord::Remarked(SyncPoint(1), "x".to_owned()));
    let fact = FolderFact::Reached(Cursor::new("c"));
    batch.folders.push(FolderRecord { folder: FolderKey(1), point: SyncPoint(1), fact });
    journal.commit(claim.epoch, batch).await.unwrap();
    lease.release().await.unwrap();
    id
}

/// How many rows each table has of each migration: every table that has a column of that name.
fn rows(place: &Place) -> Vec<String> {
    let tables = place.ask(
        "SELECT table_name FROM information_schema.columns \
         WHERE table_schema = 'omm' AND column_name = 'migration' ORDER BY 1",
    );
    let count = |table: &str| {
        let sql = format!(
            "SELECT string_agg(migration || ':' || n, ' ' ORDER BY migration) \
             FROM (SELECT migration, count(*) AS n FROM omm.{table} GROUP BY 1) AS t"
        );
        format!("{table} {}", place.ask(&sql))
    };
    tables.lines().map(count).collect()
}

// Would catch: a table that a later step adds and that an erasure forgets.
#[test]
fn forgetting_leaves_nothing_and_nobody_else_is_touched() {
    with_store(|place, store| async move {
        let (first, second) = (full(&store, "anna").await, full(&store, "bert").await);
        let before = rows(&place);
        assert!(
            before.iter().all(|row| row.contains("1:1 2:1")),
            "a table without a row proves nothing: {before:?}"
        );
        assert!(store.forget(&first).await.unwrap());
        assert!(!store.forget(&first).await.unwrap());
        let after: Vec<String> = before.iter().map(|row| row.replace("1:1 ", "")).collect();
        assert_eq!(rows(&place), after);
        assert_eq!(store.get(&first).await.unwrap(), None);
        assert_eq!(store.observe(&first).await.unwrap_err().kind(), ErrorKind::Config);
        assert!(store.get(&second).await.unwrap().is_some());
    });
}

// Would catch: two workers that make the tables at the same moment, of which one fails.
#[test]
fn many_workers_begin_at_the_same_moment() {
    with_place(|place| async move {
        let begin = |_| {
            let place = place.clone();
            tokio::spawn(async move {
                place.open().await.create(&account("a"), &account("b"), &Options::default()).await
            })
        };
        for begun in (0..8).map(begin).collect::<Vec<_>>() {
            begun.await.unwrap().unwrap();
        }
        assert_eq!(place.open().await.list(None, 100).await.unwrap().len(), 8);
    });
}

#[test]
fn newer_and_foreign_databases_are_refused_and_left() {
    with_place(|place| async move {
        let refused = async || {
            let opened = PostgresStore::connect(&place.address, &Settings::default(), runtime()).await;
            opened.map(drop).unwrap_err().to_string()
        };
        place.ask("CREATE SCHEMA omm CREATE TABLE theirs (x integer)");
        assert!(refused().await.contains("another program"));
        assert_eq!(place.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'omm'"), "1");
        place.ask("DROP SCHEMA omm CASCADE");
        place.open().await.close().await;
        place.ask("UPDATE omm.version SET number = 99");
        assert!(refused().await.contains("newer omm (format 99"));
        assert_eq!(place.ask("SELECT number FROM omm.version"), "99");
    });
}

// Would catch: a password resolved too early and stored with its account, or repeated by an error.
#[test]
fn no_secret_is_stored_or_said() {
    with_store(|place, store| async move {
        let mut source = account("anna");
        source.credentials = CredentialRef::Variable("OMM_TEST_PASSWORD".to_owned());
        let row = store.create(&source, &source, &Options::default()).await.unwrap();
        let stored = place.ask("SELECT source FROM omm.migrations");
        assert!(stored.contains("OMM_TEST_PASSWORD"), "{stored}");
        assert_eq!(store.get(&row.id).await.unwrap().unwrap().source.credentials, source.credentials);
        for address in
            ["postgres://omm:hunter2@/x?host=%2Fnowhere", "hunter2", "postgres://omm:hunter2@127.0.0.1:1/x"]
        {
            let error = PostgresStore::connect(address, &Settings::default(), runtime()).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(!format!("{store:?}").contains("omm@"), "{store:?}");
    });
}
