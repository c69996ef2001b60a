//! Projects in the state folder, and a worker for them.

use super::Omm;
#[cfg(feature = "discover")]
use crate::discovery::Finder;
use async_trait::async_trait;
use omm_core::{
    error::{Result, Side},
    host::Env,
    seam::{AccountSpec, Destination, Registry, Source},
};
use omm_project::{
    notify::{
        Post, Ways,
        outbox::{Outbox, SqliteOutbox},
    },
    sealed::Keys,
    store::{Projects, SqliteJournals, SqliteProjects, Turns},
    work::{Accounts, Journals, Worker},
};
use std::sync::Arc;

impl Omm {
    /// The projects of this state folder.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`](crate::ErrorKind::Journal).
    pub async fn projects(&self) -> Result<SqliteProjects> {
        SqliteProjects::open(self.catalogue.state_dir(), Arc::clone(&self.env.runtime)).await
    }

    /// A worker for the projects of this state folder, with everything that the host lends to this: limits, memory,
    /// connectors, and for `auto:` accounts whoever finds servers out. Its journals are those of this folder, so that
    /// [`Omm::status`] and [`Omm::report`] tell of its migrations by the names of their journals.
    pub fn worker(&self, projects: &SqliteProjects, keys: Arc<dyn Keys>) -> Worker {
        self.worker_of(Arc::new(projects.clone()), self.journals_of(projects), keys)
    }

    /// The journals of these projects of this state folder, as a worker keeps them.
    pub fn journals_of(&self, projects: &SqliteProjects) -> Arc<dyn Journals> {
        Arc::new(SqliteJournals::new(projects.clone(), self.catalogue.clone()))
    }

    /// The journals of this state folder, to erase migrations of projects with.
    pub fn journals(&self) -> Arc<dyn Journals> {
        Arc::new(self.catalogue.clone())
    }

    /// A worker for projects that lie elsewhere, with journals that lie elsewhere: in a database, say, which workers on many
    /// machines share. Else as [`Self::worker`].
    pub fn worker_of(
        &self,
        projects: Arc<dyn Turns>,
        journals: Arc<dyn Journals>,
        keys: Arc<dyn Keys>,
    ) -> Worker {
        let accounts = Opened {
            registry: self.registry.clone(),
            #[cfg(feature = "discover")]
            finder: self.finder.clone(),
        };
        Worker::new(projects, Arc::new(accounts), journals, keys, self.env.clone())
    }

    /// What is to be told and what was, of the projects of this state folder.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`](crate::ErrorKind::Journal).
    pub async fn outbox(&self) -> Result<SqliteOutbox> {
        SqliteOutbox::open(self.catalogue.state_dir(), Arc::clone(&self.env.runtime)).await
    }

    /// The post office of this state folder: it writes to people and programs as each project's options say, over the
    /// connections of this host. Hand it to the worker ([`Worker::telling_by`]). A host with its own mail server or
    /// templates makes one by hand of the same parts.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`](crate::ErrorKind::Journal).
    pub async fn post(&self, projects: &SqliteProjects, keys: Arc<dyn Keys>) -> Result<Post> {
        Ok(self.post_of(Arc::new(projects.clone()), Arc::new(self.outbox().await?), keys))
    }

    /// The same for projects, and notices, that lie elsewhere.
    pub fn post_of(&self, projects: Arc<dyn Projects>, outbox: Arc<dyn Outbox>, keys: Arc<dyn Keys>) -> Post {
        let ways = Ways::new(Arc::clone(&projects), keys, self.env.clone());
        Post::new(Arc::clone(&self.env.runtime), outbox, ways.carriers()).with_projects(projects)
    }
}

/// Opens accounts as [`Omm`] does.
struct Opened {
    registry: Registry,
    #[cfg(feature = "discover")]
    finder: Finder,
}

#[async_trait]
impl Accounts for Opened {
    #[cfg(feature = "discover")]
    async fn normalise(&self, account: &AccountSpec, side: Side, env: &Env) -> Result<AccountSpec> {
        let found = self.finder.find_out(env, account, side, &self.registry).await?;
        let mut normal = self.registry.normalise(&found.account, env).await?;
        normal.found_for.clone_from(&found.account.found_for);
        // Found out or not, the password lies where it lay.
        normal.credentials.clone_from(&account.credentials);
        Ok(normal)
    }

    #[cfg(not(feature = "discover"))]
    async fn normalise(&self, account: &AccountSpec, _: Side, env: &Env) -> Result<AccountSpec> {
        self.registry.normalise(account, env).await
    }

    async fn source(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>> {
        self.registry.source(account, env).await
    }

    async fn destination(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>> {
        self.registry.destination(account, env).await
    }
}
