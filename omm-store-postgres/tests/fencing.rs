//! Two owners of one migration, wherever they meet.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    error::ErrorKind,
    journal::{Batch, EntryKey, Journal, RunRecord},
    model::SyncPoint,
};
use omm_store_postgres::{Grant, PostgresStore, Terms};
use std::{collections::BTreeSet, time::Duration};
use support::{Act, Gate, Place, begin, items, leased, long, noted, record, setting, with_place, with_store};

/// As if its time had passed.
const EXPIRE: &str = "UPDATE omm.owners SET leased_until = now() - interval '1 s', free_at = now()";
/// The begin with the lock, what is known of the items, what they became, the commit.
const ROUND_TRIPS: usize = 4;

async fn taken_over(store: &PostgresStore, id: &str) -> omm_store_postgres::Lease {
    match store.lease(id, "late", long()).await.unwrap() {
        Grant::Leased(lease) => lease,
        Grant::Held { worker, .. } => panic!("still held by {worker}"),
    }
}

/// Waits until somebody waits for a lock.
fn somebody_waits(place: &Place) {
    while place.ask("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0" {
        std::thread::yield_now();
    }
}

// A commit is held at each of its round trips while another worker takes over. Would catch: an epoch that is read and not
// held; a claim that does not see what was committed while it waited, and gives keys out twice; and an owner before who
// writes after it.
#[test]
fn a_takeover_at_each_step_of_a_commit() {
    with_place(|place| async move {
        let gate = Gate::before(place.server.socket());
        let early_store = place.open_behind(&gate, Duration::from_secs(60)).await;
        let late_store = place.open().await;
        for number in 1..=ROUND_TRIPS {
            let id = begin(&early_store, "anna", &number.to_string()).await;
            let early = leased(&early_store, &id, "early").await.journal();
            let claim = early.claim().await.unwrap();
            early.commit(claim.epoch, setting()).await.unwrap();
            let batch = |key: EntryKey| items([record(key, noted(&key.0.to_string()))]);
            let (first, second) = (claim.next_entry, EntryKey(claim.next_entry.0 + 1));
            early.commit(claim.epoch, batch(first)).await.unwrap();

            gate.plan(number, Act::Hold);
            let (journal, epoch) = (early.clone(), claim.epoch);
            let commit = tokio::spawn(async move { journal.commit(epoch, batch(second)).await });
            gate.held();
            // With the row locked both of these wait for the end of that commit.
            let (expiring, store, wanted) = (place.clone(), late_store.clone(), id.clone());
            let expire =
                format!("{EXPIRE} WHERE migration = (SELECT key FROM omm.migrations WHERE id = '{id}')");
            let late = tokio::spawn(async move {
                tokio::task::spawn_blocking(move || expiring.ask(&expire)).await.unwrap();
                let late = taken_over(&store, &wanted).await.journal();
                (late.claim().await.unwrap(), late)
            });
            let (is_first, late) = if number == 1 {
                (false, late.await.unwrap())
            } else {
                somebody_waits(&place);
                gate.let_go();
                (true, late.await.unwrap())
            };
            gate.let_go();
            let (claim_late, late) = late;
            assert_eq!(commit.await.unwrap().is_ok(), is_first, "held at request {number}");
            assert!(claim_late.epoch > claim.epoch);
            assert_eq!(claim_late.next_entry.0, second.0 + u64::from(is_first), "held at request {number}");
            let found = late.entries(&[first, second]).await.unwrap();
            assert_eq!(found.iter().flatten().count(), 1 + usize::from(is_first), "held at request {number}");

            let third = claim_late.next_entry;
            let error = early.commit(claim.epoch, batch(third)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Journal);
            // Would catch: a claim by whoever wakes up late, which would fence the rightful owner off.
            assert!(early.claim().await.is_err(), "a claim after the lease was lost");
            late.commit(claim_late.epoch, batch(third)).await.unwrap();
        }
    });
}

// SIGSTOP, or a machine asleep, in the middle of a transaction.
#[test]
fn who_stands_still_inside_a_transaction_is_cut_off() {
    with_place(|place| async move {
        let gate = Gate::before(place.server.socket());
        let early_store = place.open_behind(&gate, Duration::from_millis(300)).await;
        let late_store = place.open().await;
        let id = begin(&early_store, "anna", "bert").await;
        let early = leased(&early_store, &id, "early").await.journal();
        let claim = early.claim().await.unwrap();
        gate.plan(2, Act::Hold);
        let (journal, epoch) = (early.clone(), claim.epoch);
        let batch = items([record(claim.next_entry, noted("a"))]);
        let commit = tokio::spawn(async move { journal.commit(epoch, batch).await });
        gate.held();
        // It is let go only when the other one is through. This waits for the row, and so until the database ends that.
        place.ask(EXPIRE);
        let late = taken_over(&late_store, &id).await.journal();
        let claim_late = late.claim().await.unwrap();
        gate.let_go();
        assert!(commit.await.unwrap().is_err(), "a commit that was cut off");
        assert_eq!(claim_late.next_entry, claim.next_entry);
        assert_eq!(late.entries(&[claim.next_entry]).await.unwrap(), [None]);
    });
}

// Would catch: a commit that is answered and not in, or in and refused, or in between those of a later owner.
#[test]
fn two_workers_race_for_one_migration() {
    const ROUNDS: usize = 30;
    with_store(|place, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let race = |worker: &'static str| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for round in 0..ROUNDS {
                    // So short that it may end between any two statements.
                    let terms = Terms::new(Duration::from_millis(30), Duration::ZERO);
                    let lease = loop {
                        match store.lease(&id, worker, terms).await.unwrap() {
                            Grant::Leased(lease) => break lease,
                            Grant::Held { .. } => tokio::task::yield_now().await,
                        }
                    };
                    let journal = lease.journal();
                    let Ok(claim) = journal.claim().await else { continue };
                    for number in 0..20 {
                        let line = format!("{} {worker} {round} {number}", claim.epoch.0);
                        let remark = RunRecord::Remarked(SyncPoint(1), line.clone());
                        match journal
                            .commit(claim.epoch, Batch { runs: vec![remark], ..Batch::default() })
                            .await
                        {
                            Ok(()) => kept.push(line),
                            Err(error) => {
                                assert_eq!(error.kind(), ErrorKind::Journal);
                                break;
                            }
                        }
                    }
                    if round % 3 == 0 {
                        lease.release().await.unwrap();
                    }
                }
                kept
            })
        };
        let (one, other) = (race("one"), race("other"));
        let kept: BTreeSet<String> = one.await.unwrap().into_iter().chain(other.await.unwrap()).collect();
        let lines = store.observe(&id).await.unwrap().remarks(SyncPoint(1)).await.unwrap();
        assert_eq!(lines.iter().cloned().collect::<BTreeSet<_>>(), kept);
        let epochs: Vec<u64> =
            lines.iter().map(|line| line.split(' ').next().unwrap().parse().unwrap()).collect();
        assert!(epochs.is_sorted(), "{epochs:?}");
        assert!(epochs.first() < epochs.last(), "nobody took anything over: {lines:?} in {}", place.name());
    });
}
