//! Journals beside the projects, each a file of its own.

use super::SqliteProjects;
use crate::work::{Journals, Opened};
use async_trait::async_trait;
use omm_core::{Result, options::Options, seam::AccountSpec};
use omm_store::Catalogue;

/// The journals of a state folder's projects: `omm status` and `omm report` know them as well.
#[derive(Clone, Debug)]
pub struct SqliteJournals {
    projects: SqliteProjects,
    catalogue: Catalogue,
}

impl SqliteJournals {
    /// Of projects and a catalogue of the same folder.
    pub fn new(projects: SqliteProjects, catalogue: Catalogue) -> Self {
        Self { projects, catalogue }
    }
}

#[async_trait]
impl Journals for SqliteJournals {
    async fn make(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<String> {
        let id = self.catalogue.new_id().await?;
        // Its name first: whoever dies before the migration has it leaves a journal that is found, and erased.
        self.projects.unnamed(id.as_str()).await?;
        Ok(self.catalogue.create_as(id, source, destination, options).await?.id)
    }

    async fn open(&self, name: &str) -> Result<Opened> {
        Journals::open(&self.catalogue, name).await
    }

    async fn erase(&self, name: &str) -> Result<()> {
        self.catalogue.erase(name).await
    }
}
