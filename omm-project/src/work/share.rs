//! A project's share of this worker: its limits, as they are now.

use crate::project::{Options, Project};
use chrono::{DateTime, Utc};
use omm_core::host::{Env, Limiter, Pace, Wire};
use std::{num::NonZeroU64, sync::Arc};

/// The limits of one project, in force for all that runs of it. Changed options are in force at once: permits that are given stay
/// given, and sockets that are open keep to the new pace.
#[derive(Clone, Debug)]
pub(super) struct Share {
    limiter: Limiter,
    pace: Pace,
}

impl Share {
    /// A part of what this worker has in all.
    pub(super) fn of(env: &Env, project: &Project) -> Self {
        let share = Self { limiter: env.limiter.part(usize::MAX), pace: Pace::new(None) };
        share.apply(&project.options);
        share
    }

    pub(super) fn apply(&self, options: &Options) {
        self.limiter.set_total(options.requests_at_once as usize);
        self.limiter.set_each(options.requests_per_server as usize);
        self.pace.set(options.bandwidth.and_then(NonZeroU64::new));
    }

    /// The same with less for one migration, where other workers have the rest.
    pub(super) fn part(&self, each_server: Option<usize>, in_all: Option<usize>) -> Self {
        let limiter = self.limiter.part(in_all.unwrap_or(usize::MAX));
        if let Some(each_server) = each_server {
            limiter.set_each(each_server);
        }
        Self { limiter, pace: self.pace.clone() }
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

/// Until when a project leaves the servers alone, if it does now.
pub(super) fn quiet_until(project: &Project, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    project.options.quiet_hours.as_ref()?.quiet_until(now)
}
