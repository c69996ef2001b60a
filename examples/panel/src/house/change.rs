//! A project is changed as it is by now: of two who change it at once, the later one reads it again.

use super::Stores;
use crate::guard::failure::Failure;
use omm::{
    ErrorKind,
    project::{
        project::{Project, ProjectId},
        store::{By, Projects},
    },
};

/// Whoever comes too late so often is told to try again.
const ATTEMPTS: u32 = 3;

impl Stores {
    /// Changes it, and gives it back as it is stored now.
    ///
    /// # Errors
    /// [`Failure::LoggedOut`] when it is gone, [`Failure::Busy`] when others change it all the time.
    pub(crate) async fn change(
        &self,
        id: &ProjectId,
        by: &By,
        change: impl Fn(&mut Project) + Send,
    ) -> Result<Project, Failure> {
        for _ in 0..ATTEMPTS {
            let mut project = self.projects.project(id).await?.ok_or(Failure::LoggedOut)?;
            change(&mut project);
            match self.projects.change(&project, by).await {
                Err(error) if error.kind() == ErrorKind::Config => (),
                answer => return Ok(answer?),
            }
        }
        Err(Failure::Busy)
    }
}
