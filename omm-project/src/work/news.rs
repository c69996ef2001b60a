//! What a turn tells whoever is to be told.

use super::{
    ending::{Ending, Outcome},
    progress::Progress,
    turn::Desk,
};
use crate::{
    notify::{self, Event, Notice, Reason, Summary, Trouble},
    observe::trace,
    project::Project,
    store::{MigrationRow, State},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry},
};
use std::time::Duration;

/// So many turns a server may be out of reach before somebody is told: about half an hour.
const STAYS_AWAY: u32 = 3;

impl Desk {
    /// Tells. Whether anybody could be told or not, the migration goes its way.
    pub(super) async fn tell(&self, project: &Project, row: &MigrationRow, event: Event) {
        let Some(notifier) = &self.notifier else { return };
        // As its options are by now; of a project that was erased nothing is told.
        let Ok(Some(project)) = self.turns.project(&project.id).await else { return };
        if let Some(notice) = Notice::of_migration(&project, row, event, self.clock.now()) {
            // Untold is a value, and there is nobody here to hand it to but the log.
            trace::passed_over("a notice could not be filed", notifier.notify(&notice).await);
        }
    }
}

/// What is told of how a turn ended; nothing of what goes on by itself before anybody could do something.
pub(super) fn of(
    ending: &Ending,
    outcome: Option<&Result<Outcome>>,
    progress: Option<Progress>,
    took: Duration,
) -> Option<Event> {
    let how = match ending.state {
        State::Done => notify::Outcome::Done,
        State::DoneWithFailures => notify::Outcome::DoneWithFailures,
        State::Stopped => notify::Outcome::Stopped,
        State::Failed => notify::Outcome::Failed,
        State::Paused => return trouble(ending, outcome),
        _ => return None,
    };
    let report = outcome.and_then(|outcome| outcome.as_ref().ok()?.report());
    let mut summary = match report {
        Some(report) => Summary::of(report, how, took),
        None => summary(&progress.unwrap_or_default(), how, took),
    };
    summary.reason.clone_from(&ending.reason);
    Some(Event::Ended { summary })
}

fn trouble(ending: &Ending, outcome: Option<&Result<Outcome>>) -> Option<Event> {
    let Some(Err(error)) = outcome else { return None };
    let reason = match error.kind() {
        ErrorKind::Unreachable if is_to_be_told(error, ending.failed_turns) => Reason::Unreachable,
        kind => Reason::of(kind)?,
    };
    let remedy = ending.reason.clone().unwrap_or_default();
    Some(Event::NeedsPerson { trouble: Trouble { reason, side: error.side(), remedy } })
}

/// A server that cannot be reached mostly comes back by itself. That its name is wrong is told at once, and that it stays away after a
/// while; each once, though it is tried again.
fn is_to_be_told(error: &Error, failed_turns: u32) -> bool {
    failed_turns == if error.retry_advice() == Retry::Never { 1 } else { STAYS_AWAY }
}

/// Of a turn that came to no report.
fn summary(progress: &Progress, outcome: notify::Outcome, took: Duration) -> Summary {
    let items = &progress.items;
    Summary {
        outcome,
        grade: "-".to_owned(),
        found: items.found,
        copied: items.copied + items.adopted,
        copied_bytes: items.bytes,
        already_there: items.already_there,
        skipped: items.skipped,
        failed: items.failed,
        unsettled: 0,
        seconds: took.as_secs(),
        reason: None,
    }
}
