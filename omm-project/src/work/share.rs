//! A project's share of this worker: its limits, as they are now.

use crate::{
    project::{HouseLimits, Options, Project},
    store::Part,
};
use chrono::{DateTime, Utc};
use omm_core::host::{Env, Limiter, Pace, Wire};
use std::{
    num::NonZeroU64,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What all projects together may have of this worker, in force for all that runs here. With what other workers have it is
/// counted where migrations are taken, and their parts divided.
#[derive(Debug)]
pub(super) struct House {
    limiter: Limiter,
    limits: Mutex<HouseLimits>,
}

/// The limits of one project, in force for all that runs of it. Changed options are in force at once: permits that are given stay
/// given, and sockets that are open keep to the new pace.
#[derive(Clone, Debug)]
pub(super) struct Share {
    limiter: Limiter,
    pace: Pace,
}

/// What one migration may have of a share, where other workers have the rest.
#[derive(Debug)]
pub(super) struct Slice {
    limiter: Limiter,
    allowed: Part,
    /// What was let in before less was allowed is open still: so much there may be.
    in_force: Part,
}

impl House {
    /// All that this worker has.
    pub(super) fn of(env: &Env) -> Self {
        Self { limiter: env.limiter.part(usize::MAX), limits: Mutex::default() }
    }

    /// These are in force from now on. Says whether they are others than before.
    pub(super) fn apply(&self, limits: HouseLimits) -> bool {
        let before = std::mem::replace(&mut *self.lock(), limits);
        if before == limits {
            return false;
        }
        let most = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit as usize);
        self.limiter.set_each(most(limits.requests_per_server));
        self.limiter.set_total(most(limits.requests_at_once));
        true
    }

    /// How many migrations may run.
    pub(super) fn migrations(&self) -> usize {
        self.lock().migrations_at_once.map_or(usize::MAX, |limit| limit as usize)
    }

    fn lock(&self) -> MutexGuard<'_, HouseLimits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// A part of what all projects may have here, of a project that so many workers have something of.
    pub(super) fn of(house: &House, project: &Project, workers: usize) -> Self {
        let share = Self { limiter: house.limiter.part(usize::MAX), pace: Pace::new(None) };
        share.apply(&project.options, workers);
        share
    }

    pub(super) fn apply(&self, options: &Options, workers: usize) {
        self.limiter.set_total(options.requests_at_once as usize);
        self.limiter.set_each(options.requests_per_server as usize);
        let each =
            |bandwidth: u64| NonZeroU64::new(bandwidth / workers.max(1) as u64).unwrap_or(NonZeroU64::MIN);
        self.pace.set(options.bandwidth.map(each));
    }

    /// The same for one migration, and a hold on its part of it.
    pub(super) fn slice(&self, part: Part) -> (Self, Slice) {
        let limiter = self.limiter.part(part.in_all);
        limiter.set_each(part.each_server);
        let slice = Slice { limiter: limiter.clone(), allowed: part, in_force: part };
        (Self { limiter, pace: self.pace.clone() }, slice)
    }

    /// What one migration of the project is lent: everything of the worker's, within the project's limits.
    pub(super) fn env(&self, env: &Env) -> Env {
        let wire = Wire::over(Arc::clone(&env.runtime)).paced(self.pace.clone());
        let mut lent = env.clone();
        lent.runtime = Arc::new(wire);
        lent.limiter = self.limiter.clone();
        lent
    }
}

impl Slice {
    /// As much may be open now.
    pub(super) fn in_force(&mut self) -> Part {
        let open = self.limiter.open();
        let most = |allowed: usize, before: usize| allowed.max(open.min(before));
        self.in_force = Part {
            each_server: most(self.allowed.each_server, self.in_force.each_server),
            in_all: most(self.allowed.in_all, self.in_force.in_all),
        };
        self.in_force
    }

    pub(super) fn allow(&mut self, part: Part) {
        self.limiter.set_each(part.each_server);
        self.limiter.set_total(part.in_all);
        self.allowed = part;
        let most = |one: usize, other: usize| one.max(other);
        self.in_force = Part {
            each_server: most(self.in_force.each_server, part.each_server),
            in_all: most(self.in_force.in_all, part.in_all),
        };
    }
}

/// Until when a project leaves the servers alone, if it does now.
pub(super) fn quiet_until(project: &Project, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    project.options.quiet_hours.as_ref()?.quiet_until(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use omm_core::host::LaneKey;
    use omm_testkit::sim::SimRuntime;

    // Would catch: a part that is given to somebody else while the request that it was lowered under is still open.
    #[test]
    fn less_is_in_force_when_what_was_let_in_has_left() {
        let (limiter, runtime) = (Limiter::new(9), SimRuntime::new().shared());
        let share = Share { limiter: limiter.part(usize::MAX), pace: Pace::new(None) };
        let part = |each_server, in_all| Part { each_server, in_all };
        let (share, mut slice) = share.slice(part(3, 6));
        let lane = share.limiter.lane(&LaneKey("imap:h".into()));
        let mut permits: Vec<_> = (0..3).filter_map(|_| lane.permit(&runtime).now_or_never()).collect();
        assert_eq!(permits.len(), 3);
        slice.allow(part(1, 2));
        assert_eq!(slice.in_force(), part(3, 3));
        permits.pop();
        assert_eq!(slice.in_force(), part(2, 2));
        permits.clear();
        assert_eq!(slice.in_force(), part(1, 2));
        slice.allow(part(5, 5));
        assert_eq!(slice.in_force(), part(5, 5));
    }
}
