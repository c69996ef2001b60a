//! A clock that only moves when told.

use chrono::{DateTime, TimeDelta, Utc};
use omm_core::host::{BoxFuture, Connection, Runtime};
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// 2026-01-01T00:00:00Z, when every virtual clock starts.
const EPOCH_SECONDS: i64 = 1_767_225_600;

/// A runtime whose time is virtual: sleeping costs nothing, blocking work runs at once, and the network is whoever
/// listens in the same process.
///
/// Cloning gives another handle to the same clock. Drive it with [`super::run`].
#[derive(Clone, Default)]
pub struct SimRuntime(Arc<Mutex<Clock>>);

/// A server in the same process.
pub trait Listener: Send + Sync {
    /// The client's end of a new connection.
    ///
    /// # Errors
    /// What a client is to see instead of a connection.
    fn accept(&self, runtime: &SimRuntime) -> std::io::Result<Box<dyn Connection>>;
}

#[derive(Default)]
struct Clock {
    now: Duration,
    next_sleeper: u64,
    listeners: BTreeMap<(String, u16), Arc<dyn Listener>>,
    /// By deadline, then by who came first. A sleeper that was never polled has no waker yet.
    sleepers: BTreeMap<(Duration, u64), Option<Waker>>,
}

impl SimRuntime {
    /// A clock at its beginning.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same as a runtime to lend.
    pub fn shared(&self) -> Arc<dyn Runtime> {
        Arc::new(self.clone())
    }

    /// Lets a server answer for a host and port. Whoever dials another place is refused, as by a machine that runs
    /// no such server.
    pub fn listen(&self, host: &str, port: u16, server: impl Listener + 'static) {
        self.lock().listeners.insert((host.to_ascii_lowercase(), port), Arc::new(server));
    }

    /// How much virtual time has passed.
    pub fn elapsed(&self) -> Duration {
        self.lock().now
    }

    /// Lets time pass, waking whoever slept until then.
    pub fn advance(&self, by: Duration) {
        let to = self.elapsed() + by;
        self.advance_to(to);
    }

    /// Jumps to the earliest deadline. `false` when nobody sleeps.
    pub fn advance_to_next(&self) -> bool {
        let next = self.lock().sleepers.first_key_value().map(|((deadline, _), _)| *deadline);
        if let Some(deadline) = next {
            self.advance_to(deadline);
        }
        next.is_some()
    }

    fn advance_to(&self, to: Duration) {
        let mut clock = self.lock();
        clock.now = clock.now.max(to);
        let later = clock.sleepers.split_off(&(to, u64::MAX));
        let due = std::mem::replace(&mut clock.sleepers, later);
        drop(clock);
        // Outside the lock: a waker may do anything.
        due.into_values().flatten().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Runtime for SimRuntime {
    fn now(&self) -> DateTime<Utc> {
        let start = DateTime::from_timestamp(EPOCH_SECONDS, 0).unwrap_or_default();
        start + TimeDelta::from_std(self.elapsed()).unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut clock = self.lock();
        let place = (clock.now + duration, clock.next_sleeper);
        clock.next_sleeper += 1;
        clock.sleepers.insert(place, None);
        drop(clock);
        Box::pin(Sleep { runtime: self.clone(), place })
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        let listener = self.lock().listeners.get(&(host.to_ascii_lowercase(), port)).cloned();
        let runtime = self.clone();
        Box::pin(async move {
            match listener {
                Some(listener) => listener.accept(&runtime),
                None => Err(std::io::ErrorKind::ConnectionRefused.into()),
            }
        })
    }
}

impl std::fmt::Debug for SimRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimRuntime").field("elapsed", &self.elapsed()).finish_non_exhaustive()
    }
}

struct Sleep {
    runtime: SimRuntime,
    place: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut clock = self.runtime.lock();
        if clock.now >= self.place.0 {
            clock.sleepers.remove(&self.place);
            return Poll::Ready(());
        }
        clock.sleepers.insert(self.place, Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.runtime.lock().sleepers.remove(&self.place);
    }
}
