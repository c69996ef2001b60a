//! What the commands that work on a migration have in common: progress, stopping, and the report at the end.

use crate::{
    args::Global,
    exit::{Exit, Failure},
    output,
    progress::Progress,
    signals::stop_on_signal,
};
use omm::{ErrorKind, Listener, Omm, Report, Session, Stop};
use serde::Serialize;

/// What is shown while a session works, and what stops it.
pub(super) struct Work {
    progress: Progress,
    stop: Stop,
}

impl Work {
    /// Announces the migration and listens for signals.
    pub(super) fn begin(global: &Global, session: &Session) -> Result<Self, Failure> {
        let stop = stop_on_signal()?;
        announce(global, session)?;
        Ok(Self { progress: Progress::new(global), stop })
    }

    /// For the session's methods.
    pub(super) fn listener(&self) -> Listener {
        self.progress.listener()
    }

    /// For the session's methods.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Takes the bars away.
    pub(super) fn end(&self) {
        self.progress.end();
    }
}

/// Runs or retries, and tells how it ended.
pub(super) async fn copy(
    global: &Global,
    omm: &Omm,
    session: Session,
    again: Again,
) -> Result<Exit, Failure> {
    let work = Work::begin(global, &session)?;
    let outcome = match again {
        Again::NotFailed => session.run(work.listener(), work.stop()).await,
        Again::FailedToo => session.retry(work.listener(), work.stop()).await,
    };
    work.end();
    let id = session.id().to_owned();
    // The copies are safe whether the goodbye is heard or not.
    let _ = session.close().await;
    match outcome {
        Ok(report) => {
            show_report(global, &id, &report)?;
            Ok(Exit::of(&report))
        }
        Err(error) => {
            if matches!(error.kind(), ErrorKind::Stopped | ErrorKind::Credentials) {
                show_report(global, &id, &omm.report(&id).await?)?;
            }
            Err(error.into())
        }
    }
}

/// Which items a run offers.
#[derive(Clone, Copy)]
pub(super) enum Again {
    /// Those that failed may wait for their time.
    NotFailed,
    /// Those that failed, too.
    FailedToo,
}

/// The report as the command line asks for it.
pub(super) fn show_report(global: &Global, id: &str, report: &Report) -> Result<(), Failure> {
    match (global.json, global.quiet) {
        (true, _) => output::json(&ReportLine { event: "report", migration: id, report }),
        (false, true) => Ok(()),
        (false, false) => output::line(report.to_string().trim_end()),
    }
}

#[derive(Serialize)]
struct ReportLine<'a> {
    event: &'static str,
    migration: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct MigrationLine<'a> {
    event: &'static str,
    migration: &'a str,
    source: String,
    destination: String,
}

/// The id comes first and at once: it is needed to stop, to look on, and to go on.
fn announce(global: &Global, session: &Session) -> Result<(), Failure> {
    let (id, row) = (session.id(), session.row());
    let (source, destination) = (row.source.label(), row.destination.label());
    match (global.json, global.quiet) {
        (true, _) => output::json(&MigrationLine { event: "migration", migration: id, source, destination }),
        (false, true) => output::line(id),
        (false, false) => output::line(format!("migration {id}: {source} -> {destination}")),
    }
}
