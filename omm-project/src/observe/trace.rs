//! What is told to whoever subscribes to `tracing`. Texts are values of fields, which every subscriber quotes: a name with a
//! line break in it begins no line.

use crate::{store::MigrationRow, work::Ending};
use omm_core::{event::Event, seam::AccountSpec};
use std::fmt;
use tracing::{Span, debug, info, info_span, trace, warn};

/// The span of a turn.
pub(crate) fn turn(row: &MigrationRow) -> Span {
    info_span!(
        "migration",
        number = row.key.0,
        source = server(&row.source),
        destination = server(&row.destination)
    )
}

/// What a run told, within the span of its turn.
pub(crate) fn tells(event: &Event) {
    match event {
        Event::RunStarted { sync_point, resumed } => info!(%sync_point, resumed, "run started"),
        Event::RunFinished { sync_point } => info!(%sync_point, "run complete"),
        Event::Recovered { found, not_found, unknowable } => {
            info!(found, not_found, unknowable, "writes in doubt are settled");
        }
        Event::FolderStarted { folder, items, .. } => {
            debug!(folder = folder.to_string(), items, "folder started")
        }
        Event::FolderFinished { folder } => debug!(folder = folder.to_string(), "folder done"),
        Event::FolderFailed { folder, message } => {
            warn!(folder = folder.to_string(), "folder failed");
            trace!(folder = folder.to_string(), said = message, "folder failed");
        }
        Event::ItemFailed { folder, item, failure } => {
            warn!(folder = folder.to_string(), kind = ?failure.kind, "item failed");
            trace!(folder = folder.to_string(), item, said = failure.message, "item failed");
        }
        Event::Waiting { reason, pause } => {
            info!(seconds = pause.as_secs_f64(), "waiting");
            trace!(said = reason, "waiting");
        }
        Event::Warning { message } => trace!(said = message, "warning"),
        Event::Progress { folder, copied, failed, bytes, .. } => {
            trace!(folder = folder.to_string(), copied, failed, bytes, "progress");
        }
        _ => (),
    }
}

/// How a round of the house went: how many journals are left to be erased.
pub(crate) fn went_round(left: omm_core::Result<u64>) {
    match left {
        Ok(0) => debug!("nothing is left that is to be erased"),
        Ok(left) => info!(left, "journals that somebody works on are erased the next time"),
        failed => passed_over("what is to be erased could not be", failed),
    }
}

/// What went wrong and stops nobody.
pub(crate) fn passed_over<T, E: fmt::Display>(what: &'static str, outcome: std::result::Result<T, E>) {
    if let Err(error) = outcome {
        warn!("{what}");
        trace!(said = error.to_string(), "{what}");
    }
}

/// The server of an account; of files only that they are files: a path may name whose they are.
fn server(account: &AccountSpec) -> &str {
    if account.login.is_empty() { &account.server_type } else { &account.server }
}

/// How a turn ended, within its span.
pub(crate) fn ends(ending: &Ending) {
    let Ending { state, again, failed_turns, .. } = ending;
    info!(state = state.name(), again = again.map(tracing::field::display), failed_turns, "turn ended");
    trace!(said = ending.reason, "turn ended");
}
