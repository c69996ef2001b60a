//! Which migrations there are in a state folder.

use crate::{
    SqliteJournal,
    database::{Database, Missing, private_folder},
    error::Fault,
    lock::Lock,
    query::all,
    row::{from_json, json},
    schema::{CATALOGUE, JOURNAL, Upgrade},
};
use chrono::{DateTime, Utc};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::{Runtime, blocking},
    journal::{MigrationId, MigrationRow, pair_key},
    options::Options,
    seam::AccountSpec,
};
use rusqlite::{Connection, Params, Row, params};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The migrations of a state folder. Cloning gives another handle to the same one.
///
/// # Cancel safety
/// A call that was begun runs to its end, even if its future is dropped.
#[derive(Clone)]
pub struct Catalogue {
    shared: Arc<Shared>,
    runtime: Arc<dyn Runtime>,
}

struct Shared {
    state_dir: PathBuf,
    database: Database,
}

const COLUMNS: &str = "id, source, destination, options, created";

impl Catalogue {
    /// Opens the catalogue of a state folder; makes both if they are not there, for their owner only.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`], naming the file and the remedy, when it cannot be made, opened or written, is damaged,
    /// something else, or of a newer version; then nothing was changed.
    pub async fn open(state_dir: &Path, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let state_dir = state_dir.to_owned();
        let shared = blocking(&runtime, move || {
            let at = |fault: Fault| fault.at(&state_dir, "open the state folder");
            private_folder(&state_dir.join("migrations")).map_err(|error| at(error.into()))?;
            // Two programs that begin at the same moment make the file one after the other.
            let _moment = Lock::wait(&state_dir.join("catalogue.lock")).map_err(at)?;
            let path = state_dir.join("catalogue.db");
            let database = Database::open(&path, &CATALOGUE, Missing::Create, Upgrade::Allowed)?;
            // What is forgotten is overwritten: whose mailboxes they were is personal.
            let overwrite = |conn: &mut Connection| Ok(conn.pragma_update(None, "secure_delete", true)?);
            database.with("open the state folder", overwrite)?;
            Ok(Arc::new(Shared { state_dir, database }))
        });
        Ok(Self { shared: shared.await?, runtime })
    }

    /// The state folder.
    pub fn state_dir(&self) -> &Path {
        &self.shared.state_dir
    }

    /// Begins a migration, with an empty journal.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when it cannot be written; then there is none.
    pub async fn create(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<MigrationRow> {
        self.create_as(self.new_id().await?, source, destination, options).await
    }

    /// An id that no migration has, for [`Self::create_as`].
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the catalogue cannot be read, [`ErrorKind::Local`] when the system gives no random numbers.
    pub async fn new_id(&self) -> Result<MigrationId> {
        self.call(Shared::free_id).await
    }

    /// As [`Self::create`], under an id that its host noted before: whatever happens meanwhile, he knows what may be there.
    ///
    /// # Errors
    /// As for [`Self::create`].
    pub async fn create_as(
        &self,
        id: MigrationId,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<MigrationRow> {
        let row =
            MigrationRow::new(id, source.clone(), destination.clone(), options.clone(), self.runtime.now());
        self.call(move |shared| shared.create(row)).await
    }

    /// The migration between these two accounts, or a new one. Of two programs that ask at the same moment, one
    /// begins it and the other finds it: there are never two.
    ///
    /// # Errors
    /// As for [`Self::create`].
    pub async fn find_or_create(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<MigrationRow> {
        let (source, destination, options) = (source.clone(), destination.clone(), options.clone());
        let created = self.runtime.now();
        self.call(move |shared| {
            let _moment = Lock::wait(&shared.state_dir.join("catalogue.lock"))
                .map_err(|fault| fault.at(&shared.state_dir, "begin a migration"))?;
            match shared.find_pair(&source, &destination)? {
                Some(row) => Ok(row),
                None => {
                    shared.create(MigrationRow::new(shared.free_id()?, source, destination, options, created))
                }
            }
        })
        .await
    }

    /// The newest migration between these two accounts: same type, server, login and delegate on both sides.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`]; so for every read below.
    pub async fn find_pair(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
    ) -> Result<Option<MigrationRow>> {
        let (source, destination) = (source.clone(), destination.clone());
        self.call(move |shared| shared.find_pair(&source, &destination)).await
    }

    /// The migration with this id, which may be written without case and dashes.
    ///
    /// # Errors
    /// See [`Self::find_pair`].
    pub async fn get(&self, id: &str) -> Result<Option<MigrationRow>> {
        let Some(id) = heard(id) else { return Ok(None) };
        Ok(self.rows(format!("SELECT {COLUMNS} FROM migrations WHERE id = ?"), [id]).await?.pop())
    }

    /// All migrations, newest first.
    ///
    /// # Errors
    /// See [`Self::find_pair`].
    pub async fn list(&self) -> Result<Vec<MigrationRow>> {
        self.rows(format!("SELECT {COLUMNS} FROM migrations ORDER BY row DESC"), []).await
    }

    /// Puts the accounts and options of a known migration in the place of the stored ones.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is no such migration; [`ErrorKind::Journal`] when it cannot be written.
    pub async fn update(&self, row: &MigrationRow) -> Result<()> {
        let row = row.clone();
        let known = self
            .call(move |shared| shared.database.with("update a migration", |conn| update(conn, &row)))
            .await?;
        if known { Ok(()) } else { Err(unknown("update a migration")) }
    }

    /// Erases a migration with everything that is known about it. Nothing happens at either account.
    /// Says whether there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] while somebody works on it, or when a file cannot be removed; it may be tried again.
    pub async fn forget(&self, id: &str) -> Result<bool> {
        let Some(id) = heard(id) else { return Ok(false) };
        let has_row = self.get(&id).await?.is_some();
        self.call(move |shared| {
            let path = shared.journal_path(&id);
            // Whoever is killed while he begins one leaves a file without a row.
            if !has_row && !path.exists() {
                return Ok(false);
            }
            let lock_path = path.with_extension("lock");
            let lock = Lock::own(&lock_path, &id)?;
            remove(&path)?;
            // The row last: as long as it is there, an erasure that was cut short can be asked for again.
            shared.database.with("forget a migration", |conn| {
                conn.execute("DELETE FROM migrations WHERE id = ?", [&id])?;
                // The log has the row as it was, until it is emptied. If somebody reads it just now, whoever closes the
                // catalogue last empties it.
                let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
                Ok(())
            })?;
            drop(lock);
            gone(&lock_path)?;
            Ok(true)
        })
        .await
    }

    /// The journal of a migration, as its owner. Nobody else, in no process, can own it until the last handle is
    /// dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is no such migration; else as for [`SqliteJournal::open_at`].
    pub async fn journal(&self, id: &str) -> Result<SqliteJournal> {
        let (path, id) = self.known(id).await?;
        SqliteJournal::own(path, id, Missing::Refuse, Arc::clone(&self.runtime)).await
    }

    /// The journal of a migration, to read it and to ask its owner to stop, while somebody works on it or not.
    ///
    /// # Errors
    /// As for [`Self::journal`], except that an owner is no hindrance.
    pub async fn observe(&self, id: &str) -> Result<SqliteJournal> {
        let (path, _) = self.known(id).await?;
        SqliteJournal::observe(path, Arc::clone(&self.runtime)).await
    }

    async fn known(&self, id: &str) -> Result<(PathBuf, String)> {
        let row = self.get(id).await?.ok_or_else(|| unknown("open the journal").with("id", id))?;
        Ok((self.shared.journal_path(&row.id), row.id))
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        blocking(&self.runtime, move || work(&shared)).await
    }

    async fn rows(&self, sql: String, params: impl Params + Send + 'static) -> Result<Vec<MigrationRow>> {
        self.call(move |shared| {
            shared.database.with("read the catalogue", |conn| all(conn, &sql, params, read))
        })
        .await
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("state_dir", &self.shared.state_dir).finish_non_exhaustive()
    }
}

impl Shared {
    fn journal_path(&self, id: &str) -> PathBuf {
        self.state_dir.join("migrations").join(format!("{id}.db"))
    }

    fn find_pair(&self, source: &AccountSpec, destination: &AccountSpec) -> Result<Option<MigrationRow>> {
        let pair = pair_key(source, destination);
        let sql = format!("SELECT {COLUMNS} FROM migrations WHERE pair = ? ORDER BY row DESC LIMIT 1");
        let rows = self.database.with("read the catalogue", |conn| all(conn, &sql, [pair], read));
        Ok(rows?.pop())
    }

    fn create(&self, row: MigrationRow) -> Result<MigrationRow> {
        // The journal first: a row without one would look like a loss.
        let path = self.journal_path(&row.id);
        Database::open(&path, &JOURNAL, Missing::Create, Upgrade::Allowed)?;
        let inserted = self.database.with("begin a migration", |conn| insert(conn, &row));
        if inserted.is_err() {
            // The error that matters is the first one.
            let _ = remove(&path);
        }
        inserted.map(|()| row)
    }

    /// An id without a row and without a file: one that was left behind must not be taken for ours.
    fn free_id(&self) -> Result<MigrationId> {
        loop {
            let id = random_id()?;
            let known = self.database.with("begin a migration", |conn| {
                Ok(conn.prepare_cached("SELECT 1 FROM migrations WHERE id = ?")?.exists([id.as_str()])?)
            })?;
            if !known && !self.journal_path(id.as_str()).exists() {
                return Ok(id);
            }
        }
    }
}

fn heard(id: &str) -> Option<String> {
    MigrationId::heard(id).map(String::from)
}

fn random_id() -> Result<MigrationId> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes).map_err(|cause| {
        Error::new(ErrorKind::Local, Side::Host, "name the migration", "the system gives no random numbers")
            .caused_by(cause)
    })?;
    Ok(MigrationId::from_random(bytes))
}

fn unknown(operation: &'static str) -> Error {
    let message = "there is no such migration in this state folder; `omm status` lists them";
    Error::new(ErrorKind::Config, Side::Host, operation, message)
}

fn insert(conn: &Connection, row: &MigrationRow) -> Result<(), Fault> {
    let sql =
        "INSERT INTO migrations (id, pair, source, destination, options, created) VALUES (?, ?, ?, ?, ?, ?)";
    let (source, destination) = (json(&row.source)?, json(&row.destination)?);
    let pair = pair_key(&row.source, &row.destination);
    let created = row.created.to_rfc3339();
    conn.execute(sql, params![row.id, pair, source, destination, json(&row.options)?, created])?;
    Ok(())
}

fn update(conn: &Connection, row: &MigrationRow) -> Result<bool, Fault> {
    let sql = "UPDATE migrations SET pair = ?2, source = ?3, destination = ?4, options = ?5 WHERE id = ?1";
    let (source, destination) = (json(&row.source)?, json(&row.destination)?);
    let pair = pair_key(&row.source, &row.destination);
    Ok(conn.execute(sql, params![row.id, pair, source, destination, json(&row.options)?])? == 1)
}

fn read(row: &Row<'_>) -> Result<MigrationRow, Fault> {
    let text = |column| row.get::<_, String>(column);
    let created = DateTime::parse_from_rfc3339(&text(4)?).map_err(|_| Fault::Unreadable("time"))?;
    let id = MigrationId::heard(&text(0)?).ok_or(Fault::Unreadable("name of a migration"))?;
    let (source, destination) = (from_json(&text(1)?, "source")?, from_json(&text(2)?, "destination")?);
    let options = from_json(&text(3)?, "options")?;
    Ok(MigrationRow::new(id, source, destination, options, created.with_timezone(&Utc)))
}

/// Removes a database with the files that SQLite keeps beside it.
fn remove(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        gone(Path::new(&name))?;
    }
    Ok(())
}

fn gone(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Fault::from(error).at(path, "forget a migration"))
        }
        _ => Ok(()),
    }
}
