//! One account pair, ready to be worked on.

use crate::{
    error::Result,
    event::Listener,
    host::{Env, Stop},
    journal::Journal,
    options::Options,
    report::Report,
    seam::{Destination, Source},
};
use std::sync::Arc;

use super::{Level, Plan, UndoOptions, UndoOutcome, Verification, preview, run, undo, verify};

/// One migration: a source, a destination, and the journal that remembers what was done.
///
/// Every method is one future that spawns nothing. Dropping it at any moment is safe: the journal knows what was
/// begun, and the next call settles it before anything else.
#[derive(Clone)]
pub struct Migration {
    pub(super) source: Arc<dyn Source>,
    pub(super) destination: Arc<dyn Destination>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) env: Env,
    pub(super) options: Options,
    pub(super) listener: Listener,
    pub(super) stop: Stop,
}

impl Migration {
    /// A migration with default options, to which nobody listens.
    pub fn new(
        source: Arc<dyn Source>,
        destination: Arc<dyn Destination>,
        journal: Arc<dyn Journal>,
        env: Env,
    ) -> Self {
        let (options, listener, stop) = (Options::default(), Listener::none(), Stop::new());
        Self { source, destination, journal, env, options, listener, stop }
    }

    /// The same with options.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The same with a listener.
    #[must_use]
    pub fn with_listener(mut self, listener: Listener) -> Self {
        self.listener = listener;
        self
    }

    /// The same with a handle that stops it.
    #[must_use]
    pub fn with_stop(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// Ends both accounts' sessions politely. No call follows.
    ///
    /// # Errors
    /// The connectors'; what was copied is not in question.
    pub async fn close(&self) -> Result<()> {
        let source = self.source.close().await;
        self.destination.close().await.and(source)
    }

    /// What a run would do, without doing it. Writes nothing anywhere.
    ///
    /// # Errors
    /// When an account cannot be listed.
    pub async fn plan(&self) -> Result<Plan> {
        preview::preview(self).await
    }

    /// Copies what is missing: the first run, a later one, or the rest of an interrupted one.
    ///
    /// # Errors
    /// [`crate::error::ErrorKind::Stopped`] on request; otherwise when the run could not go on. What was copied
    /// stays, and the next run goes on from there. Items and folders that failed are in the report, not here.
    pub async fn run(&self) -> Result<Report> {
        run::run(self, false).await
    }

    /// A run that also offers every failed item again at once.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub async fn retry(&self) -> Result<Report> {
        run::run(self, true).await
    }

    /// Looks at every copy, or reads every copy, and notes what was found.
    ///
    /// # Errors
    /// When the destination cannot be read.
    pub async fn verify(&self, level: Level) -> Result<Verification> {
        verify::verify(self, level).await
    }

    /// Takes back what was done from a sync point on; with [`UndoOptions::dry_run`] only says what it would do.
    ///
    /// # Errors
    /// When an account or the journal cannot be read or written; what was undone so far is noted.
    pub async fn undo(&self, options: &UndoOptions) -> Result<UndoOutcome> {
        undo::undo(self, options).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sendable<T: Send>(_: impl FnOnce(&'static Migration) -> T) {}

    #[test]
    fn every_future_may_move_between_threads() {
        sendable(Migration::run);
        sendable(Migration::retry);
        sendable(Migration::plan);
        sendable(|migration| migration.verify(Level::Listed));
        sendable(|migration| {
            migration.undo(Box::leak(Box::new(UndoOptions::from(crate::model::SyncPoint(1)))))
        });
    }
}
