//! How many requests may be open, per server, changeable while running; and when a server wants to rest.

use super::{Runtime, queue::Queue};
use event_listener::Event;
use futures::future::{Either, select};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fmt,
    pin::pin,
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
pub struct Lane {
    queue: Queue<State>,
    /// Heard by those who wait for the lane to open or to close, not for a permit.
    doors: Arc<Event>,
}

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
        let queue = Queue::new(State { limit, open: 0, rest_until: Duration::ZERO });
        Self { queue, doors: Arc::default() }
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
            let permit = self.queue.take(|state| {
                (state.open < state.limit).then(|| {
                    state.open += 1;
                    Permit(self.queue.clone())
                })
            });
            let permit = permit.await;
            // The cool-down may have begun while this one stood in line.
            if self.rest_left(runtime).is_zero() {
                return permit;
            }
        }
    }

    /// Waits until no cool-down is left and the limit is not zero, without taking a permit: for those who are about
    /// to set something aside that others could use meanwhile.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn open_again(&self, runtime: &Arc<dyn Runtime>) {
        loop {
            let changed = self.doors.listen();
            let rest = self.rest_left(runtime);
            if !rest.is_zero() {
                runtime.sleep(rest).await;
            } else if self.limit() == 0 {
                changed.await;
            } else {
                return;
            }
        }
    }

    /// Waits until a cool-down begins or the limit is zero.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn closed(&self, runtime: &Arc<dyn Runtime>) {
        loop {
            let changed = self.doors.listen();
            if !self.is_open(runtime) {
                return;
            }
            changed.await;
        }
    }

    /// As [`Self::permit`], but gives up, with nothing, when the lane closes before.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the line, nothing else.
    pub async fn permit_while_open(&self, runtime: &Arc<dyn Runtime>) -> Option<Permit> {
        match select(pin!(self.permit(runtime)), pin!(self.closed(runtime))).await {
            Either::Left((permit, _)) => Some(permit),
            Either::Right(((), _)) => None,
        }
    }

    /// Changes the limit at once.
    pub fn set_limit(&self, limit: usize) {
        self.queue.change(|state| state.limit = limit);
        self.doors.notify(usize::MAX);
    }

    /// How many requests may be open.
    pub fn limit(&self) -> usize {
        self.queue.read(|state| state.limit)
    }

    /// How many requests are open.
    pub fn open(&self) -> usize {
        self.queue.read(|state| state.open)
    }

    /// Lets everybody on this lane rest for `pause`; a longer rest already begun stays.
    pub fn cool_down(&self, runtime: &Arc<dyn Runtime>, pause: Duration) {
        let until = runtime.monotonic() + pause;
        self.queue.change(|state| state.rest_until = state.rest_until.max(until));
        self.doors.notify(usize::MAX);
    }

    fn is_open(&self, runtime: &Arc<dyn Runtime>) -> bool {
        self.limit() > 0 && self.rest_left(runtime).is_zero()
    }

    fn rest_left(&self, runtime: &Arc<dyn Runtime>) -> Duration {
        self.queue.read(|state| state.rest_until).saturating_sub(runtime.monotonic())
    }
}
