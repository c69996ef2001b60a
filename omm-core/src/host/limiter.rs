//! How many requests may be open, per server, changeable while running; and when a server wants to rest.

use super::{Runtime, queue::Queue};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The name of a lane: one server, as the connector tells it apart (`imap:mail.example.org:993`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LaneKey(pub Box<str>);

impl fmt::Display for LaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All lanes of a host. Cloning gives another handle to the same lanes.
#[derive(Clone, Debug)]
pub struct Limiter {
    lanes: Arc<Mutex<HashMap<LaneKey, Lane>>>,
    default_limit: usize,
}

impl Limiter {
    /// Lanes that allow `default_limit` open requests each, at least one.
    pub fn new(default_limit: usize) -> Self {
        Self { lanes: Arc::default(), default_limit: default_limit.max(1) }
    }

    /// The lane of a server, made at the first call.
    pub fn lane(&self, key: &LaneKey) -> Lane {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(key.clone()).or_insert_with(|| Lane::new(self.default_limit)).clone()
    }

    /// Changes a lane's limit at once; permits already given are kept, zero is taken as a pause.
    pub fn set_limit(&self, key: &LaneKey, limit: usize) {
        self.lane(key).set_limit(limit);
    }
}

/// One server's share: a number of permits and a cool-down.
#[derive(Clone, Debug)]
pub struct Lane(Queue<State>);

#[derive(Debug)]
struct State {
    limit: usize,
    open: usize,
    /// In the runtime's monotonic time.
    rest_until: Duration,
}

/// The right to one request. Take it just before, drop it just after; never ask for one while holding one.
#[derive(Debug)]
pub struct Permit(Queue<State>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.change(|state| state.open -= 1);
    }
}

impl Lane {
    fn new(limit: usize) -> Self {
        Self(Queue::new(State { limit, open: 0, rest_until: Duration::ZERO }))
    }

    /// Waits for a permit, in turn, and for the end of a cool-down.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the line, nothing else.
    pub async fn permit(&self, runtime: &Arc<dyn Runtime>) -> Permit {
        loop {
            let rest = self.rest_left(runtime);
            if !rest.is_zero() {
                runtime.sleep(rest).await;
                continue;
            }
            let permit = self.0.take(|state| {
                (state.open < state.limit).then(|| {
                    state.open += 1;
                    Permit(self.0.clone())
                })
            });
            let permit = permit.await;
            // The cool-down may have begun while this one stood in line.
            if self.rest_left(runtime).is_zero() {
                return permit;
            }
        }
    }

    /// Changes the limit at once.
    pub fn set_limit(&self, limit: usize) {
        self.0.change(|state| state.limit = limit);
    }

    /// How many requests may be open.
    pub fn limit(&self) -> usize {
        self.0.read(|state| state.limit)
    }

    /// How many requests are open.
    pub fn open(&self) -> usize {
        self.0.read(|state| state.open)
    }

    /// Lets everybody on this lane rest for `pause`; a longer rest already begun stays.
    pub fn cool_down(&self, runtime: &Arc<dyn Runtime>, pause: Duration) {
        let until = runtime.monotonic() + pause;
        self.0.change(|state| state.rest_until = state.rest_until.max(until));
    }

    fn rest_left(&self, runtime: &Arc<dyn Runtime>) -> Duration {
        self.0.read(|state| state.rest_until).saturating_sub(runtime.monotonic())
    }
}
