//! What a project allows is divided among what is at work, whoever works on it; and again, whenever something changed.
//!
//! Each worker lowers his own, and says so when it is in force; only then it is counted as free. What is free is given to
//! whoever asks and has less than the others, under the lock under which migrations are taken. So what all workers have in
//! force together is never more than was allowed when it was given.

use crate::{
    house::{self, House},
    migration,
    project::{self, ProjectKey},
    take,
    value::{get, signed, unsigned},
};
use omm_project::{
    project::{HouseLimits, Options, ProjectId},
    store::{MigrationKey, Part, Parts},
};
use omm_store_postgres::sql::{Database, Fault};
use sqlx::PgConnection;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What one worker has in force, by the numbers of his migrations.
type InForce = HashMap<i64, Part>;

/// A project, as it is at this moment.
struct Seen {
    options: Options,
    waiting: u64,
    at_work: Vec<AtWork>,
    /// All projects, where somebody limits what they have together.
    house: Option<House>,
}

/// A migration that is at work, in the order of their numbers.
#[derive(Clone, Debug)]
struct AtWork {
    key: i64,
    servers: [String; 2],
    holder: String,
    each_server: u64,
    in_all: u64,
}

/// What is to be written of one, and what its worker is told.
#[derive(Debug, PartialEq, Eq)]
struct Share {
    key: i64,
    /// What counts as his from now on.
    stored: (u64, u64),
    /// What he may have.
    allowed: (u64, u64),
    is_new: bool,
}

/// What was divided lately, by project.
pub(crate) type Lately = Mutex<HashMap<ProjectId, Last>>;

/// How a project was divided last, as far as one worker was told.
pub(crate) struct Last {
    at: Duration,
    revision: u64,
    limits: HouseLimits,
    at_work: usize,
    told: HashMap<MigrationKey, Part>,
    workers: usize,
}

/// So many rows cost little enough to be read at each question; with more there is a pause after each answer.
const FEW: usize = 500;
const PAUSE: Duration = Duration::from_millis(500);
/// So long it is known how a project was divided.
const REMEMBERED: Duration = Duration::from_mins(10);

impl Last {
    /// Whether it need not be asked again: nothing that is known here has changed, and it was a lot to read.
    fn is_enough(
        &self,
        now: Duration,
        (revision, limits): (u64, &HouseLimits),
        in_force: &[(MigrationKey, Part)],
    ) -> bool {
        let pause = PAUSE * u32::try_from(self.at_work / FEW).unwrap_or(u32::MAX);
        (revision, limits) == (self.revision, &self.limits)
            && now < self.at.saturating_add(pause)
            && in_force.iter().all(|(key, part)| self.told.get(key) == Some(part))
    }
}

/// Divides what the project allows. Whoever finds nothing to change takes no lock.
pub(crate) async fn parts(
    database: &Database,
    id: &ProjectId,
    in_force: &[(MigrationKey, Part)],
    worker: &str,
    (lately, now): (&Lately, Duration),
) -> Result<Parts, Fault> {
    let (revision, limits) = {
        let mut conn = database.connection().await?;
        let Some(revision) = project::revision(&mut conn, id).await? else { return Ok(Parts::default()) };
        (revision, house::limits(&mut conn).await?)
    };
    if let Some(last) = lock(lately).get(id)
        && last.is_enough(now, (revision, &limits), in_force)
    {
        return Ok(Parts { of: Vec::new(), workers: last.workers });
    }
    let ours: InForce =
        in_force.iter().map(|(key, part)| Ok((signed(key.0)?, *part))).collect::<Result<_, Fault>>()?;
    let Some((parts, at_work)) = divided(database, id, &ours, worker).await? else {
        return Ok(Parts::default());
    };
    let mut told: HashMap<_, _> = in_force.iter().copied().collect();
    told.extend(parts.of.iter().copied());
    let last = Last { at: now, revision, limits, at_work, told, workers: parts.workers };
    let mut lately = lock(lately);
    lately.retain(|_, last| now < last.at.saturating_add(REMEMBERED));
    lately.insert(id.clone(), last);
    Ok(parts)
}

fn lock(lately: &Lately) -> MutexGuard<'_, HashMap<ProjectId, Last>> {
    lately.lock().unwrap_or_else(PoisonError::into_inner)
}

/// With how many are at work.
async fn divided(
    database: &Database,
    id: &ProjectId,
    in_force: &InForce,
    worker: &str,
) -> Result<Option<(Parts, usize)>, Fault> {
    let seen = see(&mut *database.connection().await?, id).await?;
    let Some(seen) = seen else { return Ok(None) };
    let shares = seen.divide(in_force, worker);
    if !shares.iter().any(|share| share.is_new) {
        return Ok(Some((seen.told(shares)?, seen.read())));
    }
    let (mut tx, _) = database.begin(take::ALONE).await?;
    match divide_alone(tx.conn(), id, in_force, worker).await {
        Ok(parts) => {
            tx.commit().await.map_err(Fault::of_commit)?;
            Ok(Some((parts, seen.read())))
        }
        Err(fault) => {
            tx.roll_back().await;
            Err(fault)
        }
    }
}

async fn divide_alone(
    conn: &mut PgConnection,
    id: &ProjectId,
    in_force: &InForce,
    worker: &str,
) -> Result<Parts, Fault> {
    let Some(seen) = see(conn, id).await? else { return Ok(Parts::default()) };
    let mut shares = seen.divide(in_force, worker);
    let new: Vec<&Share> = shares.iter().filter(|share| share.is_new).collect();
    let keys: Vec<i64> = new.iter().map(|share| share.key).collect();
    let number =
        |of: fn(&Share) -> u64| new.iter().map(|share| signed(of(share))).collect::<Result<Vec<_>, _>>();
    // Of one that somebody is busy with just now nothing changes before the next time.
    let sql = "WITH ours AS ( \
                   SELECT m.key, n.each_server, n.in_all \
                   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS n (key, each_server, in_all) \
                   JOIN omm_projects.migrations AS m ON m.key = n.key WHERE m.holder = $4 FOR UPDATE OF m SKIP LOCKED \
               ) \
               UPDATE omm_projects.migrations AS m SET each_server = ours.each_server, in_all = ours.in_all \
               FROM ours WHERE m.key = ours.key RETURNING m.key";
    let query = sqlx::query(sql).bind(keys).bind(number(|share| share.stored.0)?);
    let rows = query.bind(number(|share| share.stored.1)?).bind(worker).fetch_all(conn).await?;
    let written: HashSet<i64> = rows.iter().map(|row| get(row, "key")).collect::<Result<_, _>>()?;
    shares.retain(|share| !share.is_new || written.contains(&share.key));
    seen.told(shares)
}

async fn see(conn: &mut PgConnection, id: &ProjectId) -> Result<Option<Seen>, Fault> {
    let Some(ProjectKey(project)) = project::key(conn, id).await? else { return Ok(None) };
    let Some(found) = project::get_one(conn, id).await? else { return Ok(None) };
    let waiting = migration::in_line(conn, ProjectKey(project)).await?;
    let sql = "SELECT key, source_server, destination_server, coalesce(holder, '') AS holder, \
                   coalesce(each_server, 0) AS each_server, coalesce(in_all, 0) AS in_all \
               FROM omm_projects.migrations WHERE project = $1 AND state IN (2, 4)";
    let rows = sqlx::query(sql).bind(project).fetch_all(&mut *conn).await?;
    let at_work = rows.iter().map(|row| {
        Ok(AtWork {
            key: get(row, "key")?,
            servers: [get(row, "source_server")?, get(row, "destination_server")?],
            holder: get(row, "holder")?,
            each_server: unsigned(get(row, "each_server")?)?,
            in_all: unsigned(get(row, "in_all")?)?,
        })
    });
    let mut at_work: Vec<AtWork> = at_work.collect::<Result<_, Fault>>()?;
    at_work.sort_unstable_by_key(|one| one.key);
    let house = House::see(conn).await?;
    Ok(Some(Seen { options: found.options, waiting, at_work, house }))
}

impl Seen {
    /// How many rows it took to see it.
    fn read(&self) -> usize {
        self.house.as_ref().map_or(0, House::at_work).max(self.at_work.len())
    }

    fn told(&self, shares: Vec<Share>) -> Result<Parts, Fault> {
        let workers: HashSet<&str> = self.at_work.iter().map(|one| one.holder.as_str()).collect();
        let of = shares.into_iter().map(|share| {
            let (each_server, in_all) = (share.allowed.0 as usize, share.allowed.1 as usize);
            Ok((MigrationKey(unsigned(share.key)?), Part { each_server, in_all }))
        });
        Ok(Parts { of: of.collect::<Result<_, Fault>>()?, workers: workers.len() })
    }

    /// What becomes of those of one worker.
    fn divide(&self, in_force: &InForce, worker: &str) -> Vec<Share> {
        let (mut now, mut house) = (self.at_work.clone(), self.house.clone());
        let is_ours = |one: &AtWork| one.holder == worker && in_force.contains_key(&one.key);
        // First what he has given up.
        for one in now.iter_mut().filter(|one| is_ours(one)) {
            if let Some(part) = in_force.get(&one.key) {
                one.each_server = one.each_server.min(part.each_server as u64);
                one.in_all = one.in_all.min(part.in_all as u64);
                house.iter_mut().for_each(|house| house.set(one.key, (one.each_server, one.in_all)));
            }
        }
        let mut shares = Vec::new();
        for at in 0..now.len() {
            let Some(one) = now.get(at).filter(|one| is_ours(one)).cloned() else { continue };
            let before = self.at_work.get(at).map(|one| (one.each_server, one.in_all));
            let (own, all) = (self.allowed(&now, &one), house.as_ref().map(|house| house.allowed(one.key)));
            let all = all.unwrap_or((u64::MAX, u64::MAX));
            let (each_server, in_all) = (own.0.min(all.0), own.1.min(all.1));
            // More is counted at once; less when he says that it is in force.
            let stored = (one.each_server.max(each_server), one.in_all.max(in_all));
            if let Some(one) = now.get_mut(at) {
                (one.each_server, one.in_all) = stored;
            }
            house.iter_mut().for_each(|house| house.set(one.key, stored));
            let is_new = before != Some(stored);
            shares.push(Share { key: one.key, stored, allowed: (each_server, in_all), is_new });
        }
        shares
    }

    /// What one may have, where all have what they have now.
    fn allowed(&self, now: &[AtWork], one: &AtWork) -> (u64, u64) {
        let here = |server: &str| {
            let there = now.iter().filter(|other| other.servers.iter().any(|name| name == server));
            let there: Vec<(i64, u64)> = there.map(|other| (other.key, other.each_server)).collect();
            self.share(self.options.requests_per_server, &there, (one.key, one.each_server))
        };
        let each_server = one.servers.iter().map(|server| here(server)).min().unwrap_or_default();
        let all: Vec<(i64, u64)> = now.iter().map(|other| (other.key, other.in_all)).collect();
        (each_server, self.share(self.options.requests_at_once, &all, (one.key, one.in_all)))
    }

    /// A fair part of a limit for one of those who have these. Nobody is disturbed for the rest of a division: who has one more
    /// than others keeps it, as long as nobody has less than all could have.
    fn share(&self, limit: u32, all: &[(i64, u64)], (key, has): (i64, u64)) -> u64 {
        let (limit, count) = (u64::from(limit), all.len() as u64);
        let expected =
            u64::from(self.options.migrations_at_once).min(self.at_work.len() as u64 + self.waiting);
        let expected = expected.max(count).max(1);
        let used: u64 = all.iter().map(|(_, has)| has).sum();
        // Where there are more than the limit allows, those who came first have one each.
        let before = all.iter().filter(|(other, _)| *other < key).count() as u64;
        let least = match limit / expected {
            0 => u64::from(before < limit),
            each => each,
        };
        let is_even = used <= limit && all.iter().all(|(_, has)| *has >= limit / expected);
        let most = match expected == count && is_even {
            true => limit.div_ceil(expected).max(least),
            false => least,
        };
        match has > most {
            true => most,
            // What others have not given up is not there yet.
            false => has + (most - has).min(limit.saturating_sub(used)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(limit: u32, waiting: u64, has: &[u64]) -> Seen {
        let mut options = Options::default();
        (options.migrations_at_once, options.requests_per_server) = (4, limit);
        options.requests_at_once = 10 * has.len() as u32;
        let at_work = has.iter().zip(1..).map(|(has, key)| AtWork {
            key,
            servers: ["from".to_owned(), "to".to_owned()],
            holder: format!("worker{}", key % 2),
            each_server: *has,
            in_all: 10,
        });
        let at_work = at_work.collect();
        Seen { options, waiting, at_work, house: None }
    }

    /// Both workers ask by turns, with what they have in force, until nothing changes; gives what each has then. What is
    /// counted is never more than the limit, once it is not.
    fn settled(mut seen: Seen) -> Vec<u64> {
        let used = |seen: &Seen| seen.at_work.iter().map(|one| one.each_server).sum::<u64>();
        let (mut in_force, mut most) = (HashMap::new(), used(&seen));
        for one in &seen.at_work {
            let part = Part { each_server: one.each_server as usize, in_all: one.in_all as usize };
            in_force.insert(one.key, part);
        }
        for round in 0..20 {
            for share in seen.divide(&in_force, &format!("worker{}", round % 2)) {
                let one = seen.at_work.iter_mut().find(|one| one.key == share.key).expect("it is at work");
                (one.each_server, one.in_all) = share.stored;
                let part = Part { each_server: share.allowed.0 as usize, in_all: share.allowed.1 as usize };
                in_force.insert(share.key, part);
            }
            assert!(used(&seen) <= most.max(u64::from(seen.options.requests_per_server)));
            most = used(&seen);
        }
        seen.at_work.iter().map(|one| one.each_server).collect()
    }

    // Would catch: a limit that was lowered and holds only when what runs has ended, one that was raised and helps nobody, a
    // migration that has all while others wait, and one that crawls alone.
    #[test]
    fn what_changed_is_divided_again() {
        for (limit, waiting, has, expected) in [
            // Lowered, raised, and fewer than there are.
            (4, 0, &[3, 3, 2, 2][..], &[1, 1, 1, 1][..]),
            (12, 0, &[1, 1, 1, 1], &[3, 3, 3, 3]),
            (2, 0, &[2, 2, 2], &[1, 1, 0]),
            // The crowd is gone, and it comes.
            (12, 0, &[1], &[12]),
            (12, 9, &[12], &[3]),
            (12, 1, &[12], &[6]),
            // Somebody has nothing.
            (8, 0, &[4, 4, 0], &[3, 3, 2]),
            // Nobody is disturbed for the rest.
            (10, 0, &[2, 3, 2, 3], &[2, 3, 2, 3]),
        ] {
            let found = settled(seen(limit, waiting, has));
            assert_eq!(found, expected, "{limit} for {has:?}, {waiting} wait");
        }
    }

    // Would catch: a hundred workers that read twenty thousand rows twice a second; and options that come into force late by that.
    #[test]
    fn much_is_not_read_all_the_time() {
        let part = |each_server| Part { each_server, in_all: 9 };
        let key = MigrationKey(1);
        let last = |at_work| {
            let (at, told) = (Duration::from_secs(10), HashMap::from([(key, part(2))]));
            Last { at, revision: 4, limits: HouseLimits::default(), at_work, told, workers: 2 }
        };
        for (at_work, seconds, revision, in_force, is_enough) in [
            (20_000, 12, 4, (key, part(2)), true),
            (20_000, 31, 4, (key, part(2)), false),
            (20_000, 12, 5, (key, part(2)), false),
            (20_000, 12, 4, (key, part(3)), false),
            (20_000, 12, 4, (key.plus(1), part(2)), false),
            (400, 10, 4, (key, part(2)), false),
        ] {
            let (now, limits) = (Duration::from_secs(seconds), HouseLimits::default());
            let found = last(at_work).is_enough(now, (revision, &limits), &[in_force]);
            assert_eq!(found, is_enough, "{at_work} {seconds} {revision} {in_force:?}");
        }
        let mut limits = HouseLimits::default();
        limits.requests_at_once = Some(7);
        let found = last(20_000).is_enough(Duration::from_secs(12), (4, &limits), &[(key, part(2))]);
        assert!(!found, "the house's changed");
    }

    // Would catch: what another worker lowered and has open still, given away.
    #[test]
    fn what_is_not_given_up_is_not_given_away() {
        let (seen, part) = (seen(4, 0, &[4, 0]), |each_server| Part { each_server, in_all: 10 });
        let shares = seen.divide(&HashMap::from([(2, part(0))]), "worker0");
        assert_eq!((shares[0].allowed.0, shares[0].is_new), (0, false));
        let shares = seen.divide(&HashMap::from([(1, part(4))]), "worker1");
        assert_eq!((shares[0].allowed.0, shares[0].stored.0), (2, 4));
        let shares = seen.divide(&HashMap::from([(1, part(3))]), "worker1");
        assert_eq!((shares[0].allowed.0, shares[0].stored.0), (2, 3));
    }
}
