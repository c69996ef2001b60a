//! Where everything is kept. Whoever keeps it elsewhere, in PostgreSQL say, changes this file and no other.

use super::{Lent, Preset, Settings, key, post};
use crate::guard::Fence;
use omm::{
    Omm, Result, Runtime, SqliteProjects, TokioRuntime,
    project::{
        notify::{Post, outbox::SqliteOutbox},
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
    pub(super) post: Arc<Post>,
    /// Whether there is a server for mails of projects that have none of their own.
    pub(super) has_mail: bool,
    at_once: usize,
}

impl Stores {
    /// Opens them, with the key that seals passwords in them.
    pub(super) async fn open(settings: &Settings) -> Result<(Self, Key)> {
        let mut servers = settings.servers.clone();
        servers.ports.extend(settings.presets.iter().filter_map(Preset::port));
        let runtime = Fence::new(TokioRuntime::current()?, servers);
        let lent = Lent::default();
        let omm =
            Omm::builder(runtime).state_dir(&settings.state_dir).credentials(lent.clone()).open().await?;
        let (projects, outbox) = (omm.projects().await?, omm.outbox().await?);
        let key = match key::read(&settings.key_file)? {
            Some(key) => key,
            None if projects.secrets(None, 1).await?.is_empty() => key::make(&settings.key_file)?,
            None => return Err(key::missing(&settings.key_file)),
        };
        let keys: Arc<dyn Keys> = Arc::new(KeyRing::new(key.clone()));
        let post = Arc::new(post::office(&omm, &projects, &outbox, &keys, settings.mail.as_ref())?);
        let stores = Self {
            projects,
            outbox,
            keys,
            post,
            has_mail: settings.mail.is_some(),
            lent,
            metrics: Metrics::default(),
            at_once: settings.at_once,
            omm,
        };
        Ok((stores, key))
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
        let worker: Worker = self.omm.worker(&self.projects, Arc::clone(&self.keys));
        let worker =
            worker.at_once(self.at_once).counting(self.metrics.clone()).telling_by(Arc::clone(&self.post));
        let worker = worker.telling(Arc::new(post::Nameless(Arc::clone(&self.post))));
        worker.run(Until::Stopped, stop).await
    }
}
