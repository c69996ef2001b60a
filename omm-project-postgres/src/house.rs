//! What all projects together may have: of each limit every project has as much as the others, as far as it could use it.
//!
//! A project that was refused something wants it for a while, and counts like those that have some. Requests that others have
//! beyond their part are taken from them by the next division; migrations that run beyond it go on to their end, and what becomes
//! free goes to whoever has waited longest. A place is kept for nobody who has nothing left to take it with; requests are, since
//! nobody sees here how many a migration could use. Nothing here is read where nobody limits the house.

use crate::value::{from_json, get, json, unsigned};
use omm_project::{
    project::{HouseLimits, Options},
    store::{MigrationKey, Part},
};
use omm_store_postgres::sql::Fault;
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What<'a> {
    /// Requests at this server.
    At(&'a str),
    /// Requests in all.
    Requests,
    Migrations,
}

/// All that is at work, and who wants more, at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct House {
    limits: HouseLimits,
    /// In the order of their keys.
    at_work: Vec<AtWork>,
    /// Whoever has waited longest comes first.
    wanted: Vec<(String, i64)>,
    options: HashMap<i64, Options>,
    /// How many of each wait for their turn.
    waiting: HashMap<i64, u64>,
}

#[derive(Clone, Debug)]
struct AtWork {
    key: i64,
    project: i64,
    servers: [String; 2],
    each_server: u64,
    in_all: u64,
}

/// What a project has of something, in how many migrations, and what it may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Claim {
    project: i64,
    has: u64,
    migrations: u64,
    may: u64,
}

/// So long a project wants what it was refused: it asks again each second.
macro_rules! lately {
    () => {
        "last > clock_timestamp() - interval '5 seconds'"
    };
}

/// Before the name of a server.
const AT: &str = "requests at ";

impl What<'_> {
    pub(crate) fn name(self) -> String {
        match self {
            Self::At(server) => format!("{AT}{server}"),
            Self::Requests => "requests".to_owned(),
            Self::Migrations => "migrations".to_owned(),
        }
    }
}

impl House {
    /// Nothing where nobody limits it.
    pub(crate) async fn see(conn: &mut PgConnection) -> Result<Option<Self>, Fault> {
        let limits = limits(conn).await?;
        if limits == HouseLimits::default() {
            return Ok(None);
        }
        let sql = "SELECT key, project, source_server, destination_server, coalesce(each_server, 0) AS each_server, \
                       coalesce(in_all, 0) AS in_all FROM omm_projects.migrations WHERE state IN (2, 4) ORDER BY key";
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await?;
        let at_work = rows.iter().map(|row| {
            Ok(AtWork {
                key: get(row, "key")?,
                project: get(row, "project")?,
                servers: [get(row, "source_server")?, get(row, "destination_server")?],
                each_server: unsigned(get(row, "each_server")?)?,
                in_all: unsigned(get(row, "in_all")?)?,
            })
        });
        let at_work: Vec<AtWork> = at_work.collect::<Result<_, Fault>>()?;
        let sql = concat!(
            "SELECT what, project FROM omm_projects.wanted WHERE ",
            lately!(),
            " ORDER BY since, project"
        );
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await?;
        let wanted = rows.iter().map(|row| Ok((get(row, "what")?, get(row, "project")?)));
        let wanted: Vec<(String, i64)> = wanted.collect::<Result<_, Fault>>()?;
        let mut house = Self { limits, at_work, wanted, ..Self::default() };
        house.read_options(conn).await?;
        Ok(Some(house))
    }

    async fn read_options(&mut self, conn: &mut PgConnection) -> Result<(), Fault> {
        let all = self.at_work.iter().map(|one| one.project).chain(self.wanted.iter().map(|(_, of)| *of));
        let all: Vec<i64> = all.collect::<BTreeSet<_>>().into_iter().collect();
        let sql = "SELECT p.key, p.options, coalesce(c.count, 0) AS waiting FROM omm_projects.projects AS p \
                   LEFT JOIN omm_projects.counts AS c ON c.project = p.key AND c.state = 0 WHERE p.key = ANY($1)";
        for row in sqlx::query(sql).bind(all).fetch_all(conn).await? {
            self.waiting.insert(get(&row, "key")?, unsigned(get(&row, "waiting")?)?);
            // What a later version wrote is of no weight to this one, and keeps nobody from the others.
            if let Ok(options) = from_json(&get::<String>(&row, "options")?, "options") {
                self.options.insert(get(&row, "key")?, options);
            }
        }
        Ok(())
    }

    pub(crate) fn at_work(&self) -> usize {
        self.at_work.len()
    }

    /// One has this much from now on.
    pub(crate) fn set(&mut self, key: i64, (each_server, in_all): (u64, u64)) {
        if let Some(one) = self.one_mut(key) {
            (one.each_server, one.in_all) = (each_server, in_all);
        }
    }

    /// One is found to lead to these servers, and has nothing there yet.
    pub(crate) fn leads_to(&mut self, key: i64, servers: [String; 2]) {
        if let Some(one) = self.one_mut(key) {
            (one.servers, one.each_server) = (servers, 0);
        }
    }

    /// Servers at which a project has all that it may have there, as others have theirs.
    pub(crate) fn full(&self, project: i64, options: &Options) -> Vec<String> {
        let Some(limit) = self.limit(What::At("")) else { return Vec::new() };
        let wanted = self.wanted.iter().filter_map(|(what, _)| what.strip_prefix(AT));
        let mut servers: BTreeSet<&str> = wanted.collect();
        // Only where it has some, or there is little left, it may be so: each takes a look at all that is at work.
        let mut used: HashMap<&str, u64> = HashMap::new();
        for one in &self.at_work {
            for server in &one.servers {
                let used = used.entry(server).or_default();
                *used += one.each_server.max(1);
                if one.project == project || *used >= limit {
                    servers.insert(server);
                }
            }
        }
        let full = servers.into_iter().filter(|server| self.room(project, options, What::At(server)) == 0);
        full.map(str::to_owned).collect()
    }

    /// How much is left at a server for one of a project that is at work, and has nothing there yet.
    pub(crate) fn left_at(&self, server: &str, project: i64, options: &Options) -> u64 {
        let Some(limit) = self.limit(What::At(server)) else { return u64::MAX };
        let (of, used) = self.claim(What::At(server), project, options);
        let left = of.may.saturating_sub(of.has).min(limit.saturating_sub(used));
        left.min((of.may / of.migrations.max(1)).max(1))
    }

    /// What one more of a project may have at these servers, or what there is not enough of.
    pub(crate) fn one_more<'a>(
        &self,
        project: i64,
        options: &Options,
        servers: [&'a str; 2],
    ) -> Result<Part, Vec<What<'a>>> {
        let room = |what| self.room(project, options, what);
        let everything = [What::Migrations, What::Requests, What::At(servers[0]), What::At(servers[1])];
        let lacking: Vec<_> = everything.into_iter().filter(|what| room(*what) == 0).collect();
        if !lacking.is_empty() {
            return Err(lacking);
        }
        let each_server = room(everything[2]).min(room(everything[3]));
        let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        Ok(Part { each_server: whole(each_server), in_all: whole(room(What::Requests)) })
    }

    /// What one that is at work may have, where all have what they have now.
    pub(crate) fn allowed(&self, key: i64) -> (u64, u64) {
        let at = self.at_work.binary_search_by_key(&key, |one| one.key);
        let Some(one) = at.ok().and_then(|at| self.at_work.get(at)) else { return (0, 0) };
        let here = one.servers.iter().map(|server| self.may_have(one, What::At(server)));
        (here.min().unwrap_or_default(), self.may_have(one, What::Requests))
    }

    fn one_mut(&mut self, key: i64) -> Option<&mut AtWork> {
        let at = self.at_work.binary_search_by_key(&key, |one| one.key).ok()?;
        self.at_work.get_mut(at)
    }

    fn may_have(&self, one: &AtWork, what: What<'_>) -> u64 {
        let Some(limit) = self.limit(what) else { return u64::MAX };
        let claims = self.claims(what, None);
        let has = part_of(one, what).unwrap_or_default();
        let of = claims.iter().find(|claim| claim.project == one.project).copied().unwrap_or_default();
        let own = self.at_work.iter().filter(|other| other.project == one.project);
        let before = own.filter(|other| other.key < one.key && part_of(other, what).is_some()).count() as u64;
        let count = of.migrations.max(1);
        let most = of.may / count + u64::from(before < of.may % count);
        let used: u64 = claims.iter().map(|claim| claim.has).sum();
        match has > most {
            true => most,
            // What others have not given up is not there yet.
            false => has + (most - has).min(limit.saturating_sub(used)),
        }
    }

    /// How much one more of a project may have of something.
    fn room(&self, project: i64, options: &Options, what: What<'_>) -> u64 {
        let Some(limit) = self.limit(what) else { return u64::MAX };
        let (of, used) = self.claim(what, project, options);
        let left = of.may.saturating_sub(of.has).min(limit.saturating_sub(used));
        // Its others keep theirs until they are divided again.
        left.min((of.may / (of.migrations + 1)).max(1))
    }

    /// What a project that asks has and may have, and how much all have.
    fn claim(&self, what: What<'_>, project: i64, options: &Options) -> (Claim, u64) {
        let claims = self.claims(what, Some((project, options)));
        let of = claims.iter().find(|claim| claim.project == project).copied().unwrap_or_default();
        (of, claims.iter().map(|claim| claim.has).sum())
    }

    fn limit(&self, what: What<'_>) -> Option<u64> {
        let limit = match what {
            What::At(_) => self.limits.requests_per_server,
            What::Requests => self.limits.requests_at_once,
            What::Migrations => self.limits.migrations_at_once,
        };
        limit.map(u64::from)
    }

    /// Who has or wants some of it: first those that have, in the order in which they were added, then those that wait, and whoever
    /// asks now.
    fn claims(&self, what: What<'_>, asks: Option<(i64, &Options)>) -> Vec<Claim> {
        let (mut claims, mut places): (Vec<Claim>, HashMap<i64, usize>) = Default::default();
        let mut place = |claims: &mut Vec<Claim>, project| {
            *places.entry(project).or_insert_with(|| {
                claims.push(Claim { project, ..Claim::default() });
                claims.len() - 1
            })
        };
        for one in &self.at_work {
            let Some(has) = part_of(one, what) else { continue };
            let at = place(&mut claims, one.project);
            if let Some(claim) = claims.get_mut(at) {
                (claim.has, claim.migrations) = (claim.has + has, claim.migrations + 1);
            }
        }
        let name = what.name();
        let wanting = self.wanted.iter().filter(|(wanted, _)| *wanted == name).map(|(_, project)| *project);
        for project in wanting.chain(asks.map(|(project, _)| project)) {
            place(&mut claims, project);
        }
        let own = |project| match asks {
            Some((asking, options)) if asking == project => Some(options),
            _ => self.options.get(&project),
        };
        let could = claims.iter().map(|claim| match (own(claim.project), what) {
            (None, _) => claim.has,
            (Some(options), What::At(_)) => options.requests_per_server.into(),
            (Some(options), What::Requests) => options.requests_at_once.into(),
            (Some(options), What::Migrations) => {
                // Whoever asks has one at least.
                let more = u64::from(asks.is_some_and(|(asking, _)| asking == claim.project));
                let waiting = self.waiting.get(&claim.project).copied().unwrap_or_default();
                u64::from(options.migrations_at_once).min(claim.has + waiting.max(more))
            }
        });
        let could: Vec<u64> = could.collect();
        let fair = fair(self.limit(what).unwrap_or(u64::MAX), &could);
        claims.iter_mut().zip(fair).for_each(|(claim, may)| claim.may = may);
        claims
    }
}

/// What one has of something, if it counts there.
fn part_of(one: &AtWork, what: What<'_>) -> Option<u64> {
    match what {
        What::At(server) => one.servers.iter().any(|name| name == server).then_some(one.each_server),
        What::Requests => Some(one.in_all),
        What::Migrations => Some(1),
    }
}

/// A limit, divided among those that could use so much of it. Where there is not one for each, those that came first have it.
fn fair(limit: u64, could: &[u64]) -> Vec<u64> {
    let mut left = limit;
    let mut given: Vec<u64> = could
        .iter()
        .map(|could| {
            let one = left.min(1).min(*could);
            left -= one;
            one
        })
        .collect();
    // Whoever could use the least comes first: what he leaves is for the others.
    let mut order: Vec<(u64, usize)> = could.iter().copied().zip(0..).collect();
    order.sort_unstable();
    for (others, (could, at)) in (1..=order.len() as u64).rev().zip(order) {
        let more = (could.saturating_sub(1)).min(left.div_ceil(others));
        if let Some(given) = given.get_mut(at).filter(|given| **given > 0) {
            *given += more;
            left -= more;
        }
    }
    given
}

pub(crate) async fn limits(conn: &mut PgConnection) -> Result<HouseLimits, Fault> {
    let row = sqlx::query("SELECT limits FROM omm_projects.house").fetch_optional(conn).await?;
    row.map_or(Ok(HouseLimits::default()), |row| from_json(&get::<String>(&row, "limits")?, "limits"))
}

pub(crate) async fn limit(conn: &mut PgConnection, limits: &HouseLimits) -> Result<(), Fault> {
    let sql = "INSERT INTO omm_projects.house (limits) VALUES ($1) ON CONFLICT (one) DO UPDATE SET limits = excluded.limits";
    sqlx::query(sql).bind(json(limits)?).execute(conn).await?;
    Ok(())
}

/// A project was refused something, and asks again soon. All its workers do: it is written once a second.
pub(crate) async fn wants(conn: &mut PgConnection, project: i64, lacking: &[What<'_>]) -> Result<(), Fault> {
    let sql = concat!(
        "INSERT INTO omm_projects.wanted VALUES ($1, $2, clock_timestamp(), clock_timestamp()) \
         ON CONFLICT (what, project) DO UPDATE SET last = clock_timestamp(), since = \
             CASE WHEN wanted.",
        lately!(),
        " THEN wanted.since ELSE clock_timestamp() END \
         WHERE wanted.last < clock_timestamp() - interval '1 second'"
    );
    for what in lacking {
        sqlx::query(sql).bind(what.name()).bind(project).execute(&mut *conn).await?;
    }
    Ok(())
}

/// It has some at these servers now. What it wants elsewhere it has waited for as long as before.
pub(crate) async fn has(conn: &mut PgConnection, project: i64, servers: [&str; 2]) -> Result<(), Fault> {
    let given = [What::Migrations, What::Requests, What::At(servers[0]), What::At(servers[1])];
    let given: Vec<String> = given.into_iter().map(What::name).collect();
    let sql = "DELETE FROM omm_projects.wanted \
               WHERE (project = $1 AND what = ANY($2)) OR last < clock_timestamp() - interval '1 minute'";
    sqlx::query(sql).bind(project).bind(given).execute(conn).await?;
    Ok(())
}

/// Who stays where so many may run: of each project as many as of the others, as far as it has them, and those that came first.
/// Whoever asks a moment later, when some have left, hears the same.
pub(crate) async fn staying(conn: &mut PgConnection, migrations: usize) -> Result<Vec<MigrationKey>, Fault> {
    let sql = "SELECT key FROM ( \
                   SELECT key, changed, row_number() OVER (PARTITION BY project ORDER BY changed, key) AS place \
                   FROM omm_projects.migrations WHERE state = 2 \
               ) AS running ORDER BY place, changed, key LIMIT $1";
    let most = i64::try_from(migrations).unwrap_or(i64::MAX);
    let rows = sqlx::query(sql).bind(most).fetch_all(conn).await?;
    rows.iter().map(|row| unsigned(get(row, "key")?).map(MigrationKey)).collect()
}

#[cfg(test)]
mod tests;
