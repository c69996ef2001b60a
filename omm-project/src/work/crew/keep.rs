//! What is done, twice a second, about those who are at work.

use super::Crew;
use crate::{
    observe::trace,
    project::ProjectId,
    store::{MigrationKey, Part},
    work::{Progress, Wish, Worker, ending::Cut, share::quiet_until},
};
use omm_core::Result;
use std::{collections::HashSet, time::Duration};

/// Between two questions how limits are divided among all workers: what was changed is in force within a second.
const DIVIDED: Duration = Duration::from_millis(500);
/// For so many turns it is known who was served when.
const REMEMBERED: u64 = 100_000;

impl Worker {
    /// Applies what was changed about projects of which something runs.
    pub(in crate::work) async fn refresh(&self, crew: &mut Crew<'_>) -> Result<()> {
        let now = self.desk.clock.now();
        let busy: HashSet<ProjectId> = crew.taken.values().map(|taken| taken.project.clone()).collect();
        crew.known.retain(|id, _| busy.contains(id));
        // Whoever was served so long ago is like one who never was.
        let long_ago = crew.turns.saturating_sub(REMEMBERED);
        crew.served.retain(|_, turn| *turn > long_ago);
        for id in busy {
            let project = match self.desk.turns.project(&id).await {
                Ok(Some(project)) => project,
                Ok(None) => {
                    // It was erased while something of it runs.
                    crew.ask(&id, Cut::Wished(Wish::Stop));
                    continue;
                }
                Err(error) if crew.passes_over(&error) => {
                    trace::store_is_away(&error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            if project.held {
                crew.ask(&id, Cut::Drained);
            }
            if let Some(until) = quiet_until(&project, now) {
                crew.ask(&id, Cut::Quiet(until));
            }
            crew.changed(project);
        }
        Ok(())
    }

    /// Applies what was changed about what all projects together may have.
    pub(in crate::work) async fn keep_to_the_house(&self, crew: &mut Crew<'_>) -> Result<()> {
        let limits = match self.desk.turns.house_limits().await {
            Ok(limits) => limits,
            // Those that are known hold, and wishes are heard.
            Err(error) if crew.passes_over(&error) => {
                trace::store_is_away(&error);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let house = &self.desk.house;
        let may_run = limits.migrations_at_once.map_or(usize::MAX, |limit| limit as usize);
        let is_less = may_run < house.migrations();
        // Before they are known here: who cannot ask now asks at the next look.
        let staying = if is_less { self.desk.turns.staying(may_run).await? } else { None };
        if !house.apply(limits) {
            return Ok(());
        }
        // There may be more, for whoever was told that there is no room.
        crew.full.clear();
        match staying {
            Some(keys) => crew.keeps_these(&keys.into_iter().collect()),
            None if is_less => crew.keeps(may_run),
            None => {}
        }
        Ok(())
    }

    /// Passes on what somebody wishes of what runs.
    pub(in crate::work) async fn hear(&self, crew: &Crew<'_>) -> Result<()> {
        let keys: Vec<MigrationKey> = crew.taken.keys().copied().collect();
        if keys.is_empty() {
            return Ok(());
        }
        for (key, wish) in self.desk.turns.wishes(&keys).await? {
            if let Some(taken) = crew.taken.get(&key) {
                taken.handle.ask(Cut::Wished(wish));
            }
        }
        Ok(())
    }

    /// Says again that we are here; what is lost ends.
    pub(in crate::work) async fn hold(&self, crew: &Crew<'_>) -> Result<()> {
        let keys: Vec<MigrationKey> = crew.taken.keys().copied().collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.desk.journals.keep().await?;
        for key in self.desk.turns.hold(&keys).await? {
            if let Some(taken) = crew.taken.get(&key) {
                trace::lost(key);
                taken.handle.ask(Cut::Lost);
            }
        }
        Ok(())
    }

    /// Asks how much of what its project allows each may have now, where other workers have the rest.
    pub(in crate::work) async fn divide(&self, crew: &mut Crew<'_>) -> Result<()> {
        let at = self.desk.env.runtime.monotonic();
        if at < crew.divided.saturating_add(DIVIDED) {
            return Ok(());
        }
        crew.divided = at;
        let projects: Vec<ProjectId> = crew.known.keys().cloned().collect();
        for id in projects {
            let ours = crew.taken.iter_mut().filter(|(_, taken)| taken.project == id);
            let sliced = ours.filter_map(|(key, taken)| Some((*key, taken.slice.as_mut()?.in_force())));
            let sliced: Vec<(MigrationKey, Part)> = sliced.collect();
            if sliced.is_empty() {
                continue;
            }
            let parts = match self.desk.turns.parts(&id, &sliced).await {
                Ok(Some(parts)) => parts,
                Ok(None) => continue,
                Err(error) if crew.passes_over(&error) => {
                    trace::store_is_away(&error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            for (key, part) in parts.of {
                if let Some(slice) = crew.taken.get_mut(&key).and_then(|taken| taken.slice.as_mut()) {
                    slice.allow(part);
                }
            }
            crew.shared_by(&id, parts.workers);
        }
        Ok(())
    }

    /// Writes down how far everything is.
    pub(in crate::work) async fn tell(&self, crew: &Crew<'_>) -> Result<()> {
        let at = self.desk.env.runtime.monotonic();
        let news = crew.taken.iter().filter_map(|(key, taken)| Some((*key, taken.handle.news(at)?)));
        let news: Vec<(MigrationKey, Progress)> = news.collect();
        if news.is_empty() { Ok(()) } else { self.desk.turns.note(news).await }
    }
}
