//! What is told to whoever subscribes to `tracing`. Texts are values of fields, which every subscriber quotes: a name with a
//! line break in it begins no line.

use crate::{
    sealed::KeyId,
    store::{MigrationKey, MigrationRow},
    work::Ending,
};
use chrono::TimeDelta;
use omm_core::{Error, event::Event, seam::AccountSpec};
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

/// That the store's clock is ahead of this machine's by so much, and by so much more than when it was last asked.
pub(crate) fn clocks_differ(ahead: TimeDelta, moved: TimeDelta) {
    let (seconds, moved) = (ahead.num_seconds(), moved.num_seconds());
    warn!(seconds, moved, "this machine's clock and the store's differ; the store's counts");
}

/// That a store which others share could not be asked. What it says is ours: no name and no address of anybody is in it.
pub(crate) fn store_is_away(error: &Error) {
    warn!(why = error.to_string(), "the store of projects could not be asked; it is asked again");
}

/// That a key is not here which sealed something that waits. Its name is no secret.
pub(crate) fn no_key(id: &KeyId) {
    warn!(
        key = id.as_str(),
        "passwords are sealed with a key that is not here; what needs them is left for whoever has it"
    );
}

/// That a migration was taken over, because nobody heard of us for too long.
pub(crate) fn lost(key: MigrationKey) {
    warn!(number = key.0, "not heard of for too long; another worker may have taken this migration over");
}

/// That a turn, within its span, was cut off from its servers because the lease of its journal ran out. Whatever it was told
/// by them then is no fault of theirs.
pub(crate) fn cut_off() {
    warn!("the lease ran out before it was renewed; nothing more is written, and another worker goes on");
}

/// What a turn ran into, within its span. What a server said may name accounts.
pub(crate) fn troubled(error: &Error) {
    let (kind, operation) = (error.kind().name(), error.operation());
    warn!(kind, side = ?error.side(), operation, "met trouble");
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
    info!(
        state = state.knowing(true).name(),
        again = again.map(tracing::field::display),
        failed_turns,
        "turn ended"
    );
    trace!(said = ending.reason, "turn ended");
}
