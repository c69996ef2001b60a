//! Projects in one SQLite file: the trait's table of contents.

mod audit;
mod change;
mod house;
mod journals;
mod migration;
mod project;
mod schema;
mod session;
mod turns;
mod value;

use super::{
    Added, AtWork, AuditLine, By, Change, Changed, Counts, MigrationKey, MigrationRow, NewMigration, Page,
    Projects, Secrets, Subject, Turns,
};
use crate::{
    project::{HouseLimits, Project, ProjectId, Rule, Session, TokenHash},
    work::{Progress, Wish},
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
pub use journals::SqliteJournals;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::{Runtime, blocking},
};
use omm_store::sqlite::{Database, Fault, Lock, Missing, Upgrade};
use project::ProjectKey;
use rusqlite::{Connection, TransactionBehavior};
use schema::PROJECTS;
use std::{collections::VecDeque, fmt, path::Path, sync::Arc};

/// Projects in `projects.db` of a state folder, beside the catalogue of `omm-store`. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct SqliteProjects {
    shared: Arc<Shared>,
    runtime: Arc<dyn Runtime>,
}

/// Readers do not wait for a writer, nor he for them: each has a connection of its own.
struct Shared {
    written: Database,
    read: Database,
}

impl SqliteProjects {
    /// Opens the file; makes it if it is not there, for its owner only.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`], naming the file and the remedy, when it cannot be made, opened or written, is damaged, something else, or of a
    /// newer version; then nothing was changed.
    pub async fn open(state_dir: &Path, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let path = state_dir.join("projects.db");
        let shared = blocking(&runtime, move || {
            let written = Database::open_shared(&path, &PROJECTS)?;
            // What is erased is overwritten: it was personal, and may have been a password.
            written.with("open the state", |conn| Ok(conn.pragma_update(None, "secure_delete", true)?))?;
            let read = Database::open(&path, &PROJECTS, Missing::Refuse, Upgrade::Refused)?;
            Ok(Arc::new(Shared { written, read }))
        });
        Ok(Self { shared: shared.await?, runtime })
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        // One transaction for the whole answer: it is of one moment. Dropped, it ends; nothing was written.
        blocking(&self.runtime, move || {
            shared.read.with("read the projects", |conn| work(&*conn.transaction()?))
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        blocking(&self.runtime, move || {
            shared.written.with(operation, |conn| {
                let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = work(&tx)?;
                tx.commit()?;
                Ok(answer)
            })
        })
        .await
    }

    /// A journal of this name is about to be made.
    async fn unnamed(&self, journal: &str) -> Result<()> {
        let (journal, now) = (journal.to_owned(), self.runtime.now());
        self.write("begin a journal", move |conn| project::unnamed(conn, &journal, now)).await
    }

    /// Something was erased: the log has it as it was, until it is emptied. If somebody reads it just now, whoever closes the file
    /// last empties it, or the next one who erases something.
    async fn empty_log(&self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        blocking(&self.runtime, move || {
            shared.written.with("empty the log", |conn| {
                let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
                Ok(())
            })
        })
        .await
    }

    /// Writes into a project that must be there.
    async fn write_into<T: Send + 'static>(
        &self,
        id: &ProjectId,
        operation: &'static str,
        work: impl FnOnce(&Connection, (&ProjectId, ProjectKey)) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let id = id.clone();
        let answer = self.write(operation, move |conn| match project::key(conn, &id)? {
            Some(key) => work(conn, (&id, key)).map(Some),
            None => Ok(None),
        });
        answer.await?.ok_or_else(|| unknown(operation))
    }

    async fn read_of<T: Send + 'static>(
        &self,
        id: &ProjectId,
        work: impl FnOnce(&Connection, ProjectKey) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let id = id.clone();
        let answer = self.read(move |conn| match project::key(conn, &id)? {
            Some(key) => work(conn, key).map(Some),
            None => Ok(None),
        });
        answer.await?.ok_or_else(|| unknown("read the project"))
    }
}

fn unknown(operation: &'static str) -> Error {
    let message = "there is no such project; it may have been erased when its retention was over";
    Error::new(ErrorKind::Config, Side::Host, operation, message)
}

#[async_trait]
impl Projects for SqliteProjects {
    async fn create(&self, project: &Project, by: &By) -> Result<()> {
        let (project, by) = (project.clone(), by.clone());
        self.write("make the project", move |conn| project::insert(conn, &project, &by)).await
    }

    async fn project(&self, id: &ProjectId) -> Result<Option<Project>> {
        let id = id.clone();
        self.read(move |conn| project::get_one(conn, &id)).await
    }

    async fn projects(&self, after: Option<&ProjectId>, limit: u32) -> Result<Vec<Project>> {
        let after = after.cloned();
        self.read(move |conn| project::list(conn, after.as_ref(), limit)).await
    }

    async fn change(&self, project: &Project, by: &By) -> Result<Project> {
        let (project, by) = (project.clone(), by.clone());
        let operation = "change the project";
        let answer = self.write(operation, move |conn| {
            let is_made = project::update(conn, &project, &by)?;
            Ok((is_made, project::get_one(conn, &project.id)?))
        });
        match answer.await? {
            (true, Some(project)) => Ok(project),
            (_, None) => Err(unknown(operation)),
            (false, Some(_)) => {
                let message =
                    "somebody else changed it meanwhile; read it again and make your change once more";
                Err(Error::new(ErrorKind::Config, Side::Host, operation, message))
            }
        }
    }

    async fn house_limits(&self) -> Result<HouseLimits> {
        self.read(house::limits).await
    }

    async fn limit_house(&self, limits: &HouseLimits) -> Result<()> {
        let limits = *limits;
        self.write("limit what all projects may have", move |conn| house::limit(conn, &limits)).await
    }

    async fn erase(&self, id: &ProjectId, by: &By) -> Result<bool> {
        let (id, by) = (id.clone(), by.clone());
        let is_erased = self.write("erase the project", move |conn| project::delete(conn, &id, &by)).await?;
        if is_erased {
            self.empty_log().await?;
        }
        Ok(is_erased)
    }

    async fn overdue(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ProjectId>> {
        self.read(move |conn| project::overdue(conn, now, limit)).await
    }

    async fn retire(&self, id: &ProjectId, now: DateTime<Utc>, by: &By) -> Result<bool> {
        let (id, by) = (id.clone(), by.clone());
        let is_erased =
            self.write("erase the project", move |conn| project::retire(conn, &id, now, &by)).await?;
        if is_erased {
            self.empty_log().await?;
        }
        Ok(is_erased)
    }

    async fn retire_migrations(&self, now: DateTime<Utc>, limit: u32, by: &By) -> Result<Vec<MigrationKey>> {
        let by = by.clone();
        let work = move |conn: &Connection| migration::retire(conn, now, limit, &by);
        let retired = self.write("erase migrations", work).await?;
        if !retired.is_empty() {
            self.empty_log().await?;
        }
        Ok(retired)
    }

    async fn orphans(&self, after: Option<&str>, limit: u32) -> Result<Vec<String>> {
        let (after, now) = (after.unwrap_or_default().to_owned(), self.runtime.now());
        self.read(move |conn| project::orphans(conn, &after, limit, now)).await
    }

    async fn buried(&self, journal: &str) -> Result<()> {
        let journal = journal.to_owned();
        self.write("forget a journal", move |conn| project::buried(conn, &journal)).await
    }

    async fn reserve(&self, count: u64) -> Result<MigrationKey> {
        self.write("number migrations", move |conn| migration::reserve(conn, count)).await
    }

    async fn add(&self, project: &ProjectId, migrations: Vec<NewMigration>, by: &By) -> Result<Vec<Added>> {
        let by = by.clone();
        let work =
            move |conn: &Connection, id: (&ProjectId, ProjectKey)| migration::add(conn, id, &migrations, &by);
        self.write_into(project, "add migrations", work).await
    }

    async fn migration(&self, project: &ProjectId, key: MigrationKey) -> Result<Option<MigrationRow>> {
        self.read_of(project, move |conn, project| migration::one(conn, project, key)).await
    }

    async fn page(&self, project: &ProjectId, page: Page) -> Result<Vec<MigrationRow>> {
        self.read_of(project, move |conn, project| migration::page(conn, project, &page)).await
    }

    async fn counts(&self, project: &ProjectId) -> Result<Counts> {
        self.read_of(project, migration::counts).await
    }

    async fn totals(&self) -> Result<Counts> {
        self.read(migration::totals).await
    }

    async fn change_migrations(
        &self,
        project: &ProjectId,
        changes: Vec<(MigrationKey, Change)>,
        by: &By,
    ) -> Result<Vec<Changed>> {
        let by = by.clone();
        let work =
            move |conn: &Connection, id: (&ProjectId, ProjectKey)| change::change(conn, id, &changes, &by);
        self.write_into(project, "change migrations", work).await
    }

    async fn erase_migrations(&self, project: &ProjectId, keys: Vec<MigrationKey>, by: &By) -> Result<u64> {
        let by = by.clone();
        let work =
            move |conn: &Connection, id: (&ProjectId, ProjectKey)| migration::erase(conn, id, &keys, &by);
        let erased = self.write_into(project, "erase migrations", work).await?;
        self.empty_log().await?;
        Ok(erased)
    }

    async fn secrets(&self, after: Option<MigrationKey>, limit: u32) -> Result<Vec<Secrets>> {
        self.read(move |conn| migration::secrets(conn, after, limit)).await
    }

    async fn open_session(&self, session: &Session, by: &By) -> Result<()> {
        let (session, by) = (session.clone(), by.clone());
        let is_open = self.write("log in", move |conn| session::open(conn, &session, &by)).await?;
        if is_open { Ok(()) } else { Err(unknown("log in")) }
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<Session>> {
        let token = *token;
        self.read(move |conn| session::find(conn, &token)).await
    }

    async fn end_session(&self, token: &TokenHash, by: &By) -> Result<()> {
        let (token, by) = (*token, by.clone());
        self.write("log out", move |conn| session::end(conn, &token, &by)).await
    }

    async fn end_sessions(&self, project: &ProjectId, by: &By) -> Result<()> {
        let by = by.clone();
        self.write_into(project, "log out", move |conn, (id, ProjectKey(key))| {
            conn.execute("DELETE FROM sessions WHERE project = ?", [key])?;
            audit::append(conn, id, &by, &super::Act::LoggedOut)
        })
        .await
    }

    async fn attempt(
        &self,
        subject: &Subject,
        rule: &Rule,
        now: DateTime<Utc>,
    ) -> Result<std::result::Result<(), TimeDelta>> {
        let (subject, rule) = (*subject, *rule);
        self.write("log in", move |conn| session::attempt(conn, &subject, &rule, now)).await
    }

    async fn succeeded(&self, address: &Subject, project: &Subject) -> Result<()> {
        let (address, project) = (*address, *project);
        self.write("log in", move |conn| session::succeeded(conn, &address, &project)).await
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<()> {
        self.write("sweep", move |conn| session::sweep(conn, now)).await
    }

    async fn audit(&self, project: &ProjectId, after: u64, limit: u32) -> Result<Vec<AuditLine>> {
        let project = project.clone();
        self.read(move |conn| audit::lines(conn, &project, after, limit)).await
    }
}

#[async_trait]
impl Turns for SqliteProjects {
    async fn take_up(&self, by: &By) -> Result<AtWork> {
        // Another file than the one that each connection waits for.
        let path = self.shared.written.path().with_extension("work.lock");
        let lock = blocking(&self.runtime, move || Lock::alone(&path)).await?.ok_or_else(|| {
            let message =
                "another process works on the projects of this state folder; stop it, or wait for its end";
            Error::new(ErrorKind::Journal, Side::Journal, "work on projects", message)
        })?;
        let by = by.clone();
        self.write("take up what was left", move |conn| turns::take_up(conn, &by)).await?;
        Ok(AtWork::holding(lock))
    }

    async fn now(&self) -> Result<DateTime<Utc>> {
        Ok(self.runtime.now())
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Vec<ProjectId>> {
        self.write("see whose turn it is", move |conn| turns::due(conn, now)).await
    }

    async fn first(&self, project: &ProjectId, limit: usize) -> Result<VecDeque<MigrationRow>> {
        self.read_of(project, move |conn, project| turns::first(conn, project, limit)).await
    }

    async fn is_waiting(&self) -> Result<bool> {
        self.read(turns::is_waiting).await
    }

    async fn wishes(&self, of: &[MigrationKey]) -> Result<Vec<(MigrationKey, Wish)>> {
        let of = of.to_vec();
        self.read(move |conn| turns::wishes(conn, &of)).await
    }

    async fn note(&self, progress: Vec<(MigrationKey, Progress)>) -> Result<()> {
        self.write("note how far it is", move |conn| turns::note(conn, &progress)).await
    }
}

impl fmt::Debug for SqliteProjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteProjects").field("path", &self.shared.written.path()).finish_non_exhaustive()
    }
}
