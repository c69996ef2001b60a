//! Who may work on a migration, and until when.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use omm_core::{
    error::ErrorKind,
    journal::{Batch, Journal},
    options::Options,
};
use omm_store_postgres::{Grant, Lease, PostgresStore, Settings, Terms};
use std::{sync::Arc, time::Duration};
use support::{account, begin, leased, long, runtime, with_store};

async fn held_by(store: &PostgresStore, id: &str) -> Option<(String, String)> {
    match store.lease(id, "other", long()).await.unwrap() {
        Grant::Held { migration, worker, .. } => Some((migration, worker)),
        Grant::Leased(lease) => {
            lease.release().await.unwrap();
            None
        }
    }
}

#[test]
fn one_worker_at_a_time() {
    with_store(|_, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let lease = leased(&store, &id, "one").await;
        let claim = lease.journal().claim().await.unwrap();
        assert_eq!(held_by(&store, &id).await, Some((id.clone(), "one".to_owned())));
        let free_in = match store.lease(&id, "other", long()).await.unwrap() {
            Grant::Held { free_in, .. } => free_in,
            Grant::Leased(_) => panic!("given twice"),
        };
        assert!(free_in > Duration::from_secs(3000) && free_in <= Duration::from_secs(3600), "{free_in:?}");
        // Would catch: a worker that is started again under its old name while the old one is still at work.
        assert_eq!(held_by(&store, &id).await.map(|(_, worker)| worker).as_deref(), Some("one"));
        assert!(
            store.forget(&id).await.unwrap_err().to_string().contains("one"),
            "forgotten under its owner"
        );

        let (journal, fence) = (lease.journal(), lease.fence().clone());
        lease.release().await.unwrap();
        assert!(fence.is_passed(Duration::ZERO));
        // Would catch: a commit that was on its way when the lease was given back, written beside the next owner's.
        assert!(journal.commit(claim.epoch, Batch::default()).await.is_err());
        let next = leased(&store, &id, "other").await.journal();
        assert!(next.claim().await.unwrap().epoch > claim.epoch);
        assert_eq!(store.lease("000-000", "one", long()).await.unwrap_err().kind(), ErrorKind::Config);
        let observer = store.observe(&id).await.unwrap();
        assert!(observer.claim().await.unwrap_err().to_string().contains("observes"));
    });
}

// The time is the database's. Would catch: a margin that is not kept, a lease that writes after its end, and a holder who
// thinks that he still has what somebody else took.
#[test]
fn a_lease_runs_out_and_is_taken_after_the_margin() {
    with_store(|place, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let lease = leased(&store, &id, "one").await;
        let journal = lease.journal();
        let claim = journal.claim().await.unwrap();
        place.ask(
            "UPDATE omm.owners SET leased_until = now() - interval '1 s', free_at = now() + interval '1 h'",
        );
        let error = journal.commit(claim.epoch, Batch::default()).await.unwrap_err();
        assert!(error.to_string().contains("run out"), "{error}");
        assert!(held_by(&store, &id).await.is_some(), "taken within the margin");
        lease.renew().await.unwrap();
        journal.commit(claim.epoch, Batch::default()).await.unwrap();

        place.ask("UPDATE omm.owners SET leased_until = now() - interval '1 h', free_at = now()");
        let next = leased(&store, &id, "two").await;
        assert!(next.journal().claim().await.unwrap().epoch > claim.epoch);
        assert_eq!(store.renew(&[&lease, &next]).await.unwrap(), [false, true]);
        assert!(lease.fence().is_passed(Duration::ZERO));
        assert!(lease.renew().await.unwrap_err().to_string().contains("lost"));
        assert!(journal.claim().await.is_err());
        // Giving back what one has not got takes nothing from who has it.
        lease.release().await.unwrap();
        next.journal().claim().await.unwrap();
    });
}

#[test]
fn the_holder_knows_by_its_own_clock() {
    with_store(|place, store| async move {
        let id = begin(&store, "anna", "bert").await;
        let clock = runtime();
        let store =
            PostgresStore::connect(&place.address, &Settings::default(), Arc::clone(&clock)).await.unwrap();
        let terms = Terms::new(Duration::from_secs(5000), Duration::from_secs(50));
        let Grant::Leased(lease) = store.lease(&id, "one", terms).await.unwrap() else { panic!("held") };
        // Would catch: a fence that counts from the answer, and so outlives the lease.
        let left = lease.fence().left(clock.monotonic()).unwrap();
        assert!(left < Duration::from_secs(5000), "{left:?}");
        assert!(lease.fence().is_passed(Duration::from_secs(10_000)));
    });
}

#[test]
fn one_migration_at_a_time_into_a_mailbox() {
    with_store(|place, store| async move {
        let first = begin(&store, "anna", "carl").await;
        let second = begin(&store, "bert", "carl").await;
        let elsewhere = begin(&store, "anna", "dora").await;
        let mut by_an_administrator = account("carl");
        by_an_administrator.delegate = Some("admin".to_owned());
        by_an_administrator.server = "MAIL.example:993".to_owned();
        let options = Options::default();
        let third = store.create(&account("emil"), &by_an_administrator, &options).await.unwrap().id;

        let lease = leased(&store, &first, "one").await;
        let claim = lease.journal().claim().await.unwrap();
        for other in [&second, &third] {
            // Would catch: two runs that adopt and append in one mailbox at the same time.
            assert_eq!(held_by(&store, other).await, Some((first.clone(), "one".to_owned())));
        }
        assert_eq!(held_by(&store, &elsewhere).await, None);

        place.ask("UPDATE omm.owners SET leased_until = now(), free_at = now() WHERE holder IS NOT NULL");
        let next = leased(&store, &second, "two").await;
        assert_eq!(held_by(&store, &first).await, Some((second.clone(), "two".to_owned())));
        // Would catch: who lost the mailbox to another migration and is not told.
        assert!(lease.journal().commit(claim.epoch, Batch::default()).await.is_err());
        assert!(lease.renew().await.is_err());
        next.release().await.unwrap();
        assert_eq!(held_by(&store, &third).await, None);
    });
}

#[test]
fn of_many_who_ask_at_once_one_gets_it() {
    with_store(|_, store| async move {
        for round in 0..10 {
            let ids = [
                begin(&store, "anna", &round.to_string()).await,
                begin(&store, "bert", &round.to_string()).await,
            ];
            let ask = |number: usize| {
                let (store, id) = (store.clone(), ids[number % 2].clone());
                tokio::spawn(async move { store.lease(&id, &number.to_string(), long()).await.unwrap() })
            };
            let asked: Vec<_> = (0..8).map(ask).collect();
            let mut leases: Vec<Lease> = Vec::new();
            for answer in asked {
                if let Grant::Leased(lease) = answer.await.unwrap() {
                    leases.push(lease);
                }
            }
            assert_eq!(leases.len(), 1, "{leases:?}");
        }
    });
}
