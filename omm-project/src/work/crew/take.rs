//! Who comes next.

use super::{Crew, Ended, Known, Taken};
use crate::{
    MailboxKey,
    observe::trace,
    project::{Project, ProjectId},
    store::{MigrationRow, Take},
    work::{
        Worker,
        share::{Share, quiet_until},
        turn::Handle,
    },
};
use futures::FutureExt;
use omm_core::Result;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tracing::Instrument;

/// A project of which something waits for its turn, and what, once somebody asked.
struct Waiting {
    project: ProjectId,
    rows: VecDeque<MigrationRow>,
    /// How many were asked for; 0 before anybody asked.
    asked: usize,
    /// Whether there are no more of them.
    is_all: bool,
    /// Whether any was left for whoever has its key.
    has_left: bool,
    /// Whether any was taken since they were asked for: what was filled by that is not among those that are asked for again.
    has_taken: bool,
}

/// So long a project is left alone of which other workers have all that is allowed.
const FULL: Duration = Duration::from_secs(1);
/// And so long one with which something is wrong.
const BROKEN: Duration = Duration::from_mins(1);
/// And one of which everything that waits is for whoever has its key.
const LEFT: Duration = Duration::from_secs(10);
/// So far is looked for something behind what is left.
const FARTHEST: usize = 20_000;

impl Waiting {
    fn of(project: ProjectId) -> Self {
        Self { project, rows: VecDeque::new(), asked: 0, is_all: false, has_left: false, has_taken: false }
    }

    /// How many are to be asked for next; nothing when those that were asked for are enough.
    fn next(&self, usual: usize) -> Option<usize> {
        match self.asked {
            0 => Some(usual),
            asked if self.has_left && !self.is_all && asked < FARTHEST => Some(asked.saturating_mul(8)),
            _ => None,
        }
    }
}

impl Worker {
    /// Takes what is due, as much as there is room for: each time of the project of which the least runs, so that a
    /// thousand of one do not keep another's first one waiting.
    pub(in crate::work) async fn take<'a>(&'a self, crew: &mut Crew<'a>) -> Result<()> {
        let at_once = self.at_once.min(self.desk.house.migrations());
        if crew.taken.len() >= at_once {
            return Ok(());
        }
        let now = self.desk.clock.ask(self.desk.turns.as_ref()).await?;
        let at = self.desk.env.runtime.monotonic();
        crew.full.retain(|_, until| *until > at);
        let is_meant = |id: &ProjectId| self.only.as_ref().is_none_or(|only| only == id);
        let due = self.desk.turns.due(now).await?.into_iter();
        let due = due.filter(|id| is_meant(id) && !crew.full.contains_key(id));
        let mut due: Vec<Waiting> = due.map(Waiting::of).collect();
        while crew.taken.len() < at_once {
            let next = due.iter().enumerate().min_by_key(|(_, waiting)| crew.share(&waiting.project));
            let Some((next, waiting)) =
                next.map(|(next, _)| next).and_then(|next| Some((next, due.get_mut(next)?)))
            else {
                break;
            };
            match self.take_one(crew, waiting).await {
                Ok(true) => {}
                Ok(false) => drop(due.remove(next)),
                Err(error) if crew.passes_over(&error) => {
                    trace::store_is_away(&error);
                    crew.full.insert(due.remove(next).project, at.saturating_add(BROKEN));
                }
                Err(error) => return Err(error),
            }
            // What is at work is not lost because there is much to take.
            self.hold(crew).await?;
        }
        Ok(())
    }

    /// Takes the first of a project's that may run; says whether there was one.
    async fn take_one<'a>(&'a self, crew: &mut Crew<'a>, waiting: &mut Waiting) -> Result<bool> {
        let id = &waiting.project;
        let Some(Known { project, share, .. }) = self.known(crew, id).await? else { return Ok(false) };
        let is_quiet = quiet_until(&project, self.desk.clock.now()).is_some();
        if project.held || is_quiet || crew.of(id) >= project.options.migrations_at_once as usize {
            return Ok(false);
        }
        while let Some(row) = self.next_row(crew, waiting).await? {
            let id = &waiting.project;
            let destination = MailboxKey::of(&row.destination);
            if crew.writes_into(destination) {
                continue;
            }
            let (share, slice) = match self.desk.turns.take(id, &row, &self.by()).await? {
                Take::Taken { part: None, .. } => (share.clone(), None),
                Take::Taken { part: Some(part), workers } => {
                    crew.shared_by(id, workers);
                    let (share, slice) = share.slice(part);
                    (share, Some(slice))
                }
                Take::Gone => continue,
                Take::Full if waiting.has_taken => {
                    waiting.rows.clear();
                    (waiting.asked, waiting.has_taken) = (0, false);
                    continue;
                }
                Take::Full => {
                    let until = self.desk.env.runtime.monotonic().saturating_add(FULL);
                    crew.full.insert(id.clone(), until);
                    return Ok(false);
                }
            };
            let (handle, turn) = (Handle::default(), crew.turns + 1);
            let taken = Taken { project: id.clone(), destination, handle, turn, slice };
            self.begin(crew, project, share, row, taken);
            waiting.has_taken = true;
            return Ok(true);
        }
        Ok(false)
    }

    /// The next of a project's whose passwords open here.
    async fn next_row(&self, crew: &mut Crew<'_>, waiting: &mut Waiting) -> Result<Option<MigrationRow>> {
        loop {
            while let Some(row) = waiting.rows.pop_front() {
                if self.opens(crew, &row).await {
                    return Ok(Some(row));
                }
                waiting.has_left = true;
            }
            let id = &waiting.project;
            let Some(next) = waiting.next(self.at_once.saturating_mul(2)) else {
                if waiting.has_left {
                    let until = self.desk.env.runtime.monotonic().saturating_add(LEFT);
                    crew.full.insert(id.clone(), until);
                }
                return Ok(None);
            };
            let rows = match self.desk.turns.first(id, next).await {
                Ok(rows) => rows,
                // It was erased since the look before.
                Err(_) if self.desk.turns.project(id).await?.is_none() => return Ok(None),
                Err(error) => return Err(error),
            };
            if rows.is_empty() {
                // What waits cannot go where it leads just now: it is not asked for again at each look.
                let until = self.desk.env.runtime.monotonic().saturating_add(FULL);
                crew.full.insert(id.clone(), until);
            }
            (waiting.is_all, waiting.asked, waiting.rows) = (rows.len() < next, next, rows);
        }
    }

    fn begin<'a>(
        &'a self,
        crew: &mut Crew<'a>,
        project: Arc<Project>,
        share: Share,
        row: MigrationRow,
        taken: Taken,
    ) {
        let (handle, key) = (taken.handle.clone(), row.key);
        crew.turns = taken.turn;
        crew.served.insert(project.id.clone(), crew.turns);
        crew.taken.insert(key, taken);
        let (counted, span) = (self.desk.metrics.begins(), trace::turn(&row));
        let turn = async move {
            let ending = self.desk.turn(&project, &share, row, &handle).await;
            // By now it was begun, and is told from what never was.
            counted.ends(ending.state.knowing(true));
            trace::ends(&ending);
            Ended { key, ending }
        };
        crew.fresh.push(turn.instrument(span).boxed());
    }

    async fn known(&self, crew: &mut Crew<'_>, id: &ProjectId) -> Result<Option<Known>> {
        if let Some(known) = crew.known.get(id) {
            return Ok(Some(known.clone()));
        }
        let Some(project) = self.desk.turns.project(id).await? else { return Ok(None) };
        let share = Share::of(&self.desk.house, &project, 1);
        let known = Known { project: Arc::new(project), share, workers: 1 };
        crew.known.insert(id.clone(), known.clone());
        Ok(Some(known))
    }
}
