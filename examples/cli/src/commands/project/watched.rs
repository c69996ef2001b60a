//! What is told of a worker beside its work: a line now and then, a log, counters.

use super::status;
use crate::{args::Global, exit::Failure};
use omm::{
    Omm, SqliteProjects,
    project::{observe::Metrics, project::ProjectId},
};
use std::{fs, path::PathBuf, time::Duration};
use tracing_subscriber::filter::LevelFilter;

/// Between two tellings.
const TELL: Duration = Duration::from_secs(10);

/// Who is told.
pub(super) struct Watched<'a> {
    pub(super) global: &'a Global,
    pub(super) omm: &'a Omm,
    pub(super) projects: &'a SqliteProjects,
    pub(super) project: &'a ProjectId,
    pub(super) metrics: Metrics,
    /// Where the counters go.
    pub(super) file: Option<PathBuf>,
}

impl Watched<'_> {
    /// Tells until it cannot any more.
    pub(super) async fn tell_on(&self) -> Failure {
        loop {
            if let Err(failure) = self.tell().await {
                return failure;
            }
            self.omm.env().runtime.sleep(TELL).await;
            if let Err(failure) = status::line(self.global, self.projects, self.project).await {
                return failure;
            }
        }
    }

    /// Writes the counters as they are.
    pub(super) async fn tell(&self) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = self.metrics.text(&self.omm.env().limiter, self.projects).await?;
        // Beside it first: whoever reads it reads the whole of it.
        let mut beside = file.clone().into_os_string();
        beside.push(".new");
        fs::write(&beside, text).and_then(|()| fs::rename(&beside, file)).map_err(|error| {
            Failure::Local(format!("cannot write the counters to {}: {error}", file.display()))
        })
    }
}

/// Begins the log.
pub(super) fn log(level: Option<LevelFilter>) {
    if let Some(level) = level {
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_target(false)
            .with_writer(std::io::stderr)
            .init();
    }
}
