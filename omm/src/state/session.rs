//! A migration that this process owns, with its accounts open.

use omm_core::{
    engine::{Level, Migration, UndoOptions, UndoOutcome, Verification},
    error::Result,
    event::Listener,
    host::Stop,
    options::Options,
    report::Report,
    seam::{Destination, Source},
};
use omm_store::{Catalogue, MigrationRow};
use std::{fmt, sync::Arc};

/// One migration, owned by this process until the session is dropped: nobody else can write its state.
///
/// Every method but [`Session::close`] may be called again. Dropping one of their futures is safe; the next call
/// settles what was begun.
pub struct Session {
    row: MigrationRow,
    migration: Migration,
    source: Arc<dyn Source>,
    destination: Arc<dyn Destination>,
    catalogue: Catalogue,
}

impl Session {
    pub(super) fn new(
        row: MigrationRow,
        migration: Migration,
        source: Arc<dyn Source>,
        destination: Arc<dyn Destination>,
        catalogue: Catalogue,
    ) -> Self {
        Self { row, migration, source, destination, catalogue }
    }

    /// The migration's id: short, and easy to read out.
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// What the state says about the migration.
    pub fn row(&self) -> &MigrationRow {
        &self.row
    }

    /// The engine's migration, for everything that is not offered here.
    pub fn migration(&self) -> &Migration {
        &self.migration
    }

    /// The same with other options, for as long as this session lives; [`crate::Omm::set_options`] changes them for
    /// later ones.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.migration = self.migration.with_options(options);
        self
    }

    /// Copies what is missing: the first run, a later one, or the rest of an interrupted one.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Stopped`] on request; otherwise when the run could not go on. What was copied stays,
    /// and the next run goes on from there. Items and folders that failed are in the report, not here.
    pub async fn run(&self, listener: Listener, stop: Stop) -> Result<Report> {
        let outcome = self.with(listener, stop).run().await;
        // A hint that cannot be stored costs the next run a look, and this one nothing.
        let _ = self.remember().await;
        outcome
    }

    /// A run that also offers every failed item again at once.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub async fn retry(&self, listener: Listener, stop: Stop) -> Result<Report> {
        let outcome = self.with(listener, stop).retry().await;
        let _ = self.remember().await;
        outcome
    }

    /// Looks at every copy, or reads every copy, and notes what was found.
    ///
    /// # Errors
    /// When the destination cannot be read.
    pub async fn verify(&self, level: Level, listener: Listener, stop: Stop) -> Result<Verification> {
        self.with(listener, stop).verify(level).await
    }

    /// Takes back what was done from a sync point on; with [`UndoOptions::dry_run`] only says what it would do.
    ///
    /// # Errors
    /// When an account or the state cannot be read or written; what was undone so far is noted.
    pub async fn undo(&self, options: &UndoOptions, listener: Listener, stop: Stop) -> Result<UndoOutcome> {
        self.with(listener, stop).undo(options).await
    }

    /// Ends the connections politely. Not needed for safety.
    ///
    /// # Errors
    /// The first one that a connector reports; it changes nothing.
    pub async fn close(self) -> Result<()> {
        let source = self.source.close().await;
        self.destination.close().await.and(source)
    }

    /// Stores what the connectors learned about their accounts, however the run ended.
    async fn remember(&self) -> Result<()> {
        let (source, destination) = (self.source.learned().settings, self.destination.learned().settings);
        // As it is now: the options may have been changed since.
        let Some(mut row) = self.catalogue.get(&self.row.id).await? else { return Ok(()) };
        let news = [(&mut row.source.learned, source), (&mut row.destination.learned, destination)];
        let mut is_new = false;
        for (known, learned) in news {
            // A connection that was never opened has learned nothing, which takes nothing back.
            if !learned.is_empty() && *known != learned {
                (*known, is_new) = (learned, true);
            }
        }
        if is_new { self.catalogue.update(&row).await } else { Ok(()) }
    }

    fn with(&self, listener: Listener, stop: Stop) -> Migration {
        self.migration.clone().with_listener(listener).with_stop(stop)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.row.id).finish_non_exhaustive()
    }
}
