//! What a question costs where there are many migrations, and in one that is large.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    journal::{DestFolderKey, EntryKey, Fact, FolderKey, Journal, Query, Verified, Want},
    model::{DestItemId, Digest, Flags, LastingId, SourceItemId, SyncPoint},
    options::Options,
};
use omm_store_postgres::PostgresStore;
use support::{Place, account, begin, items, leased, noted, record, sending, setting, with_store};

/// Ten thousand more migrations with what the first one has.
const MANY: &str = "
    INSERT INTO omm.migrations (id, pair_hash, source, destination, options, created)
        SELECT '00' || substr(lpad(to_hex(n), 4, '0'), 1, 1) || '-' || substr(lpad(to_hex(n), 4, '0'), 2),
            sha256(n::text::bytea), source, destination, options, created
        FROM omm.migrations, generate_series(1, 10000) n WHERE key = 1;
    INSERT INTO omm.owners (migration, destination) SELECT key, pair_hash FROM omm.migrations WHERE key > 2;
    DO $$ DECLARE name text; columns text; BEGIN
        FOREACH name IN ARRAY ARRAY['entries', 'folders', 'dest_folders', 'points', 'positions', 'tallies'] LOOP
            SELECT string_agg(column_name, ', ') INTO columns FROM information_schema.columns
                WHERE table_schema = 'omm' AND table_name = name AND column_name <> 'migration';
            EXECUTE format('INSERT INTO omm.%I (migration, %s) SELECT m.key, %s FROM omm.%I AS t, omm.migrations AS m
                WHERE t.migration = 1 AND m.key > 2', name, columns,
                regexp_replace(columns, '(\\w+)', 't.\\1', 'g'), name);
        END LOOP;
    END $$";
const READ: &str = "SELECT coalesce(sum(seq_scan), 0), coalesce(sum(seq_tup_read), 0) + coalesce(sum(idx_tup_fetch), 0) \
     FROM pg_stat_user_tables WHERE schemaname = 'omm' AND relname <> 'version'";

/// Rows that were read, by walking a table and by an index, while a store was open.
fn read(place: &Place) -> (i64, i64) {
    // What a connection has read is told when it ends; the server may take a moment for that.
    while place.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'omm' AND datname = current_database()") != "0" {
        std::thread::yield_now();
    }
    let answer = place.ask(READ);
    let (walks, rows) = answer.split_once('|').unwrap();
    (walks.parse().unwrap(), rows.parse().unwrap())
}

/// A small migration: five items, one of them copied.
async fn small(store: &PostgresStore) -> String {
    let id = begin(store, "anna", "bert").await;
    let lease = leased(store, &id, "w").await;
    let journal = lease.journal();
    let claim = journal.claim().await.unwrap();
    journal.commit(claim.epoch, setting()).await.unwrap();
    let listed = (1..=5).map(|key| record(EntryKey(key), noted(&key.to_string())));
    journal.commit(claim.epoch, items(listed)).await.unwrap();
    let copied = [sending(1), Fact::Copied { id: DestItemId::new("7:1") }];
    journal.commit(claim.epoch, items(copied.map(|fact| record(EntryKey(1), fact)))).await.unwrap();
    lease.release().await.unwrap();
    id
}

/// Everything a run asks, and a few commits.
async fn run(place: &Place, id: &str) {
    let store = place.open().await;
    assert!(store.get(id).await.unwrap().is_some());
    assert!(store.find_pair(&account("anna"), &account("bert")).await.unwrap().is_some());
    assert_eq!(store.list(None, 3).await.unwrap().len().min(1), 1);
    store.find_or_create(&account("anna"), &account("bert"), &Options::default()).await.unwrap();
    let lease = leased(&store, id, "w").await;
    lease.renew().await.unwrap();
    let journal = lease.journal();
    let claim = journal.claim().await.unwrap();
    for _ in 0..3 {
        let seen = Fact::Verified { verdict: Verified::Listed, lost: Flags::none() };
        journal.commit(claim.epoch, items([record(EntryKey(1), seen)])).await.unwrap();
    }
    for folder in [None, Some(FolderKey(1))] {
        for want in [Want::InDoubt, Want::Failed, Want::Skipped, Want::ReplacedSince(SyncPoint(0))] {
            assert_eq!(journal.page(Query { folder, want }, None, 100).await.unwrap(), []);
        }
        for (want, found) in
            [(Want::Any, 2), (Want::Owed, 2), (Want::Copies, 1), (Want::SentSince(SyncPoint(0)), 1)]
        {
            assert_eq!(journal.page(Query { folder, want }, None, 2).await.unwrap().len(), found, "{want:?}");
        }
    }
    journal.points().await.unwrap();
    journal.folders().await.unwrap();
    journal.dest_folders().await.unwrap();
    journal.tallies().await.unwrap();
    journal.remarks(SyncPoint(1)).await.unwrap();
    journal.flag_changes(SyncPoint(1), None, 10).await.unwrap();
    journal.stop_requested().await.unwrap();
    journal.find(FolderKey(1), &[SourceItemId::new("1"), SourceItemId::new("none")]).await.unwrap();
    journal.owned(DestFolderKey(1), &[DestItemId::new("7:1")]).await.unwrap();
    journal.copies_of(&[Digest::of(&1_u64.to_be_bytes())]).await.unwrap();
    journal.copies_called(&[LastingId::new("x")]).await.unwrap();
    lease.release().await.unwrap();
    store.close().await;
}

// Would catch: a table without the right index, and a plan that walks over other people's migrations.
#[test]
fn ten_thousand_migrations_cost_each_no_more_than_one() {
    with_store(|place, store| async move {
        let id = small(&store).await;
        store.close().await;
        place.ask("ANALYZE");
        let before = read(&place);
        run(&place, &id).await;
        let alone = read(&place);
        begin(&place.open().await, "carl", "dora").await;
        place.ask(MANY);
        place.ask("ANALYZE");
        assert_eq!(place.ask("SELECT count(*) FROM omm.entries"), "50005");
        let between = read(&place);
        run(&place, &id).await;
        let among_many = read(&place);
        let (walks, rows) = (among_many.0 - between.0, among_many.1 - between.1);
        assert_eq!(walks, 0, "a table was walked; alone there were {} walks", alone.0 - before.0);
        assert!(rows <= alone.1 - before.1 + 10, "{rows} rows were read, {} alone", alone.1 - before.1);
    });
}

// Would catch: a page that finds the few that are in doubt by looking at all that are not. Among many small ones, so that
// PostgreSQL takes this one, too, for a small one.
#[test]
fn an_answer_costs_what_it_is_long_in_a_large_migration() {
    const ITEMS: u64 = 5000;
    with_store(|place, store| async move {
        small(&store).await;
        let id = begin(&store, "carl", "dora").await;
        let lease = leased(&store, &id, "w").await;
        let journal = lease.journal();
        let claim = journal.claim().await.unwrap();
        journal.commit(claim.epoch, setting()).await.unwrap();
        for from in (1..=ITEMS).step_by(500) {
            let copied = |key: u64| {
                let id = DestItemId::new(format!("7:{key}"));
                let facts = [noted(&key.to_string()), sending(key), Fact::Copied { id }];
                facts.map(|fact| record(EntryKey(key), fact))
            };
            journal.commit(claim.epoch, items((from..from + 500).flat_map(copied))).await.unwrap();
        }
        // The last ones, so that a walk in key order meets all the others before.
        let last = (ITEMS + 1..=ITEMS + 3)
            .flat_map(|key| [noted(&key.to_string()), sending(key)].map(|fact| record(EntryKey(key), fact)));
        journal.commit(claim.epoch, items(last)).await.unwrap();
        store.close().await;
        place.ask(MANY);
        place.ask("ANALYZE");

        let before = read(&place).1;
        let store = place.open().await;
        let journal = store.observe(&id).await.unwrap();
        for folder in [None, Some(FolderKey(1))] {
            for (want, found) in [
                (Want::InDoubt, 3),
                (Want::Owed, 0),
                (Want::Failed, 0),
                (Want::Skipped, 0),
                (Want::ReplacedSince(SyncPoint(0)), 0),
                (Want::SentSince(SyncPoint(1)), 7),
                (Want::SentSince(SyncPoint(2)), 0),
                (Want::Any, 7),
                (Want::Copies, 7),
            ] {
                let page = journal.page(Query { folder, want }, None, 7).await.unwrap();
                assert_eq!(page.len(), found, "{want:?} of {folder:?}");
            }
        }
        let (folder, target) = (FolderKey(1), DestFolderKey(1));
        let found = |entries: Vec<Option<omm_core::journal::Entry>>| entries.into_iter().flatten().count();
        assert_eq!(found(journal.entries(&[EntryKey(4000), EntryKey(9999)]).await.unwrap()), 1);
        let ids = ["4000", "9999"].map(SourceItemId::new);
        assert_eq!(found(journal.find(folder, &ids).await.unwrap()), 1);
        let ids = ["7:4000", "7:9999"].map(DestItemId::new);
        assert_eq!(journal.owned(target, &ids).await.unwrap(), [true, false]);
        let digests = [4000_u64, 9999].map(|number| Digest::of(&number.to_be_bytes()));
        assert_eq!(journal.copies_of(&digests).await.unwrap().len(), 1);
        assert_eq!(journal.copies_called(&[LastingId::new("x")]).await.unwrap(), []);
        store.close().await;
        let rows = read(&place).1 - before;
        assert!(rows < 150, "{rows} rows were read for some 60 of them");
    });
}
