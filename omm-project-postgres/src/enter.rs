//! A migration goes where it was found to lead: into a mailbox that nobody else writes into, at servers that have room.

use crate::{
    house::{self, House, What},
    project, take,
    value::{get, signed, unsigned},
};
use omm_project::{
    project::Options,
    store::{Entry, FoundOut, MigrationKey, Part},
};
use omm_store_postgres::sql::{Database, Fault, stored};
use sqlx::{PgConnection, Row};

/// One of ours, before it goes anywhere.
struct Ours {
    project: i64,
    each_server: u64,
    in_all: u64,
    /// Whether it leads where it was counted when it was taken.
    is_known: bool,
}

pub(crate) async fn leads_to(
    database: &Database,
    key: MigrationKey,
    found: &FoundOut,
    worker: &str,
) -> Result<Entry, Fault> {
    let number = signed(key.0)?;
    let entry = led(database, number, found, worker).await?;
    if entry == Entry::Busy {
        // It is kept where it leads: nobody is offered it before whoever writes there is done, and then at once.
        let sql = "UPDATE omm_projects.migrations SET leads_to = $3 WHERE key = $1 AND holder = $2";
        let query = sqlx::query(sql).bind(number).bind(worker).bind(&found.mailbox.bytes()[..]);
        query.execute(&mut *database.connection().await?).await?;
    }
    Ok(entry)
}

async fn led(database: &Database, number: i64, found: &FoundOut, worker: &str) -> Result<Entry, Fault> {
    {
        let mut conn = database.connection().await?;
        let Some(ours) = ours(&mut conn, number, found, worker).await? else { return Ok(Entry::Busy) };
        if ours.is_known {
            return enter(&mut conn, number, found, worker).await;
        }
    }
    // What others have at these servers does not change meanwhile.
    let (mut tx, _) = database.begin(take::ALONE).await?;
    let entered = match counted_anew(tx.conn(), number, found, worker).await {
        Ok(Entry::Full) => Ok(Entry::Full),
        Ok(Entry::Free(part)) => enter(tx.conn(), number, found, worker).await.map(|entry| match entry {
            Entry::Free(_) => Entry::Free(part),
            entry => entry,
        }),
        entry => entry,
    };
    match entered {
        Ok(Entry::Busy) => {
            tx.roll_back().await;
            Ok(Entry::Busy)
        }
        Ok(entry) => tx.commit().await.map(|()| entry).map_err(Fault::of_commit),
        Err(fault) => {
            tx.roll_back().await;
            Err(fault)
        }
    }
}

async fn ours(
    conn: &mut PgConnection,
    key: i64,
    found: &FoundOut,
    worker: &str,
) -> Result<Option<Ours>, Fault> {
    let sql = "SELECT project, each_server, in_all, source_server = $3 AND destination_server = $4 AS is_known \
               FROM omm_projects.migrations WHERE key = $1 AND holder = $2";
    let query = sqlx::query(sql).bind(key).bind(worker);
    let query = query.bind(stored(&found.source_server)).bind(stored(&found.destination_server));
    let Some(row) = query.fetch_optional(conn).await? else { return Ok(None) };
    let number = |column| unsigned(get::<Option<i64>>(&row, column)?.unwrap_or_default());
    let (each_server, in_all) = (number("each_server")?, number("in_all")?);
    Ok(Some(Ours { project: get(&row, "project")?, each_server, in_all, is_known: get(&row, "is_known")? }))
}

/// The mailbox is ours, unless somebody else writes into it.
async fn enter(conn: &mut PgConnection, key: i64, found: &FoundOut, worker: &str) -> Result<Entry, Fault> {
    let sql = "UPDATE omm_projects.migrations SET mailbox = $3, leads_to = $3 WHERE key = $1 AND holder = $2";
    let query = sqlx::query(sql).bind(key).bind(worker).bind(&found.mailbox.bytes()[..]);
    match query.execute(conn).await {
        Ok(done) if done.rows_affected() > 0 => Ok(Entry::Free(None)),
        Ok(_) => Ok(Entry::Busy),
        Err(error) if take::is_taken(&error) => Ok(Entry::Busy),
        Err(error) => Err(error.into()),
    }
}

/// From now on it counts at the servers that were found, with as much as is left there. What was found is kept: the next time
/// it is taken it counts there at once.
async fn counted_anew(
    conn: &mut PgConnection,
    key: i64,
    found: &FoundOut,
    worker: &str,
) -> Result<Entry, Fault> {
    let Some(ours) = ours(conn, key, found, worker).await? else { return Ok(Entry::Busy) };
    let Some(options) = project::options(conn, ours.project).await? else { return Ok(Entry::Busy) };
    let sql = "SELECT coalesce(sum(each_server) FILTER (WHERE $3 IN (source_server, destination_server)), 0)::bigint, \
                   coalesce(sum(each_server) FILTER (WHERE $4 IN (source_server, destination_server)), 0)::bigint \
               FROM omm_projects.migrations WHERE project = $1 AND state IN (2, 4) AND key <> $2";
    let query = sqlx::query(sql).bind(ours.project).bind(key);
    let query = query.bind(stored(&found.source_server)).bind(stored(&found.destination_server));
    let row = query.fetch_one(&mut *conn).await?;
    let used = unsigned(row.try_get::<i64, _>(0)?.max(row.try_get(1)?))?;
    let left = u64::from(options.requests_per_server).saturating_sub(used);
    let each_server = ours.each_server.min(left).min(left_of_all(conn, key, &ours, &options, found).await?);
    let sql = "UPDATE omm_projects.migrations SET source_server = $3, destination_server = $4, each_server = $5 \
               WHERE key = $1 AND holder = $2";
    let query = sqlx::query(sql).bind(key).bind(worker);
    let query = query.bind(stored(&found.source_server)).bind(stored(&found.destination_server));
    query.bind(signed(each_server)?).execute(conn).await?;
    Ok(match each_server {
        0 => Entry::Full,
        _ => Entry::Free(Some(Part { each_server: each_server as usize, in_all: ours.in_all as usize })),
    })
}

/// What is left there of what all projects together may have. It has its place and its requests in all, whoever wants some.
async fn left_of_all(
    conn: &mut PgConnection,
    key: i64,
    ours: &Ours,
    options: &Options,
    found: &FoundOut,
) -> Result<u64, Fault> {
    let Some(mut house) = House::see(conn).await? else { return Ok(u64::MAX) };
    let servers = [stored(&found.source_server), stored(&found.destination_server)].map(String::from);
    house.leads_to(key, servers.clone());
    let left = servers.each_ref().map(|server| house.left_at(server, ours.project, options));
    let lacking = servers.iter().zip(left).filter(|(_, left)| *left == 0);
    let lacking: Vec<What<'_>> = lacking.map(|(server, _)| What::At(server)).collect();
    house::wants(conn, ours.project, &lacking).await?;
    Ok(left[0].min(left[1]))
}
