//! What all projects together may have.

use super::Invalid;
use serde::{Deserialize, Serialize};

/// Limits of the whole house: of all projects of a store together, whoever works on them. Each project's own count beside them.
/// Plain values: each may be changed while everything runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct HouseLimits {
    /// How many requests at once to one server; nothing: as many as the projects allow.
    pub requests_per_server: Option<u32>,
    /// How many requests at once in all.
    pub requests_at_once: Option<u32>,
    /// How many migrations run at once.
    pub migrations_at_once: Option<u32>,
}

const MOST: u32 = 1_000_000;

impl HouseLimits {
    /// What is wrong with them. Whoever wants nothing to run holds the projects.
    pub fn check(&self) -> Vec<Invalid> {
        let limits = [
            ("requests-per-server", self.requests_per_server),
            ("requests-at-once", self.requests_at_once),
            ("migrations-at-once", self.migrations_at_once),
        ];
        let outside = limits.into_iter().filter(|(_, limit)| limit.is_some_and(|n| n == 0 || n > MOST));
        let remedy = || format!("write a number from 1 to {MOST}, or none");
        outside.map(|(field, _)| Invalid::new(field, remedy())).collect()
    }
}
