//! The notices of projects: of whom they tell, and to whom they go.

use super::{About, Event, Notice, Recipient, Totals, ways::HOOK};
use crate::{
    project::{Mail, Project, Told},
    store::{Counts, MigrationRow, State},
};
use chrono::{DateTime, Utc};

impl Notice {
    /// That a project was made, with its id and its link. Nothing when nobody is to be told.
    pub fn created(project: &Project) -> Option<Self> {
        let about = about(project);
        Self::of(project, about, Event::Created, 0, project.created)
    }

    /// What happened to a migration of a project; nothing when nobody is to be told. The same event of the same piece of work
    /// ([`MigrationRow::asked`]) is the same notice, however often a worker dies and another one comes to the same end.
    pub fn of_migration(
        project: &Project,
        row: &MigrationRow,
        event: Event,
        at: DateTime<Utc>,
    ) -> Option<Self> {
        let about = About { migration: Some(row.key.to_string()), name: name(row), ..about(project) };
        Self::of(project, about, event, row.asked, at)
    }

    fn of(project: &Project, about: About, event: Event, occurrence: u64, at: DateTime<Utc>) -> Option<Self> {
        let notices = &project.options.notices;
        if notices.told == Told::Trouble && !event.is_urgent() {
            return None;
        }
        let mut to = Vec::new();
        if notices.mail != Mail::None {
            to.push(Recipient::mail(&project.contact, &notices.language));
        }
        if notices.webhook.is_some() {
            to.push(Recipient::webhook(HOOK));
        }
        (!to.is_empty()).then_some(Self { event, about, occurrence, at, to })
    }
}

impl From<Counts> for Totals {
    fn from(counts: Counts) -> Self {
        let of = |states: &[State]| states.iter().map(|state| counts.of(*state)).sum();
        Self {
            migrations: counts.all(),
            waiting: of(&[State::NotStarted, State::Waiting, State::Scheduled]),
            running: of(&[State::Running, State::Stopping]),
            paused: of(&[State::Paused, State::Stopped]),
            done: of(&[State::Done]),
            done_with_failures: of(&[State::DoneWithFailures]),
            failed: of(&[State::Failed]),
        }
    }
}

fn about(project: &Project) -> About {
    let id = project.id.as_str();
    let link = project.options.notices.link.as_ref().map(|link| link.replace("{project}", id));
    About { link, ..About::project(id, &project.name) }
}

/// Both logins, or the paths where there are none.
fn name(row: &MigrationRow) -> String {
    let of = |account: &omm_core::seam::AccountSpec| match account.login.is_empty() {
        true => account.server.clone(),
        false => account.login.clone(),
    };
    let (source, destination) = (of(&row.source), of(&row.destination));
    if source == destination { source } else { format!("{source} → {destination}") }
}
