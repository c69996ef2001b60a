//! How many requests may be open, per server, per part of the work and in all, changeable while running; and when a
//! server wants to rest.

mod lane;
mod line;

pub use lane::{Lane, Permit};

use line::{Lines, Part};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a lane: one server, as the connector tells it apart (`imap:mail.example.org:993`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LaneKey(pub Box<str>);

impl fmt::Display for LaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a lane is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaneNow {
    /// Which.
    pub key: LaneKey,
    /// How many requests may be open, of all parts.
    pub limit: usize,
    /// How many are.
    pub open: usize,
    /// How many were let in so far.
    pub granted: u64,
}

/// All lanes of a host, or a part of the work on them. Cloning gives another handle to the same lanes and the same part.
///
/// Parts have the lanes in common: what one part has open on a server counts for all. Where several wait for one server
/// they are let in by turns, so that a part with a thousand waiting does not keep one with a single request out.
#[derive(Clone, Debug)]
pub struct Limiter {
    lines: Lines,
    part: Part,
}

impl Limiter {
    /// Lanes that allow `default_limit` open requests each, at least one; in all, as many as they allow together.
    pub fn new(default_limit: usize) -> Self {
        let (lines, part) = Lines::new(default_limit.max(1));
        Self { lines, part }
    }

    /// A part of this work: the same lanes, and at most `limit` open requests on all of them together, which count in
    /// this limiter as well.
    #[must_use]
    pub fn part(&self, limit: usize) -> Self {
        Self { lines: self.lines.clone(), part: self.lines.part(&self.part, limit) }
    }

    /// The lane of a server, made at the first call.
    pub fn lane(&self, key: &LaneKey) -> Lane {
        Lane::new(self.lines.clone(), self.lines.lane(key), self.part.clone())
    }

    /// Changes a lane's limit at once, for all parts; permits already given are kept, zero is taken as a pause.
    pub fn set_limit(&self, key: &LaneKey, limit: usize) {
        self.lane(key).set_limit(limit);
    }

    /// Changes at once how much this part, or the whole, may have open on all lanes together; permits already given
    /// are kept, zero is taken as a pause.
    pub fn set_total(&self, limit: usize) {
        self.lines.set_total(&self.part, limit);
    }

    /// Changes at once how much this part, or the whole, may have open on each lane; a lane's own limit counts beside it.
    pub fn set_each(&self, limit: usize) {
        self.lines.set_each(&self.part, limit);
    }

    /// What every lane is doing, of all parts, in the order of their names.
    pub fn lanes(&self) -> Vec<LaneNow> {
        self.lines.lanes()
    }

    /// How many requests this part, or the whole, has open on all lanes together.
    pub fn open(&self) -> usize {
        self.lines.open_in(&self.part)
    }
}

#[cfg(test)]
mod tests;
