//! Counters of what workers do, in the words of Prometheus.

use super::now::Now;
use crate::store::{Projects, State};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    event::Event,
    host::Limiter,
};
use prometheus_client::{
    encoding::text::{encode_eof, encode_registry},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
};

/// One label, and its value.
pub(super) type Label = [(&'static str, &'static str); 1];

/// Counts what workers do: items, bytes, turns, waits. Cloning gives another handle to the same counters; several workers
/// of a process may share them.
///
/// ```
/// # use omm_project::{observe::Metrics, store::Projects};
/// # async fn page(metrics: &Metrics, limiter: &omm_core::host::Limiter, projects: &dyn Projects) -> omm_core::Result<String> {
/// // The body of `GET /metrics`, of type `application/openmetrics-text; version=1.0.0; charset=utf-8`.
/// metrics.text(limiter, projects).await
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    registry: Registry,
    items: Family<Label, Counter>,
    bytes: Counter,
    folders: Family<Label, Counter>,
    turns: Family<Label, Counter>,
    running: Gauge,
    waits: Counter,
    waited: Counter<f64, AtomicU64>,
}

impl Metrics {
    /// All of them as OpenMetrics text, with how many migrations of all projects are in each state and what every
    /// server is asked.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the store cannot be read.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn text(&self, limiter: &Limiter, projects: &dyn Projects) -> Result<String> {
        let now = Now::of(limiter, projects).await?;
        self.written(now).map_err(|fmt::Error| {
            Error::new(ErrorKind::Local, Side::Host, "write metrics", "there is no room for the text")
        })
    }

    fn written(&self, now: Now) -> Result<String, fmt::Error> {
        let (mut text, mut beside) = (String::new(), Registry::with_prefix("omm"));
        beside.register_collector(Box::new(now));
        encode_registry(&mut text, &self.0.registry)?;
        encode_registry(&mut text, &beside)?;
        encode_eof(&mut text)?;
        Ok(text)
    }

    /// A turn began; it is counted until [`Turn::ends`], or until it is dropped.
    pub(crate) fn begins(&self) -> Turn {
        self.0.running.inc();
        Turn(self.clone())
    }

    pub(crate) fn hears(&self, event: &Event) {
        let counters = &self.0;
        match event {
            Event::Progress { copied, adopted, already_there, skipped, failed, bytes, .. } => {
                let outcomes = [
                    ("copied", copied),
                    ("adopted", adopted),
                    ("already-there", already_there),
                    ("skipped", skipped),
                    ("failed", failed),
                ];
                for (outcome, count) in outcomes {
                    counters.items.get_or_create(&[("outcome", outcome)]).inc_by(*count);
                }
                counters.bytes.inc_by(*bytes);
            }
            Event::FolderFinished { .. } => {
                counters.folders.get_or_create(&DONE).inc();
            }
            Event::FolderFailed { .. } => {
                counters.folders.get_or_create(&FAILED).inc();
            }
            Event::Waiting { pause, .. } => {
                counters.waits.inc();
                counters.waited.inc_by(pause.as_secs_f64());
            }
            _ => (),
        }
    }
}

const DONE: Label = [("outcome", "done")];
const FAILED: Label = [("outcome", "failed")];

/// A turn that is counted as running.
pub(crate) struct Turn(Metrics);

impl Turn {
    /// It came to this.
    pub(crate) fn ends(self, state: State) {
        self.0.0.turns.get_or_create(&[("state", state.name())]).inc();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.running.dec();
    }
}

impl Default for Counters {
    fn default() -> Self {
        let mut counters = Self {
            registry: Registry::with_prefix("omm"),
            items: Family::default(),
            bytes: Counter::default(),
            folders: Family::default(),
            turns: Family::default(),
            running: Gauge::default(),
            waits: Counter::default(),
            waited: Counter::default(),
        };
        let registry = &mut counters.registry;
        registry.register(
            "items",
            "Items that were dealt with, by what became of them",
            counters.items.clone(),
        );
        registry.register_with_unit("copied", "Content copied", Unit::Bytes, counters.bytes.clone());
        registry.register("folders", "Folders that were worked on", counters.folders.clone());
        registry.register(
            "turns",
            "Turns that ended, by what the migration does since",
            counters.turns.clone(),
        );
        registry.register("turns_running", "Turns at work in this process", counters.running.clone());
        registry.register("waits", "Pauses that servers asked for or errors advised", counters.waits.clone());
        registry.register_with_unit("waited", "How long they were", Unit::Seconds, counters.waited.clone());
        counters
    }
}
