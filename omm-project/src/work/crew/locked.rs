//! What is sealed with a key that is not here: it is left, as it is, for whoever has the key.

use super::Crew;
use crate::{
    observe::trace,
    project::ProjectId,
    sealed::KeyId,
    store::{MigrationRow, Page, State},
    work::Worker,
};
use omm_core::{
    Result,
    error::{ErrorKind, Retry},
};
use std::{collections::BTreeMap, time::Duration};

/// Which keys are not here.
#[derive(Default)]
pub(super) struct Locked {
    /// And when they are asked for again: the host may have got them meanwhile.
    missing: BTreeMap<KeyId, Duration>,
    /// What was found when everything that waits was last looked through, and when it is again.
    looked: Option<(bool, Duration)>,
}

/// Between two questions for a key that was not here.
const AGAIN: Duration = Duration::from_mins(1);
const PAGE: u32 = 500;

impl Worker {
    /// Whether the passwords of a migration open here.
    pub(super) async fn opens(&self, crew: &mut Crew<'_>, row: &MigrationRow) -> bool {
        for sealed in [&row.source_password, &row.destination_password].into_iter().flatten() {
            if !self.has_key(&mut crew.locked, sealed.key()).await {
                return false;
            }
        }
        true
    }

    async fn has_key(&self, locked: &mut Locked, id: &KeyId) -> bool {
        let at = self.desk.env.runtime.monotonic();
        if locked.missing.get(id).is_some_and(|until| *until > at) {
            return false;
        }
        match self.desk.keys.named(id).await {
            Err(error) if (error.kind(), error.retry_advice()) == (ErrorKind::Credentials, Retry::Never) => {
                if locked.missing.insert(id.clone(), at.saturating_add(AGAIN)).is_none() {
                    trace::no_key(id);
                }
                false
            }
            // Whoever keeps the keys and cannot be asked just now is trouble that may go away: the turn tells it.
            _ => {
                locked.missing.remove(id);
                true
            }
        }
    }

    /// Whether anything waits that can be done here.
    pub(in crate::work) async fn is_waiting(&self, crew: &mut Crew<'_>) -> Result<bool> {
        let is_any = match &self.only {
            Some(project) => self.desk.turns.is_waiting_in(project).await?,
            None => self.desk.turns.is_waiting().await?,
        };
        if !is_any || crew.locked.missing.is_empty() {
            return Ok(is_any);
        }
        let at = self.desk.env.runtime.monotonic();
        if let Some((found, until)) = crew.locked.looked
            && until > at
        {
            return Ok(found);
        }
        let found = self.is_any_for_us(crew).await?;
        crew.locked.looked = Some((found, at.saturating_add(AGAIN)));
        Ok(found)
    }

    /// Looks through all that waits for its turn or for a time.
    async fn is_any_for_us(&self, crew: &mut Crew<'_>) -> Result<bool> {
        if let Some(project) = &self.only {
            return self.is_any_in(crew, project).await;
        }
        let mut after = None;
        loop {
            let projects = self.desk.turns.projects(after.as_ref(), PAGE).await?;
            let Some(last) = projects.last() else { return Ok(false) };
            after = Some(last.id.clone());
            for project in projects.iter().filter(|project| !project.held) {
                if self.is_any_in(crew, &project.id).await? {
                    return Ok(true);
                }
            }
        }
    }

    async fn is_any_in(&self, crew: &mut Crew<'_>, project: &ProjectId) -> Result<bool> {
        for state in [State::NotStarted, State::Waiting, State::Scheduled, State::Paused] {
            let mut page = Page::first(PAGE).in_state(state);
            loop {
                let rows = self.desk.turns.page(project, page).await?;
                let Some(last) = rows.last() else { break };
                page = page.behind(last.key);
                for row in rows.iter().filter(|row| state.is_in_line() || row.start.is_some()) {
                    if self.opens(crew, row).await {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}
