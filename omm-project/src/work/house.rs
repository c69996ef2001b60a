//! What a worker does beside its work: it erases what is to be kept no longer.

use super::{Worker, erase::bury};
use crate::observe::trace;
use chrono::{DateTime, Utc};
use futures::future::select;
use omm_core::{Result, host::Stop};
use std::{pin::pin, time::Duration};

/// Between two rounds.
const BETWEEN: Duration = Duration::from_hours(1);
/// So many projects are looked for at once.
const AT_ONCE: u32 = 20;
/// So many migrations are erased at once.
const MIGRATIONS: u32 = 500;

impl Worker {
    /// Goes round once an hour until the work is over. What cannot be erased is no reason to stop working.
    pub(super) async fn keep_house(&self, over: &Stop, stop: &Stop) {
        while !stop.requested() {
            trace::went_round(self.go_round(stop).await);
            if over.requested() {
                return;
            }
            select(self.desk.env.runtime.sleep(BETWEEN), pin!(over.wait())).await;
            if over.requested() {
                return;
            }
        }
    }

    /// Sessions that are over, attempts of long ago, migrations and projects whose retention is over, journals that nobody names;
    /// how many of these are left for the next round.
    async fn go_round(&self, stop: &Stop) -> Result<u64> {
        let turns = self.desk.turns.as_ref();
        // Not by this machine's own clock, which may be wrong by years.
        let now = self.desk.clock.ask(turns).await?;
        turns.sweep(now).await?;
        // One that cannot be done is no reason to leave the others undone.
        let migrations = self.retire_migrations(now, stop).await;
        let projects = self.retire_projects(now, stop).await;
        let left = bury(turns, self.desk.journals.as_ref(), stop).await;
        migrations.and(projects).and(left)
    }

    async fn retire_projects(&self, now: DateTime<Utc>, stop: &Stop) -> Result<()> {
        let turns = self.desk.turns.as_ref();
        loop {
            let overdue = turns.overdue(now, AT_ONCE).await?;
            let mut retired = 0;
            for project in &overdue {
                if !stop.requested() && turns.retire(project, now, &self.by()).await? {
                    retired += 1;
                    if let Some(notifier) = &self.desk.notifier {
                        // Letters that wait are of nothing any more; one that is not forgotten is only a letter.
                        trace::passed_over(
                            "notices of an erased project could not be forgotten",
                            notifier.forget(project.as_str()).await,
                        );
                    }
                }
            }
            if retired == 0 {
                return Ok(());
            }
        }
    }

    /// Each goes so long after its own last change, whatever happens in its project.
    async fn retire_migrations(&self, now: DateTime<Utc>, stop: &Stop) -> Result<()> {
        while !stop.requested() {
            let gone = self.desk.turns.retire_migrations(now, MIGRATIONS, &self.by()).await?;
            for key in &gone {
                if let Some(notifier) = &self.desk.notifier {
                    trace::passed_over(
                        "notices of an erased migration could not be forgotten",
                        notifier.forget_migration(&key.to_string()).await,
                    );
                }
            }
            if gone.len() < MIGRATIONS as usize {
                break;
            }
        }
        Ok(())
    }
}
