//! A migration with this journal, stopped before and after each durable step, resumed, and the end compared.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod support;

use chrono::{DateTime, Utc};
use omm_core::{
    host::{BoxFuture, Connection, Runtime},
    journal::Journal,
    model::FolderPath,
};
use omm_store_postgres::{Lease, PostgresStore};
use omm_testkit::{
    mailbox::{message, small},
    memory::{MemoryAccount, Settings},
    servers::postgres,
    step_stop::{Kept, Scenario, Time, World, step_stop},
};
use std::{
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant, SystemTime},
};
use support::{Place, begin, leased};

/// The real time: the database does not wait for a virtual clock.
#[derive(Clone)]
struct Real(Arc<tokio::runtime::Runtime>);

impl Time for Real {
    fn lend(&self) -> Arc<dyn Runtime> {
        Arc::new(Lent(Instant::now()))
    }

    fn run_until<T>(&self, future: impl Future<Output = T>, cut: impl Fn() -> bool) -> Option<T> {
        self.0.block_on(async {
            let mut future = pin!(future);
            std::future::poll_fn(|context| match future.as_mut().poll(context) {
                Poll::Ready(value) => Poll::Ready(Some(value)),
                Poll::Pending if cut() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            })
            .await
        })
    }
}

struct Lent(Instant);

impl Runtime for Lent {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }

    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

/// One lease for all runs of a story: who is killed and started again within it is a matter of the leases.
struct Leased(Lease);

impl Kept for Leased {
    fn shared(&self) -> Arc<dyn Journal> {
        Arc::new(self.0.journal())
    }
}

type Story = Scenario<MemoryAccount, MemoryAccount, Real, Leased>;

fn story(time: Real, store: PostgresStore) -> Story {
    let plays = AtomicUsize::new(0);
    let world = move || {
        let play = plays.fetch_add(1, Ordering::Relaxed).to_string();
        let lease = time.run(async { leased(&store, &begin(&store, &play, &play).await, "w").await });
        let mut settings = Settings::default();
        settings.batch_items = 2;
        let source = MemoryAccount::new().holding(&small(1));
        World::with_clock(source, MemoryAccount::with(settings), time.clone()).with_journal(Leased(lease))
    };
    let inbox = || FolderPath::new(["INBOX"]);
    let first = move |world: &World<MemoryAccount, MemoryAccount, Real, Leased>| {
        let items = world.source.items(&inbox());
        world.source.set_flags(&inbox(), &items.first().unwrap().0, "\\Flagged second");
        world.source.add(&inbox(), message(2, 1));
    };
    Scenario::new("on PostgreSQL", world).run().user(first).run().undo(2).run()
}

// Would catch: a commit that is answered before it is in; one that is in although its run was dropped before it began; and
// an undo or a claim that leaves something of before.
#[test]
fn every_step_of_two_runs_and_an_undo() {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let place = Place { server, address: server.fresh_database().unwrap() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let time = Real(Arc::new(runtime));
    let store = time.run(place.open());
    let stride = if std::env::var_os("OMM_FULL").is_some() { 1 } else { 4 };
    let cuts = step_stop(&story(time, store), stride);
    assert!(cuts.steps > 20, "{cuts:?}");
}
