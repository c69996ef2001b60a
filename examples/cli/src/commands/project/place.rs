//! Where projects are kept: in the state folder, or in a database that workers on many machines share.

use crate::{args::Global, exit::Failure};
use omm::{
    Omm, Report,
    core::report::report,
    postgres::{PostgresJournals, PostgresOutbox, PostgresProjects, PostgresStore, Settings, Terms},
    project::{
        notify::{Post, outbox::Outbox},
        sealed::Keys,
        store::{Projects, Turns},
        work::{Journals, Worker},
    },
};
use std::sync::Arc;

/// Projects, and the journals of their migrations.
pub(super) struct Place {
    pub(super) omm: Omm,
    pub(super) projects: Arc<dyn Turns>,
    pub(super) journals: Arc<dyn Journals>,
    /// Who works here, for other people's messages.
    name: String,
    /// None where they are in the state folder.
    database: Option<PostgresStore>,
}

impl Place {
    /// To look at them, or to change them.
    pub(super) async fn look(global: &Global) -> Result<Self, Failure> {
        Self::of(global, crate::commands::look(global).await?, "omm".to_owned(), Terms::default()).await
    }

    /// To work on them under this name.
    pub(super) async fn of(global: &Global, omm: Omm, worker: String, terms: Terms) -> Result<Self, Failure> {
        let Some(address) = global.database.as_ref() else {
            let projects = omm.projects().await?;
            let (journals, projects) = (omm.journals_of(&projects), Arc::new(projects));
            return Ok(Self { omm, projects, journals, name: worker, database: None });
        };
        let mut settings = Settings::default();
        if let Some(connections) = global.database_connections {
            settings.connections = connections;
        }
        // Whoever stands still with a lock must not keep the others out for longer than his lease lasts.
        settings.stalled = settings.stalled.min(terms.held / 2);
        let runtime = Arc::clone(&omm.env().runtime);
        let store = PostgresStore::connect(address.as_str(), &settings, runtime).await?;
        let projects = PostgresProjects::open(&store, &worker, terms).await?;
        let journals = PostgresJournals::new(store.clone(), projects.worker(), terms);
        let (projects, journals) = (Arc::new(projects), Arc::new(journals));
        Ok(Self { omm, projects, journals, name: worker, database: Some(store) })
    }

    /// Whether workers on other machines may work on them as well.
    pub(super) fn is_shared(&self) -> bool {
        self.database.is_some()
    }

    pub(super) fn worker(&self, keys: Arc<dyn Keys>) -> Worker {
        self.omm.worker_of(Arc::clone(&self.projects), Arc::clone(&self.journals), keys).named(&self.name)
    }

    /// What is to be told and what was.
    pub(super) async fn outbox(&self) -> omm::Result<Arc<dyn Outbox>> {
        Ok(match &self.database {
            Some(store) => Arc::new(PostgresOutbox::open(store).await?),
            None => Arc::new(self.omm.outbox().await?),
        })
    }

    /// Who tells it.
    pub(super) async fn post(&self, keys: Arc<dyn Keys>) -> omm::Result<Post> {
        let projects: Arc<dyn Projects> = Arc::<dyn Turns>::clone(&self.projects);
        Ok(self.omm.post_of(projects, self.outbox().await?, keys))
    }

    /// What was done in the journal of this name.
    pub(super) async fn report(&self, journal: &str) -> Result<Report, Failure> {
        match &self.database {
            Some(store) => Ok(report(&store.observe(journal).await?).await?),
            None => Ok(self.omm.report(journal).await?),
        }
    }
}
