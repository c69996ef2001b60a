//! The connections to the database, with the settings that durability and constant cost need.

use crate::{
    error::Fault,
    lent::Lent,
    schema::{self, Schema},
};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow, PgSslMode},
};
use std::{fmt, net::IpAddr, str::FromStr, time::Duration};
use tokio::runtime::Handle;

/// A connection that rested longer is asked whether it still stands before it is used.
const FRESH: Duration = Duration::from_secs(2);

/// Connections for heartbeats.
const KEPT: u32 = 2;

/// What each connection is told first.
///
/// - Statements are planned once and for all values, and a plan that walks a table, or sorts what an index has in order, is
///   never the cheapest: what a question costs must not depend on what was counted last.
/// - Whoever runs the database may ask for more than `synchronous_commit = on`, but not for less.
const BEGINNING: &str = "
    SET lock_timeout = '30s';
    SET statement_timeout = '60s';
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 3;
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_sort = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET jit = off;
    SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

/// How a store uses its database.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// How many connections at most. Each migration at work uses one while it reads or writes, for milliseconds. Two more are
    /// kept for heartbeats, which must not wait for others.
    pub connections: u32,
    /// How long to wait for a connection.
    pub patience: Duration,
    /// A worker that stands still inside a transaction for so long (SIGSTOP, a machine asleep) is cut off by the database: it
    /// holds the row that whoever takes over must have. What it had not committed is gone, as it should be.
    pub stalled: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { connections: 10, patience: Duration::from_secs(30), stalled: Duration::from_secs(10) }
    }
}

/// Connections to a database. Futures of its users are [`Database::lend`]ed.
pub struct Database {
    pool: PgPool,
    /// For what must be said in time.
    kept: PgPool,
    runtime: Handle,
}

impl Database {
    /// Connects, and brings the tables up to date.
    pub(crate) async fn connect(address: &str, settings: &Settings) -> Result<Self, Fault> {
        let options = PgConnectOptions::from_str(address)
            // Its text may repeat the address, and that holds a password.
            .map_err(|_| Fault::Sql(sqlx::Error::Configuration("not of the form postgres://…".into())))?;
        let options = options.application_name("omm").disable_statement_logging();
        let is_said = names_ssl_mode(address) || std::env::var_os("PGSSLMODE").is_some();
        let options =
            if is_said || is_local(&options) { options } else { options.ssl_mode(PgSslMode::VerifyFull) };
        // One by itself first: a pool would try again and again and then say nothing but that it took too long.
        let mut first = PgConnection::connect_with(&options).await?;
        schema::prepare(&mut first, &schema::JOURNALS).await?;
        first.close().await?;
        let pool = pool(settings, settings.connections, options.clone());
        let kept = self::pool(settings, KEPT, options);
        Ok(Self { pool, kept, runtime: Handle::current() })
    }

    /// A future that may be polled and dropped anywhere.
    pub fn lend<'a, T>(&'a self, work: impl Future<Output = T> + Send + 'a) -> Lent<'a, T> {
        Lent::new(&self.runtime, work)
    }

    /// A connection, for statements that stand alone.
    pub async fn connection(&self) -> Result<PoolConnection<Postgres>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// The same for what must be said in time, however busy the others are.
    pub async fn kept_connection(&self) -> Result<PoolConnection<Postgres>, Fault> {
        Ok(self.kept.acquire().await?)
    }

    /// Begins a transaction with a statement that gives one row or none, in one round trip. The statement must hold nothing
    /// but what we wrote ourselves.
    pub async fn begin(&self, first: &str) -> Result<(Transaction, Option<PgRow>), Fault> {
        let mut transaction = Transaction { conn: self.pool.acquire().await?, is_open: true };
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("BEGIN; {first}")));
        let row = transaction.conn.fetch_optional(sql).await?;
        Ok((transaction, row))
    }

    /// Brings tables of another schema up to date.
    pub async fn prepare(&self, schema: &Schema) -> Result<(), Fault> {
        schema::prepare(&mut *self.connection().await?, schema).await
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.kept.close().await;
    }
}

fn pool(settings: &Settings, connections: u32, options: PgConnectOptions) -> PgPool {
    let stalled = settings.stalled.as_millis();
    let beginning = format!("SET idle_in_transaction_session_timeout = {stalled}; {BEGINNING}");
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(settings.patience)
        .test_before_acquire(false)
        .before_acquire(|conn, about| {
            Box::pin(async move {
                if about.idle_for > FRESH {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |conn, _| {
            let beginning = sqlx::AssertSqlSafe(beginning.clone());
            Box::pin(async move {
                conn.execute(sqlx::raw_sql(beginning)).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options)
}

/// Whether the address says how much TLS there is to be.
fn names_ssl_mode(address: &str) -> bool {
    let words = address.split_once('?').map(|(_, words)| words).unwrap_or_default();
    words.split('&').any(|word| matches!(word.split_once('='), Some(("sslmode" | "ssl-mode", _))))
}

/// Whether nothing leaves this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("connections", &self.pool.size()).finish_non_exhaustive()
    }
}

/// A transaction. Dropped before its end it takes its connection along: so nobody finds himself inside it.
pub struct Transaction {
    conn: PoolConnection<Postgres>,
    is_open: bool,
}

impl Transaction {
    /// To ask by.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// Makes it durable. An error says nothing about what became of it where the connection was lost.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.conn.execute(sqlx::raw_sql("COMMIT")).await?;
        self.is_open = false;
        Ok(())
    }

    /// Leaves everything as it was.
    pub async fn roll_back(mut self) {
        // If this does not arrive, the connection ends, and with it the transaction.
        self.is_open = self.conn.execute(sqlx::raw_sql("ROLLBACK")).await.is_err();
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.is_open {
            self.conn.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: passwords and journals that go over a network to whoever answers there; and a socket that wants a certificate.
    #[test]
    fn whom_tls_is_verified_of() {
        for (address, is_left) in [
            ("postgres://anna@db.example/omm", false),
            ("postgres://anna@10.0.0.7:5433/omm?application_name=sslmode", false),
            ("postgres://anna@localhost.example/omm", false),
            ("postgres://anna@localhost/omm", true),
            ("postgres://anna@127.0.0.2:5433/omm", true),
            ("postgres://anna@[::1]/omm", true),
            ("postgres:///omm?host=/run/postgresql", true),
            ("postgres://%2Frun%2Fpostgresql/omm", true),
            ("postgres://anna@db.example/omm?sslmode=prefer", true),
            ("postgres://anna@db.example/omm?a=b&sslmode=disable", true),
        ] {
            let options = PgConnectOptions::from_str(address).expect(address);
            assert_eq!(names_ssl_mode(address) || is_local(&options), is_left, "{address}");
        }
    }
}
