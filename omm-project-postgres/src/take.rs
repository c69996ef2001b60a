//! A migration is taken: within the limits, whoever else takes some at this moment.

use crate::{
    audit,
    house::{self, House},
    migration,
    project::{self, ProjectKey},
    value::{get, micros, signed, unsigned},
};
use omm_project::{
    project::{Options, Project, ProjectId},
    store::{Act, By, MigrationKey, Part, State, Take},
};
use omm_store_postgres::{Terms, sql::Fault};
use sqlx::{PgConnection, postgres::PgRow};
use std::time::Duration;

/// Whoever takes something, or takes something up, does so alone: what he counts does not change meanwhile. "OMM" and 1.
pub(crate) const ALONE: &str = "SELECT pg_advisory_xact_lock(5197645, 1)";

/// Who takes.
pub(crate) struct Taker<'a> {
    pub(crate) worker: &'a str,
    pub(crate) terms: Terms,
    pub(crate) by: &'a By,
}

pub(crate) async fn take(
    conn: &mut PgConnection,
    id: &ProjectId,
    key: MigrationKey,
    taker: &Taker<'_>,
) -> Result<Take, Fault> {
    // Everybody who takes waits behind this one: it waits for nobody who is busy with the project.
    let Some(ProjectKey(project)) = project::try_lock(conn, id).await? else { return Ok(Take::Full) };
    let Some(Project { options, held: false, .. }) = project::get_one(conn, id).await? else {
        return Ok(Take::Full);
    };
    let number = signed(key.0)?;
    let sql = "SELECT state, target, leads_to, source_server, destination_server FROM omm_projects.migrations \
               WHERE key = $1 AND project = $2 FOR UPDATE";
    let row = sqlx::query(sql).bind(number).bind(project).fetch_optional(&mut *conn).await?;
    let Some(row) = row.filter(|row| migration::state(row).is_ok_and(State::is_in_line)) else {
        return Ok(Take::Gone);
    };
    let target: Vec<u8> = get(&row, "target")?;
    let leads_to: Option<Vec<u8>> = get(&row, "leads_to")?;
    let sql = "SELECT key FROM omm_projects.migrations WHERE mailbox IN ($1, $2) AND state IN (2, 4)";
    let into = sqlx::query(sql).bind(&target).bind(&leads_to).fetch_optional(&mut *conn).await?;
    if into.is_some() {
        return Ok(Take::Gone);
    }
    let Some(part) = part(conn, project, &options, &row).await? else { return Ok(Take::Full) };
    let servers: [String; 2] = [get(&row, "source_server")?, get(&row, "destination_server")?];
    house::has(conn, project, [&servers[0], &servers[1]]).await?;
    let sql = "UPDATE omm_projects.migrations SET state = 2, reason = NULL, wish = NULL, changed = $2, holder = $3, \
                   free_at = clock_timestamp() + $4 * interval '1 microsecond', each_server = $5, in_all = $6, mailbox = $7 \
               WHERE key = $1";
    sqlx::query(sql)
        .bind(number)
        .bind(micros(taker.by.when))
        .bind(taker.worker)
        .bind(until_free(taker.terms))
        .bind(signed(part.each_server as u64)?)
        .bind(signed(part.in_all as u64)?)
        // Where it was found to lead, nobody else is offered it from now on.
        .bind(leads_to.unwrap_or(target))
        .execute(&mut *conn)
        .await?;
    project::touch(conn, id, taker.by.when).await?;
    audit::append(conn, id, taker.by, &Act::taken_up(key)).await?;
    let sql = "SELECT count(DISTINCT holder) AS workers FROM omm_projects.migrations WHERE project = $1 AND state IN (2, 4)";
    let workers = get::<i64>(&sqlx::query(sql).bind(project).fetch_one(conn).await?, "workers")?;
    Ok(Take::Taken { part: Some(part), workers: usize::try_from(workers).unwrap_or(1) })
}

/// Whether there is nothing left of the project's limits or of those of all, as far as one sees without keeping others from taking.
pub(crate) async fn is_full(
    conn: &mut PgConnection,
    id: &ProjectId,
    key: MigrationKey,
) -> Result<bool, Fault> {
    let Some(ProjectKey(project)) = project::key(conn, id).await? else { return Ok(false) };
    let Some(Project { options, .. }) = project::get_one(conn, id).await? else { return Ok(false) };
    let sql = "SELECT source_server, destination_server FROM omm_projects.migrations WHERE key = $1";
    let row = sqlx::query(sql).bind(signed(key.0)?).fetch_optional(&mut *conn).await?;
    let Some(row) = row else { return Ok(false) };
    Ok(part(conn, project, &options, &row).await?.is_none())
}

/// Whether somebody else has what must be had alone.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// How long after now somebody else may take what is held from now on, in microseconds.
pub(crate) fn until_free(terms: Terms) -> i64 {
    let whole: Duration = terms.held.saturating_add(terms.margin);
    i64::try_from(whole.as_micros()).unwrap_or(i64::MAX)
}

/// What all workers together have in hand of a project.
#[derive(Debug, Default)]
struct InHand {
    migrations: u64,
    at_source: u64,
    at_destination: u64,
    in_all: u64,
    /// How many wait for their turn, this one included.
    waiting: u64,
}

/// What is left for one more of this project's; nothing if nothing is.
async fn part(
    conn: &mut PgConnection,
    project: i64,
    options: &Options,
    row: &PgRow,
) -> Result<Option<Part>, Fault> {
    let sql = "SELECT count(*) AS migrations, coalesce(sum(in_all), 0)::bigint AS in_all, \
                   coalesce(sum(each_server) FILTER (WHERE $2 IN (source_server, destination_server)), 0)::bigint AS at_source, \
                   coalesce(sum(each_server) FILTER (WHERE $3 IN (source_server, destination_server)), 0)::bigint AS at_destination, \
                   coalesce((SELECT sum(count) FROM omm_projects.counts WHERE project = $1 AND state = 0), 0)::bigint AS waiting \
               FROM omm_projects.migrations WHERE project = $1 AND state IN (2, 4)";
    let (source, destination): (String, String) =
        (get(row, "source_server")?, get(row, "destination_server")?);
    let query = sqlx::query(sql).bind(project).bind(&source).bind(&destination);
    let found = query.fetch_one(&mut *conn).await?;
    let number = |column| unsigned(get(&found, column)?);
    let in_hand = InHand {
        migrations: number("migrations")?,
        at_source: number("at_source")?,
        at_destination: number("at_destination")?,
        in_all: number("in_all")?,
        waiting: number("waiting")?,
    };
    let Some(part) = in_hand.left(options) else { return Ok(None) };
    let Some(house) = House::see(conn).await? else { return Ok(Some(part)) };
    match house.one_more(project, options, [&source, &destination]) {
        Ok(most) => Ok(Some(Part {
            each_server: part.each_server.min(most.each_server),
            in_all: part.in_all.min(most.in_all),
        })),
        Err(lacking) => {
            house::wants(conn, project, &lacking).await?;
            Ok(None)
        }
    }
}

impl InHand {
    /// What is left is divided among those that may still come. Nobody gets all of it while there is room for another one: more
    /// may be added a moment later, and would wait until this one has ended.
    fn left(&self, options: &Options) -> Option<Part> {
        let places = u64::from(options.migrations_at_once).saturating_sub(self.migrations);
        let to_come = places.min(self.waiting.max(2));
        let share = |limit: u32, used: u64| {
            let left = u64::from(limit).saturating_sub(used);
            (left > 0 && to_come > 0).then(|| (left / to_come).max(1) as usize)
        };
        let each_server = share(options.requests_per_server, self.at_source.max(self.at_destination))?;
        Some(Part { each_server, in_all: share(options.requests_at_once, self.in_all)? })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]
mod tests {
    use super::*;

    // Would catch: more open at a server than the project allows, and a project whose last migrations crawl.
    #[test]
    fn what_is_left_is_shared_and_never_more() {
        let mut options = Options::default();
        (options.migrations_at_once, options.requests_per_server, options.requests_at_once) = (4, 10, 100);
        let mut in_hand = InHand { waiting: 50, ..InHand::default() };
        let mut given = Vec::new();
        while let Some(part) = in_hand.left(&options) {
            given.push(part.each_server);
            in_hand.migrations += 1;
            in_hand.at_source += part.each_server as u64;
            in_hand.in_all += part.in_all as u64;
        }
        assert_eq!(given, [2, 2, 3, 3]);
        let last = InHand { waiting: 1, at_destination: 4, migrations: 2, ..InHand::default() };
        assert_eq!(last.left(&options), Some(Part { each_server: 3, in_all: 50 }));
        let no_more_places = InHand { migrations: 3, ..last };
        assert_eq!(no_more_places.left(&options), Some(Part { each_server: 6, in_all: 100 }));
        // More places than requests: each has one, until there are none.
        (options.migrations_at_once, options.requests_per_server) = (20, 2);
        assert_eq!(InHand { waiting: 50, ..InHand::default() }.left(&options).unwrap().each_server, 1);
        assert_eq!(
            InHand { waiting: 50, migrations: 2, at_source: 2, ..InHand::default() }.left(&options),
            None
        );
    }
}
