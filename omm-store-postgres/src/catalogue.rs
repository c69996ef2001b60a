//! Which migrations there are in a database, and who works on them.

use crate::{
    Grant, Lease, PostgresJournal, Settings, Terms,
    database::Database,
    error::Fault,
    lease::{self, Wanted},
    query::count,
    row::Columns,
    schema::TABLES,
    text,
};
use chrono::{DateTime, Utc};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::Runtime,
    journal::{
        MigrationId, MigrationRow, account_key,
        columns::{from_json, to_json},
        pair_key,
    },
    options::Options,
    seam::AccountSpec,
};
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use std::{fmt, sync::Arc};

/// The migrations of a database. Cloning gives another handle to the same one.
///
/// # Cancel safety
/// A dropped call has done all it does, or nothing.
#[derive(Clone)]
pub struct PostgresStore {
    database: Arc<Database>,
    runtime: Arc<dyn Runtime>,
}

const COLUMNS: &str = "id, source, destination, options, created";

impl PostgresStore {
    /// Connects to a database, `postgres://user@host/name`, and makes or brings up to date what is in its schema `omm`. To
    /// be called inside the tokio runtime in which the connections are to live.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`], naming the remedy, when it cannot be reached or written, or the schema is something else, or of
    /// a newer version; then nothing was changed.
    pub async fn connect(address: &str, settings: &Settings, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let database = Database::connect(address, settings).await;
        let database = database.map_err(|fault| fault.at("open the state"))?;
        Ok(Self { database: Arc::new(database), runtime })
    }

    /// The database itself.
    pub fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// What the host lent.
    pub fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.runtime
    }

    /// Ends all connections; whoever still works with a handle gets errors from now on.
    pub async fn close(&self) {
        self.database.lend(self.database.close()).await;
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
        let created = self.runtime.now();
        let work = async {
            let mut conn = self.database.connection().await?;
            insert(&mut conn, source, destination, options, created).await
        };
        self.lend("begin a migration", work).await
    }

    /// An id that no migration has, as far as chance goes, for [`Self::create_as`].
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] where the system gives no random numbers.
    pub fn new_id() -> Result<MigrationId> {
        random_id().map_err(|fault| fault.at("begin a migration"))
    }

    /// As [`Self::create`], under an id that its host noted before: whatever happens meanwhile, he knows what may be there.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when it cannot be written, or the id is taken.
    pub async fn create_as(
        &self,
        id: MigrationId,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<MigrationRow> {
        let created = self.runtime.now();
        let work = async {
            let mut conn = self.database.connection().await?;
            let made = insert_as(&mut conn, id, source, destination, options, created).await?;
            made.ok_or_else(|| Fault::Refused("a migration of this id is there already".to_owned()))
        };
        self.lend("begin a migration", work).await
    }

    /// The migration between these two accounts, or a new one. Of two workers that ask at the same moment, one
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
        let created = self.runtime.now();
        let place = text::short(&pair_key(source, destination));
        let work = async {
            let (mut tx, _) = self.database.begin(&format!("SELECT pg_advisory_xact_lock({place})")).await?;
            let row = match pair(source, destination, tx.conn()).await? {
                Some(row) => row,
                None => insert(tx.conn(), source, destination, options, created).await?,
            };
            tx.commit().await?;
            Ok(row)
        };
        self.lend("begin a migration", work).await
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
        let work = async {
            let mut conn = self.database.connection().await?;
            pair(source, destination, &mut conn).await
        };
        self.lend(READ, work).await
    }

    /// The migration with this id, which may be written without case and dashes.
    ///
    /// # Errors
    /// See [`Self::find_pair`].
    pub async fn get(&self, id: &str) -> Result<Option<MigrationRow>> {
        let Some(id) = MigrationId::heard(id) else { return Ok(None) };
        let query = rows_where("id = $1").bind(id.as_str().to_owned());
        Ok(self.rows(query).await?.pop())
    }

    /// Migrations, newest first, at most `limit` of those that are older than `before`.
    ///
    /// # Errors
    /// See [`Self::find_pair`].
    pub async fn list(&self, before: Option<&str>, limit: usize) -> Result<Vec<MigrationRow>> {
        let before = before.and_then(MigrationId::heard);
        let condition = "key < coalesce((SELECT key FROM omm.migrations WHERE id = $1), 9223372036854775807) \
                         ORDER BY key DESC LIMIT $2";
        self.rows(rows_where(condition).bind(before.map(String::from)).bind(count(limit))).await
    }

    /// Puts the accounts and options of a known migration in the place of the stored ones.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is no such migration; [`ErrorKind::Journal`] when it cannot be written, or somebody
    /// else works on the new destination.
    pub async fn update(&self, row: &MigrationRow) -> Result<()> {
        const OPERATION: &str = "update a migration";
        let sql = "WITH moved AS ( \
                       UPDATE omm.owners SET destination = $6 \
                       WHERE migration = (SELECT key FROM omm.migrations WHERE id = $1) AND destination <> $6 \
                   ) UPDATE omm.migrations SET pair_hash = $2, source = $3, destination = $4, options = $5 WHERE id = $1";
        let work = async {
            let mut conn = self.database.connection().await?;
            let query = sqlx::query(sql).bind(&row.id);
            let query = bound(query, &row.source, &row.destination, &row.options)?;
            Ok(query.bind(mailbox(&row.destination)).execute(&mut *conn).await?.rows_affected())
        };
        match self.lend(OPERATION, work).await? {
            0 => Err(unknown(OPERATION).with("id", &row.id)),
            _ => Ok(()),
        }
    }

    /// Erases a migration with everything that is known about it. Nothing happens at either account.
    /// Says whether there was one.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] while somebody works on it.
    pub async fn forget(&self, id: &str) -> Result<bool> {
        let Some(id) = MigrationId::heard(id) else { return Ok(false) };
        let Some(wanted) = self.wanted(id.as_str()).await? else { return Ok(false) };
        self.lend("forget a migration", forget(&self.database, wanted.migration)).await
    }

    /// Asks for the right to work on a migration: `worker` says who, in words for other people's messages. Nobody else has it
    /// until it is released, or its term and the margin have passed without a renewal; nor has anybody another migration
    /// into the same mailbox.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is no such migration; else [`ErrorKind::Journal`].
    ///
    /// # Cancel safety
    /// It may have been given; then it runs out.
    pub async fn lease(&self, id: &str, worker: &str, terms: Terms) -> Result<Grant> {
        const OPERATION: &str = "lease the migration";
        let wanted = self.wanted(id).await?.ok_or_else(|| unknown(OPERATION).with("id", id))?;
        self.lend(OPERATION, lease::lease(&self.database, &self.runtime, wanted, worker, terms)).await
    }

    /// Renews many leases in one round trip, and says of each whether it is still held. The fence of one that is not has
    /// ended then.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`]; then all are as they were.
    pub async fn renew(&self, leases: &[&Lease]) -> Result<Vec<bool>> {
        let renewed = lease::renew(&self.database, &self.runtime, leases).await;
        renewed.map_err(|fault| fault.at("lease the migration"))
    }

    /// The journal of a migration, to read it and to ask its owner to stop, while somebody works on it or not.
    ///
    /// # Errors
    /// As for [`Self::lease`].
    pub async fn observe(&self, id: &str) -> Result<PostgresJournal> {
        let known = self.wanted(id).await?.ok_or_else(|| unknown("open the journal").with("id", id))?;
        Ok(PostgresJournal::new(&self.database, known.migration, &known.id, None))
    }

    async fn wanted(&self, id: &str) -> Result<Option<Wanted>> {
        let Some(id) = MigrationId::heard(id) else { return Ok(None) };
        let sql = "SELECT o.migration, o.destination FROM omm.owners AS o \
                   JOIN omm.migrations AS m ON m.key = o.migration WHERE m.id = $1";
        let work = async {
            let mut conn = self.database.connection().await?;
            let row = sqlx::query(sql).bind(id.as_str()).fetch_optional(&mut *conn).await?;
            let Some(row) = row else { return Ok(None) };
            let mut at = Columns::of(&row);
            Ok(Some(Wanted { migration: at.get()?, destination: at.get()?, id: id.as_str().to_owned() }))
        };
        self.lend(READ, work).await
    }

    async fn rows(&self, query: Query<'_, Postgres, PgArguments>) -> Result<Vec<MigrationRow>> {
        let work = async {
            let mut conn = self.database.connection().await?;
            query.fetch_all(&mut *conn).await?.iter().map(read).collect()
        };
        self.lend(READ, work).await
    }

    async fn lend<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T> {
        self.database.lend(work).await.map_err(|fault| fault.at(operation))
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("database", &self.database).finish_non_exhaustive()
    }
}

const READ: &str = "read the catalogue";

fn unknown(operation: &'static str) -> Error {
    let message = "there is no such migration in this database; `omm status` lists them";
    Error::new(ErrorKind::Config, Side::Host, operation, message)
}

fn rows_where(condition: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM omm.migrations WHERE {condition}")))
}

async fn pair(
    source: &AccountSpec,
    destination: &AccountSpec,
    conn: &mut PgConnection,
) -> Result<Option<MigrationRow>, Fault> {
    let query = rows_where("pair_hash = $1 ORDER BY key DESC LIMIT 1");
    let row = query.bind(text::hash(&pair_key(source, destination))).fetch_optional(conn).await?;
    row.as_ref().map(read).transpose()
}

/// A migration under a name that is free, with the row of its owner.
async fn insert(
    conn: &mut PgConnection,
    source: &AccountSpec,
    destination: &AccountSpec,
    options: &Options,
    created: DateTime<Utc>,
) -> Result<MigrationRow, Fault> {
    loop {
        let id = random_id()?;
        if let Some(made) = insert_as(conn, id, source, destination, options, created).await? {
            return Ok(made);
        }
    }
}

/// The same under this one; nothing where it is not free.
async fn insert_as(
    conn: &mut PgConnection,
    id: MigrationId,
    source: &AccountSpec,
    destination: &AccountSpec,
    options: &Options,
    created: DateTime<Utc>,
) -> Result<Option<MigrationRow>, Fault> {
    let sql = "WITH made AS ( \
                   INSERT INTO omm.migrations (id, pair_hash, source, destination, options, created) \
                   VALUES ($1, $2, $3, $4, $5, $7) ON CONFLICT (id) DO NOTHING RETURNING key \
               ) INSERT INTO omm.owners (migration, destination) SELECT key, $6 FROM made";
    let query = bound(sqlx::query(sql).bind(id.as_str().to_owned()), source, destination, options)?;
    let query = query.bind(mailbox(destination)).bind(created);
    let is_made = query.execute(&mut *conn).await?.rows_affected() > 0;
    Ok(is_made.then(|| MigrationRow::new(id, source.clone(), destination.clone(), options.clone(), created)))
}

/// `$2` the pair, `$3` the source, `$4` the destination, `$5` the options.
fn bound<'q>(
    query: Query<'q, Postgres, PgArguments>,
    source: &AccountSpec,
    destination: &AccountSpec,
    options: &Options,
) -> Result<Query<'q, Postgres, PgArguments>, Fault> {
    let pair = text::hash(&pair_key(source, destination));
    let query = query.bind(pair).bind(to_json(source, "source")?);
    Ok(query.bind(to_json(destination, "destination")?).bind(to_json(options, "options")?))
}

fn read(row: &PgRow) -> Result<MigrationRow, Fault> {
    let mut at = Columns::of(row);
    let id = MigrationId::heard(&at.text()?).ok_or(Fault::Unreadable("name of a migration"))?;
    let source = from_json(&at.text()?, "source")?;
    let destination = from_json(&at.text()?, "destination")?;
    let options = from_json(&at.text()?, "options")?;
    Ok(MigrationRow::new(id, source, destination, options, at.get()?))
}

/// What stands for the mailbox that is written, whoever lets us in.
fn mailbox(destination: &AccountSpec) -> Vec<u8> {
    let mut itself = destination.clone();
    itself.delegate = None;
    text::hash(&account_key(&itself))
}

fn random_id() -> Result<MigrationId, Fault> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes)
        .map_err(|_| Fault::Refused("the system gives no random numbers to name the migration".to_owned()))?;
    Ok(MigrationId::from_random(bytes))
}

async fn forget(database: &Database, migration: i64) -> Result<bool, Fault> {
    let lock = format!(
        "SELECT coalesce(free_at > clock_timestamp(), false), holder FROM omm.owners \
         WHERE migration = {migration} FOR UPDATE"
    );
    let (mut tx, row) = database.begin(&lock).await?;
    let Some(row) = row else {
        tx.roll_back().await;
        return Ok(false);
    };
    let mut at = Columns::of(&row);
    if at.get()? {
        let worker = at.some_text()?.unwrap_or_default();
        tx.roll_back().await;
        return Err(Fault::Refused(format!("worker {worker} works on this migration; stop it or wait")));
    }
    // A large ledger takes its time.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0").execute(tx.conn()).await?;
    for table in TABLES {
        let sql = AssertSqlSafe(format!("DELETE FROM omm.{table} WHERE migration = $1"));
        sqlx::query(sql).bind(migration).execute(tx.conn()).await?;
    }
    sqlx::query("DELETE FROM omm.migrations WHERE key = $1").bind(migration).execute(tx.conn()).await?;
    tx.commit().await?;
    Ok(true)
}
