//! A store, a clock, and what the tests ask of them.

use chrono::{DateTime, Utc};
use futures::executor::block_on;
use omm_core::{
    host::{Runtime, Secret},
    seam::AccountSpec,
};
use omm_project::{
    project::{PasswordHash, Project, ProjectId},
    sealed::{Key, KeyId},
    store::{
        Added, By, Change, Changed, MigrationKey, NewMigration, Page, Projects, SqliteProjects, State, verify,
    },
};
use omm_testkit::sim::SimRuntime;
use std::sync::Arc;

/// A store in a folder of its own.
pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    pub(crate) runtime: Arc<dyn Runtime>,
    pub(crate) projects: Arc<dyn Projects>,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let (clock, folder) = (SimRuntime::new(), tempfile::tempdir().expect("a folder"));
        let runtime = clock.shared();
        let projects = Arc::new(
            block_on(SqliteProjects::open(folder.path(), Arc::clone(&runtime))).expect("the store works"),
        );
        Self { clock, runtime, projects, folder }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.runtime.now()
    }

    pub(crate) fn host(&self) -> By {
        By::host(self.now())
    }

    pub(crate) fn project(&self, password: PasswordHash) -> Project {
        let project = Project::new(
            ProjectId::random().expect("random numbers"),
            "Move",
            "anna@example.org",
            password,
            self.now(),
        );
        block_on(self.projects.create(&project, &self.host())).expect("the store works");
        project
    }

    pub(crate) fn nobodys(&self) -> ProjectId {
        self.project(PasswordHash::nobody()).id
    }

    pub(crate) fn add(&self, id: &ProjectId, count: u64) -> Vec<MigrationKey> {
        let first = block_on(self.projects.reserve(count)).expect("the store works");
        let keys: Vec<_> = (0..count).map(|at| first.plus(at)).collect();
        let new = keys.iter().map(|key| migration(*key, key.0)).collect();
        let answers = block_on(self.projects.add(id, new, &self.host())).expect("the store works");
        assert!(answers.iter().all(|answer| *answer == Added::Added));
        keys
    }

    pub(crate) fn becomes(&self, id: &ProjectId, key: MigrationKey, state: State) -> Changed {
        let changes = vec![(key, Change::State(state, None))];
        block_on(self.projects.change_migrations(id, changes, &self.host())).expect("the store works")[0]
    }

    pub(crate) fn keys(&self, id: &ProjectId, page: Page) -> Vec<MigrationKey> {
        block_on(self.projects.page(id, page))
            .expect("the store works")
            .into_iter()
            .map(|row| row.key)
            .collect()
    }

    pub(crate) fn counts(&self, id: &ProjectId) -> Vec<(State, u64)> {
        let counts = block_on(self.projects.counts(id)).expect("the store works");
        let all = State::ALL.into_iter().map(|state| (state, counts.of(state)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// Everything that is on the disk.
    pub(crate) fn dump(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).expect("the state folder");
        files.flat_map(|file| std::fs::read(file.expect("a file").path()).expect("a file")).collect()
    }

    pub(crate) fn audit(&self, id: &ProjectId) -> Vec<String> {
        let lines = block_on(self.projects.audit(id, 0, 1000)).expect("the store works");
        assert_eq!(verify(id, None, &lines), Ok(()));
        lines.into_iter().map(|line| format!("{}: {}", line.who, line.what)).collect()
    }
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

pub(crate) fn key(name: &str) -> Key {
    Key::random(KeyId::new(name).expect("a name")).expect("random numbers")
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
