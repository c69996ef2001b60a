//! Flags: only those that we set.

use super::{PAGE, Undo};
use crate::{
    engine::patience::Visit,
    error::Result,
    journal::{Copy, Entry, Fact, FlagChangeRow},
    model::FlagDelta,
    seam::Flagged,
};
use std::collections::VecDeque;

impl Undo<'_, '_> {
    pub(super) async fn flags(&mut self) -> Result<()> {
        let mut before = None;
        loop {
            self.run.dest.stop.check()?;
            let rows = self.run.pen.journal().flag_changes(self.options.from, before, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            before = Some(last.row);
            let mut rows = VecDeque::from(rows);
            while !rows.is_empty() {
                // Newest first, and no item twice in one request: two changes of one item are taken back in order.
                let mut round: Vec<FlagChangeRow> = Vec::new();
                while let Some(row) = rows.pop_front() {
                    if round.iter().any(|other| other.key == row.key) {
                        rows.push_front(row);
                        break;
                    }
                    round.push(row);
                }
                self.restore_flags(round).await?;
            }
        }
    }

    async fn restore_flags(&mut self, round: Vec<FlagChangeRow>) -> Result<()> {
        let run = self.run;
        let keys: Vec<_> = round.iter().map(|row| row.key).collect();
        let entries = run.pen.journal().entries(&keys).await?;
        let mut ours: Vec<(Entry, FlagDelta)> = Vec::new();
        let mut changes: Vec<(Copy, FlagDelta)> = Vec::new();
        for (row, entry) in round.into_iter().zip(entries) {
            let Some((entry, copy)) = entry.and_then(|entry| entry.copy.clone().map(|copy| (entry, copy)))
            else {
                continue;
            };
            // A copy that the dry run only would have deleted has no flags to take back.
            if self.options.dry_run && copy.sent >= self.options.from && !copy.adopted {
                continue;
            }
            changes.push((copy, row.delta.inverse()));
            ours.push((entry, row.delta));
        }
        if self.options.dry_run {
            self.outcome.flags_restored += ours.len() as u64;
            return Ok(());
        }
        // Durable before the act: a run after half an undo sees at the source what was taken back here. The act may be
        // repeated without harm.
        let restored = |(entry, undone): &(Entry, FlagDelta)| {
            run.pen.record(entry.key, Fact::FlagsRestored { undone: undone.clone() })
        };
        run.pen.items(ours.iter().map(restored).collect()).await?;
        let outcomes = run.set_flags(&mut Visit::default(), &changes).await?;
        let mut stand = Vec::new();
        for ((entry, undone), outcome) in ours.into_iter().zip(outcomes) {
            match outcome {
                Ok(outcome) => {
                    self.outcome.flags_restored += 1;
                    if let Flagged::Revised { revision, .. } = outcome {
                        stand.push(run.pen.record(entry.key, Fact::Shown { revision }));
                    }
                }
                Err(error) => {
                    self.leave(&entry, format!("its flags could not be taken back: {error}"));
                    stand.push(run.pen.record(entry.key, Fact::FlagsRestored { undone: undone.inverse() }));
                }
            }
        }
        run.pen.items(stand).await
    }
}
