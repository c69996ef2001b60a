//! One server's share, as one part of the work sees it.

use super::line::{LaneId, Lines, Part};
use crate::host::Runtime;
use futures::future::{Either, select};
use std::{pin::pin, sync::Arc, time::Duration};

/// One server's share: a number of permits and a cool-down.
#[derive(Clone, Debug)]
pub struct Lane {
    lines: Lines,
    id: LaneId,
    part: Part,
}

/// The right to one request. Take it just before, drop it just after; never ask for one while holding one.
#[derive(Debug)]
pub struct Permit {
    lines: Lines,
    id: LaneId,
    part: Part,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.lines.give_back(self.id, &self.part);
    }
}

impl Lane {
    pub(super) fn new(lines: Lines, id: LaneId, part: Part) -> Self {
        Self { lines, id, part }
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
            self.lines.take(self.id, &self.part).await;
            let permit = Permit { lines: self.lines.clone(), id: self.id, part: self.part.clone() };
            // The cool-down may have begun while this one stood in line.
            if self.rest_left(runtime).is_zero() {
                return permit;
            }
        }
    }

    /// Waits until no cool-down is left and no limit is zero, without taking a permit: for those who are about to set
    /// something aside that others could use meanwhile.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn open_again(&self, runtime: &Arc<dyn Runtime>) {
        loop {
            let changed = self.lines.doors();
            let rest = self.rest_left(runtime);
            if !rest.is_zero() {
                runtime.sleep(rest).await;
            } else if self.lines.is_shut(self.id, &self.part) {
                changed.await;
            } else {
                return;
            }
        }
    }

    /// Waits until a cool-down begins or a limit is zero.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn closed(&self, runtime: &Arc<dyn Runtime>) {
        loop {
            let changed = self.lines.doors();
            if self.lines.is_shut(self.id, &self.part) || !self.rest_left(runtime).is_zero() {
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

    /// Changes the limit at once, for all parts.
    pub fn set_limit(&self, limit: usize) {
        self.lines.set_limit(self.id, limit);
    }

    /// How many requests may be open, of all parts.
    pub fn limit(&self) -> usize {
        self.lines.counts(self.id).0
    }

    /// How many requests are open, of all parts.
    pub fn open(&self) -> usize {
        self.lines.counts(self.id).1
    }

    /// Lets everybody on this lane rest for `pause`; a longer rest already begun stays.
    pub fn cool_down(&self, runtime: &Arc<dyn Runtime>, pause: Duration) {
        self.lines.rest_until(self.id, runtime.monotonic() + pause);
    }

    fn rest_left(&self, runtime: &Arc<dyn Runtime>) -> Duration {
        self.lines.rest(self.id).saturating_sub(runtime.monotonic())
    }
}
