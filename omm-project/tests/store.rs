//! The promises of a store of projects, and of who logs in to one.

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use omm_core::{
    error::{ErrorKind, Retry},
    host::{Runtime, Secret},
    seam::AccountSpec,
};
use omm_project::{
    import::{Importer, Rows, Settings, SharedDestination, Trouble},
    project::{Logins, PasswordHash, Project, ProjectId, Rule, Token, Visitor},
    sealed::{Field, Key, KeyId, KeyRing, Keys, NoKeys, Place, open},
    store::{
        Added, By, Change, Changed, MigrationKey, NewMigration, Page, Projects, SqliteProjects, State,
        Subject, rotate, verify,
    },
};
use omm_testkit::sim::SimRuntime;
use std::{io::Cursor, sync::Arc, time::Duration};

/// A store in a folder of its own.
struct World {
    clock: SimRuntime,
    runtime: Arc<dyn Runtime>,
    projects: Arc<dyn Projects>,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let (clock, folder) = (SimRuntime::new(), tempfile::tempdir().unwrap());
        let runtime = clock.shared();
        let projects = Arc::new(block_on(SqliteProjects::open(folder.path(), Arc::clone(&runtime))).unwrap());
        Self { clock, runtime, projects, folder }
    }

    fn now(&self) -> DateTime<Utc> {
        self.runtime.now()
    }

    fn host(&self) -> By {
        By::host(self.now())
    }

    fn project(&self, password: PasswordHash) -> Project {
        let project =
            Project::new(ProjectId::random().unwrap(), "Move", "anna@example.org", password, self.now());
        block_on(self.projects.create(&project, &self.host())).unwrap();
        project
    }

    fn nobodys(&self) -> ProjectId {
        self.project(PasswordHash::nobody()).id
    }

    fn add(&self, id: &ProjectId, count: u64) -> Vec<MigrationKey> {
        let first = block_on(self.projects.reserve(count)).unwrap();
        let keys: Vec<_> = (0..count).map(|at| first.plus(at)).collect();
        let new = keys.iter().map(|key| migration(*key, key.0)).collect();
        let answers = block_on(self.projects.add(id, new, &self.host())).unwrap();
        assert!(answers.iter().all(|answer| *answer == Added::Added));
        keys
    }

    fn becomes(&self, id: &ProjectId, key: MigrationKey, state: State) -> Changed {
        let changes = vec![(key, Change::State(state, None))];
        block_on(self.projects.change_migrations(id, changes, &self.host())).unwrap()[0]
    }

    fn keys(&self, id: &ProjectId, page: Page) -> Vec<MigrationKey> {
        block_on(self.projects.page(id, page)).unwrap().into_iter().map(|row| row.key).collect()
    }

    fn counts(&self, id: &ProjectId) -> Vec<(State, u64)> {
        let counts = block_on(self.projects.counts(id)).unwrap();
        let all = State::ALL.into_iter().map(|state| (state, counts.of(state)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    fn audit(&self, id: &ProjectId) -> Vec<String> {
        let lines = block_on(self.projects.audit(id, 0, 1000)).unwrap();
        assert_eq!(verify(id, None, &lines), Ok(()));
        lines.into_iter().map(|line| format!("{}: {}", line.who, line.what)).collect()
    }
}

fn account(server: &str, login: &str) -> AccountSpec {
    let mut account = AccountSpec::new("imap", server);
    login.clone_into(&mut account.login);
    account
}

fn migration(key: MigrationKey, user: u64) -> NewMigration {
    let login = format!("user{user}");
    NewMigration::new(key, account("old.example", &login), account("new.example", &login))
}

fn key(name: &str) -> Key {
    Key::random(KeyId::new(name).unwrap()).unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

// Would catch: a column that is written to the place of another, a time that is cut.
#[test]
fn a_project_comes_back_as_it_was() {
    let world = World::new();
    let mut project = world.project(PasswordHash::nobody());
    assert_eq!(block_on(world.projects.project(&project.id)).unwrap().unwrap(), project);
    project.name = "Moved".to_owned();
    project.source = Some(AccountSpec::new("imap", "old.example"));
    project.options.retention_days = 7;
    world.clock.advance(Duration::from_secs(60));
    let changed = block_on(world.projects.change(&project, &world.host())).unwrap();
    assert_eq!((changed.revision, changed.changed), (1, world.now()));
    assert_eq!(Project { revision: 0, changed: project.changed, ..changed.clone() }, project);
    // Whoever has read it before is told.
    let error = block_on(world.projects.change(&project, &world.host())).unwrap_err();
    assert!(error.to_string().contains("read it again"), "{error}");
    // Another program sees the same.
    let again = block_on(SqliteProjects::open(world.folder.path(), Arc::clone(&world.runtime))).unwrap();
    assert_eq!(block_on(again.project(&project.id)).unwrap().unwrap(), changed);
    assert_eq!(block_on(again.projects(None, 10)).unwrap(), [changed.clone()]);
    assert_eq!(block_on(again.projects(Some(&changed.id), 10)).unwrap(), []);
    assert_eq!(world.audit(&project.id), ["host: project created", "host: project changed"]);
}

#[test]
fn migrations_come_in_pages_and_are_counted() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 5);
    let others = world.add(&other, 3);
    let more = world.add(&id, 2);
    let all = [keys.clone(), more].concat();
    let mut paged = Vec::new();
    let mut page = Page::first(2);
    while let [.., last] = world.keys(&id, page)[..] {
        paged.extend(world.keys(&id, page));
        page = page.behind(last);
    }
    assert_eq!(paged, all);
    assert_eq!(world.keys(&other, Page::first(10)), others);
    assert_eq!(block_on(world.projects.migration(&id, others[0])).unwrap(), None, "of another project");
    assert_eq!(block_on(world.projects.migration(&id, MigrationKey(u64::MAX))).unwrap(), None);

    for (key, state) in [(keys[0], State::Running), (keys[1], State::Running), (keys[1], State::Done)] {
        assert_eq!(world.becomes(&id, key, state), Changed::Changed);
    }
    assert_eq!(world.becomes(&id, keys[1], State::Paused), Changed::Refused(State::Done));
    assert_eq!(world.becomes(&other, keys[2], State::Running), Changed::Missing);
    assert_eq!(world.counts(&id), [(State::NotStarted, 5), (State::Running, 1), (State::Done, 1)]);
    assert_eq!(world.keys(&id, Page::first(10).in_state(State::Done)), [keys[1]]);
    assert_eq!(world.keys(&id, Page::first(10).in_state(State::NotStarted).behind(keys[3])), all[4..]);
    let erased =
        block_on(world.projects.erase_migrations(&id, vec![keys[0], keys[4], others[0]], &world.host()));
    assert_eq!(erased.unwrap(), 2);
    assert_eq!(world.counts(&id), [(State::NotStarted, 4), (State::Done, 1)]);
    assert_eq!(world.counts(&other), [(State::NotStarted, 3)]);
    let unknown = ProjectId::random().unwrap();
    assert_eq!(block_on(world.projects.counts(&unknown)).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn the_same_accounts_are_added_once() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 1);
    let user = keys[0].0;
    let first = block_on(world.projects.reserve(10)).unwrap();
    let mut shared = NewMigration::new(
        first.plus(3),
        account("third.example", "x"),
        account("NEW.example:993", &format!("user{user}")),
    );
    shared.shared_destination = SharedDestination::Allowed;
    let refused =
        NewMigration { key: first.plus(2), shared_destination: SharedDestination::Refused, ..shared.clone() };
    let new = vec![migration(first, user), migration(first.plus(1), 1000), refused, shared];
    let answers = block_on(world.projects.add(&id, new, &world.host())).unwrap();
    assert_eq!(
        answers,
        [Added::SamePair(keys[0]), Added::Added, Added::SameDestination(keys[0]), Added::Added]
    );
    // Another project is another matter.
    let answers =
        block_on(world.projects.add(&other, vec![migration(first.plus(5), user)], &world.host())).unwrap();
    assert_eq!(answers, [Added::Added]);
    assert_eq!(world.audit(&id).last().unwrap(), &format!("host: 2 migrations added from {}", first.plus(1)));
}

#[test]
fn a_time_to_start_schedules() {
    let world = World::new();
    let id = world.nobodys();
    let keys = world.add(&id, 2);
    let later = world.now() + TimeDelta::hours(1);
    let changes = vec![
        (keys[0], Change::Start(Some(later))),
        (keys[1], Change::Priority(7)),
        (keys[1], Change::Journal("k7m-3qx".to_owned())),
        (keys[1], Change::State(State::Paused, Some("the destination is full".to_owned()))),
    ];
    block_on(world.projects.change_migrations(&id, changes, &world.host())).unwrap();
    let rows = block_on(world.projects.page(&id, Page::first(2))).unwrap();
    assert_eq!((rows[0].state, rows[0].start), (State::Scheduled, Some(later)));
    assert_eq!(
        (rows[1].state, rows[1].priority, rows[1].journal.as_deref()),
        (State::Paused, 7, Some("k7m-3qx"))
    );
    assert_eq!(rows[1].reason.as_deref(), Some("the destination is full"));
    let changes = vec![(keys[0], Change::Start(None)), (keys[1], Change::State(State::NotStarted, None))];
    block_on(world.projects.change_migrations(&id, changes, &world.host())).unwrap();
    assert_eq!(world.counts(&id), [(State::NotStarted, 2)]);
    assert_eq!(block_on(world.projects.migration(&id, keys[1])).unwrap().unwrap().reason, None);
}

#[test]
fn an_erased_project_leaves_its_audit_lines_and_nothing_else() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let keys = world.add(&id, 3);
    world.add(&other, 1);
    assert!(block_on(world.projects.erase(&id, &world.host())).unwrap());
    assert!(!block_on(world.projects.erase(&id, &world.host())).unwrap());
    assert_eq!(block_on(world.projects.project(&id)).unwrap(), None);
    assert_eq!(world.counts(&other), [(State::NotStarted, 1)]);
    let lines = [
        "host: project created",
        &format!("host: 3 migrations added from {}", keys[0]),
        "host: project erased",
    ];
    assert_eq!(world.audit(&id), lines);
    // Nobody gets a number twice, or a password sealed for the one would open in the other.
    assert!(world.add(&other, 1)[0] > keys[2]);
}

#[test]
fn retention_begins_anew_with_every_change() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let overdue = || block_on(world.projects.overdue(world.now(), 10)).unwrap();
    let day = Duration::from_secs(24 * 60 * 60);
    world.clock.advance(day * 59);
    world.add(&id, 1);
    assert_eq!(overdue(), []);
    world.clock.advance(day);
    assert_eq!(overdue(), [other]);
    world.clock.advance(day * 59);
    assert_eq!(overdue().len(), 2);
}

const TABLE: &str = "Source Type;Source Server url;Source Login;Source Password;Destination Type;Destination Url;Destination Mail;Destination Password\n";

fn table(rows: std::ops::Range<u32>) -> String {
    let row = |at| {
        format!(
            "IMAP;old.example;user{at}@old.example;canary-{at}-source;IMAP;new.example;user{at}@new.example;canary-{at}-destination\n"
        )
    };
    TABLE.to_owned() + &rows.map(row).collect::<String>()
}

impl World {
    fn import(
        &self,
        id: &ProjectId,
        keys: &dyn Keys,
        table: String,
    ) -> omm_core::Result<(u64, u64, Vec<Trouble>)> {
        let rows = Rows::open(Cursor::new(table.into_bytes()), Settings::default())?;
        let importer = Importer { projects: &*self.projects, keys, runtime: &self.runtime };
        let mut troubles = Vec::new();
        let tally = block_on(importer.import(id, rows, &self.host(), &mut |trouble| troubles.push(trouble)))?;
        Ok((tally.good, tally.bad, troubles))
    }

    /// Everything that is on the disk.
    fn dump(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    fn opened(&self, id: &ProjectId, keys: &dyn Keys, key: MigrationKey) -> omm_core::Result<String> {
        let row = block_on(self.projects.migration(id, key)).unwrap().unwrap();
        let place = Place { project: id, migration: key, field: Field::SourcePassword };
        let secret = block_on(open(keys, place, row.source_password.as_ref().unwrap()))?;
        Ok(secret.expose().to_owned())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn an_import_is_sealed_from_its_first_row() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    let bad = "SMTP;x;y;canary-bad;IMAP;new.example;z;canary-bad\n";
    let (good, bad, troubles) = world.import(&id, &keys, table(0..1234) + bad).unwrap();
    assert_eq!((good, bad, troubles.len()), (1234, 1, 1));
    assert_eq!(troubles[0].line, 1236);
    assert_eq!(world.counts(&id), [(State::NotStarted, 1234)]);
    let rows = block_on(world.projects.page(&id, Page::first(2000))).unwrap();
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.line, Some(at as u64 + 2));
        assert_eq!(world.opened(&id, &keys, row.key).unwrap(), format!("canary-{at}-source"));
    }
    assert!(
        holds(&world.dump(), "user77@old.example") && !holds(&world.dump(), "canary"),
        "sealed on the disk"
    );
    // The same table again, with one row more.
    let (good, bad, troubles) = world.import(&id, &keys, table(0..1235)).unwrap();
    assert_eq!((good, bad, troubles.len()), (1, 1234, 1234));
    assert!(troubles[0].to_string().contains("the same accounts as migration"), "{}", troubles[0]);
}

#[test]
fn without_a_key_nothing_is_stored() {
    let world = World::new();
    let id = world.nobodys();
    let error = world.import(&id, &NoKeys, table(0..3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(world.counts(&id), []);
    assert_eq!(world.audit(&id), ["host: project created"]);
}

#[test]
fn an_import_that_breaks_off_can_be_repeated() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    let rows = || {
        let mut settings = Settings::default();
        settings.limits.rows = 1_200;
        Rows::open(Cursor::new(table(0..1_500).into_bytes()), settings).unwrap()
    };
    let importer = Importer { projects: &*world.projects, keys: &keys, runtime: &world.runtime };
    let error = block_on(importer.import(&id, rows(), &world.host(), &mut |_| ())).unwrap_err();
    assert!(error.to_string().contains("more than 1200 rows"), "{error}");
    let (good, bad, _) = world.import(&id, &keys, table(0..1_500)).unwrap();
    assert_eq!(good + bad, 1_500);
    assert_eq!(world.counts(&id), [(State::NotStarted, 1_500)]);
}

// Would catch: rows whose passwords somebody has exchanged in the database.
#[test]
fn swapped_rows_do_not_open() {
    let world = World::new();
    let (id, keys) = (world.nobodys(), KeyRing::new(key("a")));
    world.import(&id, &keys, table(0..2)).unwrap();
    let rows = block_on(world.projects.page(&id, Page::first(2))).unwrap();
    let stolen = rows[0].source_password.clone().unwrap();
    let change = Change::Password { field: Field::SourcePassword, from: None, to: stolen };
    block_on(world.projects.change_migrations(&id, vec![(rows[1].key, change)], &world.host())).unwrap();
    assert_eq!(world.opened(&id, &keys, rows[0].key).unwrap(), "canary-0-source");
    assert_eq!(world.opened(&id, &keys, rows[1].key).unwrap_err().kind(), ErrorKind::Credentials);
}

#[test]
fn another_key_for_all() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let (old, new) = (key("old"), key("new"));
    world.import(&id, &KeyRing::new(old.clone()), table(0..700)).unwrap();
    world.import(&other, &KeyRing::new(key("lost")), table(0..1)).unwrap();
    world.add(&id, 1);
    let both = KeyRing::new(new.clone()).with_older(old);
    let told = |rotated: omm_project::store::Rotated| (rotated.resealed, rotated.current, rotated.lost);
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (1400, 0, 2));
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (0, 1400, 2));
    let first = world.keys(&id, Page::first(1))[0];
    assert_eq!(world.opened(&id, &KeyRing::new(new), first).unwrap(), "canary-0-source");
    // A password that was given anew while it was sealed anew stays.
    let row = block_on(world.projects.migration(&id, first)).unwrap().unwrap();
    let stale = row.destination_password.clone();
    let change =
        Change::Password { field: Field::SourcePassword, from: stale, to: row.destination_password.unwrap() };
    let answers =
        block_on(world.projects.change_migrations(&id, vec![(first, change)], &world.host())).unwrap();
    assert_eq!(answers, [Changed::Refused(State::NotStarted)]);
    block_on(world.projects.change_migrations(&id, vec![(first, Change::ErasePasswords)], &world.host()))
        .unwrap();
    let row = block_on(world.projects.migration(&id, first)).unwrap().unwrap();
    assert_eq!((row.source_password, row.destination_password), (None, None));
}

const PASSWORD: &str = "correct horse";

fn log_in(logins: &Logins, id: &str, password: &str, address: &str) -> omm_core::Result<Token> {
    block_on(logins.log_in(id, secret(password), Visitor { address }))
}

#[test]
fn a_session_opens_ends_and_expires() {
    let world = World::new();
    let project = world.project(PasswordHash::of(&secret(PASSWORD)).unwrap());
    let logins =
        Logins::new(Arc::clone(&world.projects), Arc::clone(&world.runtime)).lasting(TimeDelta::hours(1));
    let typed = project.id.as_str().to_uppercase().replace('-', " ");
    let token = log_in(&logins, &typed, PASSWORD, "192.0.2.1").unwrap();
    let visit = |token: &Token| block_on(logins.visit(token)).unwrap();
    assert_eq!(visit(&token), Some(project.id.clone()));
    assert_eq!(visit(&Token::random().unwrap()), None);
    assert!(
        !holds(&world.dump(), PASSWORD) && !holds(&world.dump(), &token.expose()),
        "neither is on the disk"
    );
    assert!(!holds(&world.dump(), "192.0.2.1"), "nor where it came from");
    let second = log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    block_on(logins.log_out(&token)).unwrap();
    block_on(logins.log_out(&token)).unwrap();
    assert_eq!((visit(&token), visit(&second)), (None, Some(project.id.clone())));
    world.clock.advance(Duration::from_secs(3600));
    assert_eq!(visit(&second), None);
    block_on(world.projects.sweep(world.now())).unwrap();
    assert_eq!(block_on(world.projects.session(&second.hash())).unwrap(), None);
    let third = log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    block_on(world.projects.end_sessions(&project.id, &world.host())).unwrap();
    assert_eq!(visit(&third), None);
    let lines = ["host: project created", "visitor: logged in", "visitor: logged in", "visitor: logged out"];
    assert_eq!(world.audit(&project.id)[..4], lines);
}

// Whether there is such a project, nobody learns by trying; and after a while, nobody tries.
#[test]
fn attempts_are_counted_whether_there_is_such_a_project_or_not() {
    let world = World::new();
    let project = world.project(PasswordHash::of(&secret(PASSWORD)).unwrap());
    let logins = Logins::new(Arc::clone(&world.projects), Arc::clone(&world.runtime));
    let unknown = ProjectId::random().unwrap();
    let told = |id: &str, address: &str| {
        let answers = (0..7).map(|_| log_in(&logins, id, "wrong password", address).unwrap_err());
        answers.map(|error| (error.kind(), error.retry_advice(), error.to_string())).collect::<Vec<_>>()
    };
    let known = told(project.id.as_str(), "192.0.2.1");
    assert_eq!(known[4].0, ErrorKind::Auth);
    assert_eq!(known[5], (ErrorKind::Throttled, Retry::After(Duration::from_secs(30)), known[5].2.clone()));
    assert!(known[5].2.contains("try again in 31 seconds"), "{}", known[5].2);
    assert_eq!(told(unknown.as_str(), "192.0.2.2"), known);
    assert_eq!(told("no id", "192.0.2.3"), known);
    // Whoever waits may try again; who knows the password is let in from elsewhere at once.
    log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.9").unwrap();
    assert_eq!(
        log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap_err().kind(),
        ErrorKind::Throttled
    );
    world.clock.advance(Duration::from_secs(30));
    log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    // One who has a project of his own cannot use it to go on guessing.
    assert_eq!(
        log_in(&logins, unknown.as_str(), "wrong password", "192.0.2.1").unwrap_err().kind(),
        ErrorKind::Throttled
    );
}

#[test]
fn attempts_at_once_are_attempts_each() {
    let world = World::new();
    let subject = Subject::address("192.0.2.1");
    let attempt = || world.projects.attempt(&subject, &Rule::ADDRESS, world.now());
    let answers = block_on(futures::future::join_all((0..10).map(|_| attempt())));
    assert_eq!(answers.into_iter().filter(|answer| answer.as_ref().unwrap().is_ok()).count(), 5);
    world.clock.advance(Duration::from_secs(3 * 24 * 60 * 60));
    block_on(world.projects.sweep(world.now())).unwrap();
    assert_eq!(block_on(attempt()).unwrap(), Ok(()));
}
