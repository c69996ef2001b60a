//! What is told of a worker beside its work: a line now and then, a log, counters.

use super::{place::Place, status};
use crate::{args::Global, exit::Failure, output};
use omm::project::{observe::Metrics, project::ProjectId};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tracing_subscriber::filter::LevelFilter;

/// Between two tellings.
const TELL: Duration = Duration::from_secs(10);

/// Who is told.
pub(super) struct Watched<'a> {
    pub(super) global: &'a Global,
    pub(super) place: &'a Place,
    /// Of which lines are told.
    pub(super) project: Option<&'a ProjectId>,
    pub(super) metrics: Metrics,
    /// Where the counters go.
    pub(super) file: Option<PathBuf>,
}

impl Watched<'_> {
    /// Tells until it cannot any more.
    pub(super) async fn tell_on(&self) -> Failure {
        loop {
            self.tell().await;
            self.place.omm.env().runtime.sleep(TELL).await;
            let Some(project) = self.project else { continue };
            match status::line(self.global, &*self.place.projects, project).await {
                // Of a database that cannot be asked just now the worker makes what is to be made.
                Err(Failure::Sdk(error)) if self.place.is_shared() => {
                    output::note(&format!("cannot say how the project stands: {error}"));
                }
                Err(failure) => return failure,
                Ok(()) => {}
            }
        }
    }

    /// Writes the counters as they are. No migration stops because they cannot be written.
    pub(super) async fn tell(&self) {
        if let Some(file) = &self.file
            && let Err(why) = self.write(file).await
        {
            output::note(&format!("cannot write the counters to {}: {why}", file.display()));
        }
    }

    async fn write(&self, file: &Path) -> Result<(), String> {
        let text = self.metrics.text(&self.place.omm.env().limiter, &*self.place.projects).await;
        let text = text.map_err(|error| error.to_string())?;
        // Beside it first: whoever reads it reads the whole of it.
        let mut beside = file.as_os_str().to_owned();
        beside.push(".new");
        fs::write(&beside, text).and_then(|()| fs::rename(&beside, file)).map_err(|error| error.to_string())
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
