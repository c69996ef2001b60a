//! Ready-made queues on PostgreSQL behind one question: in which order does one worker come to these jobs?
//!
//! For `tests/promises.rs` alone: where a database of its own gives trouble, the test ends with that trouble.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod apalis_queue;
mod graphile_queue;

pub use apalis_queue::Apalis;
pub use graphile_queue::Graphile;

use serde::{Deserialize, Serialize};
use std::{
    future::Future,
    sync::{Arc, Mutex},
};

/// Somebody is to continue a migration of this project, which goes to this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub project: String,
    pub server: String,
}

impl Job {
    pub fn new(project: &str, server: &str) -> Self {
        Self { project: project.to_owned(), server: server.to_owned() }
    }
}

/// What a worker does with a job that he was handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Done,
    /// All that its server may have are at work: it waits for its turn again.
    PutBack,
}

pub type Judge = Arc<dyn Fn(&Job) -> Deed + Send + Sync>;

/// A queue in an empty database.
pub trait Queue {
    /// The jobs in the order in which one worker is handed them, the same one as often as he was. It ends when nothing is
    /// handed out any more, or with the last of `most`.
    fn order(
        &self,
        database: &str,
        jobs: Vec<Job>,
        judge: Judge,
        most: usize,
    ) -> impl Future<Output = Vec<Job>>;
}

/// What was handed out so far.
#[derive(Clone, Default)]
pub(crate) struct Handed(Arc<Mutex<Vec<Job>>>);

impl std::fmt::Debug for Handed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handed({})", self.count())
    }
}

impl Handed {
    pub(crate) fn note(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn all(&self) -> Vec<Job> {
        self.0.lock().unwrap().clone()
    }
}
