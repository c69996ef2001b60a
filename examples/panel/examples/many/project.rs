//! The project, and what goes on in it: a hundred migrations at work, of which each second one ends and another one begins.

use crate::Ends;
use chrono::Utc;
use omm::{
    AccountSpec, Omm, SqliteProjects, TokioRuntime,
    project::{
        project::ProjectId,
        store::{By, Change, MigrationKey, NewMigration, Projects, State, Turns},
        work::{Ending, Progress},
    },
};
use std::{collections::VecDeque, path::Path, time::Duration};

/// So many are at work at once.
const AT_WORK: usize = 100;
/// Rows added in one call.
const BATCH: usize = 1000;

pub(crate) struct Busy {
    store: SqliteProjects,
    project: ProjectId,
    at_work: VecDeque<MigrationKey>,
    /// The next to begin, and the one behind the last.
    next: MigrationKey,
    end: MigrationKey,
    items: u64,
}

impl Busy {
    /// A third of the rows is done, some are stopped, a hundred are at work, the others wait.
    pub(crate) async fn filled(state: &Path, project: &ProjectId, rows: usize) -> Ends<Self> {
        let omm = Omm::builder(TokioRuntime::current()?).state_dir(state).open().await?;
        let store = omm.projects().await?;
        let mut keys = Vec::new();
        while keys.len() < rows {
            let count = BATCH.min(rows - keys.len()) as u64;
            let first = store.reserve(count).await?;
            let batch: Vec<_> = (0..count).map(|own| first.plus(own)).collect();
            let new =
                batch.iter().map(|key| NewMigration::new(*key, account("old", *key), account("new", *key)));
            store.add(project, new.collect(), &by()).await?;
            keys.extend(batch);
        }
        let (done, rest) = keys.split_at(keys.len() / 3);
        let (begun, waiting) = rest.split_at(AT_WORK.min(rows / 3));
        let [next, .., last] = waiting else { return Err("too few migrations".into()) };
        let end = last.plus(1);
        let busy = Self {
            store,
            project: project.clone(),
            at_work: begun.iter().copied().collect(),
            next: *next,
            end,
            items: 0,
        };
        for batch in done.chunks(BATCH) {
            busy.change(batch, &Change::State(State::Running, None)).await?;
            busy.store.note(batch.iter().map(|key| (*key, progress(500, 500))).collect()).await?;
            busy.change(batch, &Change::Ended(Ending::becoming(State::Done))).await?;
        }
        let stopped: Vec<_> = waiting.iter().rev().step_by(1000).copied().collect();
        busy.change(&stopped, &Change::State(State::Stopped, None)).await?;
        busy.change(begun, &Change::State(State::Running, None)).await?;
        Ok(busy)
    }

    /// Every page of the project and some that everybody sees, with those of its rows.
    pub(crate) fn places(&self) -> Vec<String> {
        let (middle, running) = (self.end.0 / 2, self.at_work.front().map_or(1, |key| key.0));
        let mut places: Vec<String> = ["/", "/migration/new", "/project", "/project/import", "/project/add"]
            .into_iter()
            .chain(["/project/options", "/project/history", "/project/template.xlsx", "/api"])
            .map(str::to_owned)
            .collect();
        places.extend([middle, self.end.0.saturating_sub(50)].map(|after| format!("/project?after={after}")));
        let states = ["not-started", "running", "stopped", "done", "failed"];
        places.extend(states.map(|state| format!("/project?state={state}")));
        places.extend([1, running, self.end.0 - 1].map(|key| format!("/project/rows/{key}")));
        places.push("/api/v1/migrations?limit=1000".to_owned());
        places.push("/api/v1/project".to_owned());
        places
    }

    /// A second of work.
    pub(crate) async fn goes_on(&mut self) -> Ends {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.items += 7;
        let told = self.at_work.iter().map(|key| (*key, progress(self.items % 500, 500)));
        self.store.note(told.collect()).await?;
        if self.next < self.end
            && let Some(ended) = self.at_work.pop_front()
        {
            self.change(&[ended], &Change::Ended(Ending::becoming(State::Done))).await?;
            self.change(&[self.next], &Change::State(State::Running, None)).await?;
            self.at_work.push_back(self.next);
            self.next = self.next.plus(1);
        }
        Ok(())
    }

    async fn change(&self, keys: &[MigrationKey], change: &Change) -> Ends {
        let changes = keys.iter().map(|key| (*key, change.clone())).collect();
        self.store.change_migrations(&self.project, changes, &by()).await?;
        Ok(())
    }
}

fn by() -> By {
    By::host(Utc::now())
}

fn account(server: &str, key: MigrationKey) -> AccountSpec {
    let mut account = AccountSpec::new("imap", format!("{server}.example"));
    account.login = format!("person{key}@{server}.example");
    account
}

fn progress(copied: u64, found: u64) -> Progress {
    let mut progress = Progress::default();
    (progress.items.copied, progress.items.found) = (copied, found);
    (progress.items_per_second, progress.bytes_per_second) = (12.0, 150_000.0);
    progress.in_work.entry("INBOX".to_owned()).or_default().done = copied;
    progress
}
