//! How much a client may do.

use std::time::Duration;

/// A throttling policy. Nothing is limited unless said so.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// This many requests are answered, then one is refused, and so on.
    pub busy_after: Option<(u64, Busy)>,
    /// More items in one request than this fail with ErrorServerBusy from there on, the first ones are answered:
    /// budgets are checked after each item.
    pub items_per_request: Option<usize>,
    /// More items in one request are refused with a fault before anything is done.
    pub largest_batch: Option<usize>,
    /// Requests over this size are answered 413, as IIS does.
    pub largest_request: Option<usize>,
    /// More connections at once are answered 503.
    pub connections: Option<usize>,
    /// More requests at once fail with ErrorExceededConnectionCount.
    pub in_flight: Option<u64>,
    /// The most items of one page of FindItem and FindFolder; 1000 in real servers.
    pub find_count: Option<usize>,
    /// A page of more entries, or of more changes, is refused with this code.
    pub page: Option<(usize, &'static str)>,
    /// Every answer takes this long, in real time: not for simulations.
    pub latency: Duration,
}

/// How a server says that it is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Busy {
    /// A fault ErrorServerBusy, with BackOffMilliseconds when known.
    Fault(Option<u64>),
    /// A fault ErrorServerBusy that says nothing of a pause, behind a balancer that does: Retry-After, in seconds.
    FaultAndHeader(u64),
    /// ErrorServerBusy in each response message, with BackOffMilliseconds.
    Messages(u64),
    /// HTTP 503 or 429, with Retry-After in seconds when known.
    Status(u16, Option<u64>),
    /// ErrorTooManyObjectsOpened in each response message.
    TooManyObjectsOpened,
    /// A fault ErrorExceededConnectionCount.
    ConnectionCount,
    /// A fault ErrorTimeoutExpired in each response message: the batch was too large.
    Timeout,
}
