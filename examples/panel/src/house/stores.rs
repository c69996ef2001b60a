//! Where everything is kept. Whoever keeps it elsewhere, in PostgreSQL say, changes this file and no other.

use super::{Lent, Settings};
use crate::guard::Fence;
use omm::{
    Omm, Result, Runtime, SqliteProjects, TokioRuntime,
    project::{
        notify::outbox::SqliteOutbox,
        observe::Metrics,
        sealed::{Key, KeyRing, Keys},
        store::Projects,
        work::{Until, Worker},
    },
};
use std::sync::Arc;

/// The state folder, its projects, and what goes with them.
pub(crate) struct Stores {
    pub(crate) omm: Omm,
    pub(crate) projects: SqliteProjects,
    pub(crate) outbox: SqliteOutbox,
    pub(crate) keys: Arc<dyn Keys>,
    pub(crate) lent: Lent,
    pub(crate) metrics: Metrics,
    at_once: usize,
}

impl Stores {
    pub(super) async fn open(settings: &Settings, key: Key) -> Result<Self> {
        let runtime = Fence::new(TokioRuntime::current()?, settings.servers.clone());
        let lent = Lent::default();
        let omm =
            Omm::builder(runtime).state_dir(&settings.state_dir).credentials(lent.clone()).open().await?;
        Ok(Self {
            projects: omm.projects().await?,
            outbox: omm.outbox().await?,
            keys: Arc::new(KeyRing::new(key)),
            lent,
            metrics: Metrics::default(),
            at_once: settings.at_once,
            omm,
        })
    }

    /// The projects, for whoever shares them.
    pub(crate) fn shared(&self) -> Arc<dyn Projects> {
        Arc::new(self.projects.clone())
    }

    pub(crate) fn runtime(&self) -> Arc<dyn Runtime> {
        Arc::clone(&self.omm.env().runtime)
    }

    /// Works on migrations until it is asked to stop.
    ///
    /// # Errors
    /// As for [`Worker::run`].
    pub(crate) async fn work(&self, stop: &omm::Stop) -> Result<()> {
        let post = Arc::new(self.omm.post(&self.projects, Arc::clone(&self.keys)).await?);
        let worker: Worker = self.omm.worker(&self.projects, Arc::clone(&self.keys));
        let worker = worker.at_once(self.at_once).counting(self.metrics.clone()).telling_by(post);
        worker.run(Until::Stopped, stop).await
    }
}
