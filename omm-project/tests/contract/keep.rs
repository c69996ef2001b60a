//! A store that may hold other people's projects already, and what is asked of it by the contract.

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use omm_core::seam::AccountSpec;
use omm_project::{
    project::{PasswordHash, Project, ProjectId},
    store::{
        Added, By, Change, Changed, MigrationKey, MigrationRow, NewMigration, Page, State, Take, Turns,
        verify,
    },
    work::{Ending, Wish},
};
use std::sync::Arc;

/// The store, and who asks it.
pub(crate) struct Keep(pub(crate) Arc<dyn Turns>);

/// So many days after the day on which everything is made.
pub(crate) fn day(days: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 123_456_000).expect("a time") + TimeDelta::days(days)
}

pub(crate) fn by() -> By {
    By::host(day(0))
}

pub(crate) fn account(server: &str, login: &str) -> AccountSpec {
    let mut account = AccountSpec::new("imap", server);
    login.clone_into(&mut account.login);
    account
}

pub(crate) fn migration(key: MigrationKey, user: u64) -> NewMigration {
    let login = format!("user{user}");
    NewMigration::new(key, account("old.example", &login), account("new.example", &login))
}

impl Keep {
    /// A project that may run.
    pub(crate) fn project(&self) -> ProjectId {
        self.made(|_| ()).id
    }

    pub(crate) fn made(&self, how: impl FnOnce(&mut Project)) -> Project {
        let (id, nobody) = (ProjectId::random().expect("random numbers"), PasswordHash::nobody());
        let mut project = Project::new(id, "Move", "anna@example.org", nobody, day(0));
        project.held = false;
        how(&mut project);
        block_on(self.0.create(&project, &by())).expect("the store works");
        project
    }

    /// Migrations of users that nobody else has.
    pub(crate) fn add(&self, id: &ProjectId, count: u64) -> Vec<MigrationKey> {
        let first = block_on(self.0.reserve(count)).expect("the store works");
        let keys: Vec<_> = (0..count).map(|at| first.plus(at)).collect();
        let new = keys.iter().map(|key| migration(*key, key.0)).collect();
        let answers = block_on(self.0.add(id, new, &by())).expect("the store works");
        assert!(answers.iter().all(|answer| *answer == Added::Added));
        keys
    }

    pub(crate) fn row(&self, id: &ProjectId, key: MigrationKey) -> MigrationRow {
        block_on(self.0.migration(id, key)).expect("the store works").expect("it is there")
    }

    pub(crate) fn state(&self, id: &ProjectId, key: MigrationKey) -> State {
        self.row(id, key).state
    }

    pub(crate) fn change(&self, id: &ProjectId, key: MigrationKey, change: Change) -> Changed {
        block_on(self.0.change_migrations(id, vec![(key, change)], &by())).expect("the store works")[0]
    }

    pub(crate) fn is_changed(&self, id: &ProjectId, key: MigrationKey, change: Change) {
        assert_eq!(self.change(id, key, change.clone()), Changed::Changed, "{change:?}");
    }

    pub(crate) fn wish(&self, id: &ProjectId, key: MigrationKey, wish: Wish) -> Changed {
        self.change(id, key, Change::Wish(wish))
    }

    pub(crate) fn take(&self, id: &ProjectId, key: MigrationKey) -> Take {
        block_on(self.0.take(id, &self.row(id, key), &by())).expect("the store works")
    }

    pub(crate) fn takes(&self, id: &ProjectId, key: MigrationKey) {
        assert!(matches!(self.take(id, key), Take::Taken { .. }), "{key}");
    }

    pub(crate) fn ends(&self, id: &ProjectId, key: MigrationKey, state: State) -> Changed {
        self.change(id, key, Change::Ended(Ending::becoming(state)))
    }

    /// What waits for its turn at that time, of one project.
    pub(crate) fn due(&self, id: &ProjectId, now: DateTime<Utc>, each: usize) -> Vec<MigrationKey> {
        if !block_on(self.0.due(now)).expect("the store works").contains(id) {
            return Vec::new();
        }
        let rows = block_on(self.0.first(id, each)).expect("the store works");
        assert!(!rows.is_empty() && rows.iter().all(|row| row.state.is_in_line()));
        rows.iter().map(|row| row.key).collect()
    }

    pub(crate) fn keys(&self, id: &ProjectId, page: Page) -> Vec<MigrationKey> {
        let rows = block_on(self.0.page(id, page)).expect("the store works");
        rows.into_iter().map(|row| row.key).collect()
    }

    pub(crate) fn counts(&self, id: &ProjectId) -> Vec<(State, u64)> {
        let counts = block_on(self.0.counts(id)).expect("the store works");
        let all = State::ALL.into_iter().map(|state| (state, counts.of(state)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    pub(crate) fn orphans(&self) -> Vec<String> {
        block_on(self.0.orphans(None, 1000)).expect("the store works")
    }

    pub(crate) fn audit(&self, id: &ProjectId) -> Vec<String> {
        let lines = block_on(self.0.audit(id, 0, 1000)).expect("the store works");
        assert_eq!(verify(id, None, &lines), Ok(()));
        lines.into_iter().map(|line| format!("{}: {}", line.who, line.what)).collect()
    }
}
