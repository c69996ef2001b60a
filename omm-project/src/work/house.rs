//! What a worker does beside its work: it erases what is to be kept no longer.

use super::{Worker, erase::erase_project};
use crate::{project::ProjectId, store::State};
use omm_core::Result;
use std::time::Duration;

/// Between two looks.
const BETWEEN: Duration = Duration::from_hours(1);
/// So many projects at a look. What runs waits meanwhile.
const AT_ONCE: u32 = 20;

/// When it was last looked after.
#[derive(Debug, Default)]
pub(super) struct House {
    next: Option<Duration>,
}

impl Worker {
    /// Once an hour: sessions that are over, attempts of long ago, and projects whose retention is over.
    pub(super) async fn keep_house(&self, house: &mut House) -> Result<()> {
        let runtime = &self.desk.env.runtime;
        let at = runtime.monotonic();
        if house.next.is_some_and(|next| at < next) {
            return Ok(());
        }
        house.next = Some(at + BETWEEN);
        let now = runtime.now();
        self.desk.turns.sweep(now).await?;
        for project in self.desk.turns.overdue(now, AT_ONCE).await? {
            if self.rests(&project).await? {
                // A journal that somebody reads just now is erased in an hour: nobody waits for that.
                let (turns, journals) = (self.desk.turns.as_ref(), self.desk.journals.as_ref());
                let erased = erase_project(turns, journals, &project, &self.by()).await;
                if let (Ok(_), Some(notifier)) = (erased, &self.desk.notifier) {
                    let _ = notifier.forget(project.as_str()).await;
                }
            }
        }
        Ok(())
    }

    /// Nothing of it runs, and nothing waits for a time that somebody named.
    async fn rests(&self, project: &ProjectId) -> Result<bool> {
        let counts = self.desk.turns.counts(project).await?;
        Ok([State::Running, State::Stopping, State::Scheduled].iter().all(|state| counts.of(*state) == 0))
    }
}
