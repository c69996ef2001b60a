//! Who works on a migration, for how long, and who may come after.
//!
//! A lease is a row that says who and until when, by the clock of the database alone. Somebody else gets the migration when
//! the holder gave it back, or when its time and a margin have passed; with each grant the epoch rises, so that nothing
//! which the holder before has on its way is written any more. The margin is for what no database can stop: a request that
//! left for a mail server just before the end.

use crate::{
    PostgresJournal,
    database::{Database, Transaction},
    error::Fault,
    row::Columns,
    text,
};
use omm_core::{
    Error, Result,
    host::{Fence, Runtime},
};
use sqlx::postgres::PgRow;
use std::{fmt, sync::Arc, time::Duration};

/// For how long a lease is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terms {
    /// It is held so long from the last renewal on.
    pub held: Duration,
    /// Nobody else gets it for so long after that. Five seconds are the least that is sensible: what left for a server at the last
    /// moment must have arrived, and clocks do not run at quite one speed.
    pub margin: Duration,
}

impl Terms {
    /// Held for `held`, with `margin` behind it. Longer than [`crate::Settings::stalled`], or whoever comes next waits for that.
    pub fn new(held: Duration, margin: Duration) -> Self {
        Self { held, margin }
    }
}

impl Default for Terms {
    /// A minute and half a minute; renew every fifteen seconds.
    fn default() -> Self {
        Self::new(Duration::from_secs(60), Duration::from_secs(30))
    }
}

/// What came of asking for a lease.
#[derive(Debug)]
pub enum Grant {
    /// The migration is ours.
    Leased(Lease),
    /// It is not, and why.
    Held {
        /// The migration that is in the way: the same one, or another one into the same mailbox.
        migration: String,
        /// Who works on it.
        worker: String,
        /// After this time it is free, unless it is renewed.
        free_in: Duration,
    },
}

/// The right to work on a migration. Dropping it gives nothing back: use [`Lease::release`], or let it run out.
pub struct Lease {
    database: Arc<Database>,
    runtime: Arc<dyn Runtime>,
    migration: i64,
    id: String,
    number: i64,
    terms: Terms,
    fence: Fence,
}

impl Lease {
    /// The migration.
    pub fn migration(&self) -> &str {
        &self.id
    }

    /// Until when it is certainly ours, by the host's clock: to be asked right before each act, without the database.
    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// The journal, as its owner.
    pub fn journal(&self) -> PostgresJournal {
        PostgresJournal::new(&self.database, self.migration, &self.id, Some(self.number))
    }

    /// Holds it for another term. A lease that has run out can still be renewed as long as nobody has taken it.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`]; not to be tried again where it is lost.
    pub async fn renew(&self) -> Result<()> {
        match renew(&self.database, &self.runtime, &[self]).await {
            Ok(renewed) if renewed.first() == Some(&true) => Ok(()),
            Ok(_) => {
                Err(self.failed(Fault::Refused("the lease is lost; another worker may have it".to_owned())))
            }
            Err(fault) => Err(self.failed(fault)),
        }
    }

    /// Gives it back, so that another worker can have it at once. Nothing is written under it any more.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`]; then it runs out by itself.
    pub async fn release(self) -> Result<()> {
        self.fence.end();
        let released = self.database.lend(async {
            let mut conn = self.database.connection().await?;
            let sql = "UPDATE omm.owners SET holder = NULL, leased_until = NULL, free_at = NULL, \
                       epoch = epoch + 1, lease = lease + 1 WHERE migration = $1 AND lease = $2";
            sqlx::query(sql).bind(self.migration).bind(self.number).execute(&mut *conn).await?;
            Ok(())
        });
        released.await.map_err(|fault| self.failed(fault))
    }

    fn failed(&self, fault: Fault) -> Error {
        fault.at("lease the migration").with("migration", &self.id)
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("migration", &self.id)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Which migration is asked for.
pub(crate) struct Wanted {
    pub(crate) migration: i64,
    pub(crate) id: String,
    /// What stands for its destination's mailbox.
    pub(crate) destination: Vec<u8>,
}

/// Gives a lease, unless somebody has the migration or its destination.
pub(crate) async fn lease(
    database: &Arc<Database>,
    runtime: &Arc<dyn Runtime>,
    wanted: Wanted,
    worker: &str,
    terms: Terms,
) -> Result<Grant, Fault> {
    let asked = runtime.monotonic();
    // One at a time for each destination: of two that see it free, the second one finds it held.
    let place = wanted.destination.iter().take(8).fold(0, |place: i64, byte| (place << 8) | i64::from(*byte));
    let (mut tx, _) = database.begin(&format!("SELECT pg_advisory_xact_lock({place})")).await?;
    let taken = match take(&mut tx, &wanted, worker, terms).await {
        Ok(taken) => taken,
        Err(fault) => {
            tx.roll_back().await;
            return Err(fault);
        }
    };
    tx.commit().await?;
    Ok(match taken {
        Ok(number) => Grant::Leased(Lease {
            database: Arc::clone(database),
            runtime: Arc::clone(runtime),
            migration: wanted.migration,
            id: wanted.id,
            number,
            terms,
            fence: Fence::at(asked.saturating_add(terms.held)),
        }),
        Err(Holder { migration, worker, free_in }) => Grant::Held { migration, worker, free_in },
    })
}

/// Holds several for another term, and says which are still ours.
pub(crate) async fn renew(
    database: &Database,
    runtime: &Arc<dyn Runtime>,
    leases: &[&Lease],
) -> Result<Vec<bool>, Fault> {
    let sql = "UPDATE omm.owners AS o SET leased_until = clock_timestamp() + u.held * interval '1 microsecond', \
                   free_at = clock_timestamp() + (u.held + u.margin) * interval '1 microsecond' \
               FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u (migration, lease, held, margin) \
               WHERE o.migration = u.migration AND o.lease = u.lease RETURNING o.migration, o.lease";
    let of = |what: fn(&Lease) -> i64| leases.iter().map(|lease| what(lease)).collect::<Vec<i64>>();
    let asked = runtime.monotonic();
    let query = sqlx::query(sql).bind(of(|lease| lease.migration)).bind(of(|lease| lease.number));
    let query = query.bind(of(|lease| micros(lease.terms.held))).bind(of(|lease| micros(lease.terms.margin)));
    let rows = database.lend(async {
        let mut conn = database.kept_connection().await?;
        Ok::<_, Fault>(query.fetch_all(&mut *conn).await?)
    });
    // By number too: an older lease on the same migration may be among them.
    let ours: Vec<(i64, i64)> = rows.await?.iter().map(named).collect::<Result<_, _>>()?;
    Ok(leases
        .iter()
        .map(|lease| {
            let is_ours = ours.contains(&(lease.migration, lease.number));
            if is_ours {
                lease.fence.renew(asked.saturating_add(lease.terms.held))
            } else {
                lease.fence.end()
            }
            is_ours
        })
        .collect())
}

fn named(row: &PgRow) -> Result<(i64, i64), Fault> {
    let mut at = Columns::of(row);
    Ok((at.get()?, at.get()?))
}

struct Holder {
    migration: String,
    worker: String,
    free_in: Duration,
}

async fn take(
    tx: &mut Transaction,
    wanted: &Wanted,
    worker: &str,
    terms: Terms,
) -> Result<Result<i64, Holder>, Fault> {
    // It may be released between the two questions. Nobody else takes it meanwhile: the second time it is free, or gone.
    for _ in 0..2 {
        if let Some(number) = take_free(tx, wanted, worker, terms).await? {
            return Ok(Ok(number));
        }
        if let Some(holder) = holder(tx, wanted).await? {
            return Ok(Err(holder));
        }
    }
    Err(Fault::Refused("the migration was erased at this very moment".to_owned()))
}

async fn take_free(
    tx: &mut Transaction,
    wanted: &Wanted,
    worker: &str,
    terms: Terms,
) -> Result<Option<i64>, Fault> {
    // Whoever had this mailbox in another migration and has not been heard of for too long has lost it.
    let sql = "UPDATE omm.owners SET holder = NULL, leased_until = NULL, free_at = NULL, epoch = epoch + 1, \
                   lease = lease + 1 \
               WHERE destination = $1 AND migration <> $2 AND holder IS NOT NULL AND free_at <= clock_timestamp()";
    let query = sqlx::query(sql).bind(&wanted.destination).bind(wanted.migration);
    query.execute(tx.conn()).await?;
    let sql = "UPDATE omm.owners SET holder = $2, lease = lease + 1, epoch = epoch + 1, \
                   leased_until = clock_timestamp() + $3 * interval '1 microsecond', \
                   free_at = clock_timestamp() + $4 * interval '1 microsecond' \
               WHERE migration = $1 AND (holder IS NULL OR free_at <= clock_timestamp()) AND NOT EXISTS ( \
                   SELECT 1 FROM omm.owners AS other WHERE other.destination = $5 \
                   AND other.holder IS NOT NULL AND other.migration <> $1 \
               ) RETURNING lease";
    let query = sqlx::query(sql).bind(wanted.migration).bind(text::stored(worker));
    let query = query
        .bind(micros(terms.held))
        .bind(micros(terms.held.saturating_add(terms.margin)))
        .bind(&wanted.destination);
    let row = query.fetch_optional(tx.conn()).await?;
    row.map(|row| Columns::of(&row).get()).transpose()
}

async fn holder(tx: &mut Transaction, wanted: &Wanted) -> Result<Option<Holder>, Fault> {
    let sql = "SELECT m.id, o.holder, (1000 * extract(epoch FROM o.free_at - clock_timestamp()))::bigint \
               FROM omm.owners AS o JOIN omm.migrations AS m ON m.key = o.migration \
               WHERE o.destination = $1 AND o.holder IS NOT NULL";
    let row = sqlx::query(sql).bind(&wanted.destination).fetch_optional(tx.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    let mut at = Columns::of(&row);
    let (migration, worker) = (at.text()?.into_owned(), at.text()?.into_owned());
    let free_in = Duration::from_millis(u64::try_from(at.get::<i64>()?).unwrap_or(0));
    Ok(Some(Holder { migration, worker, free_in }))
}

fn micros(duration: Duration) -> i64 {
    // More than anybody waits, and less than a date can hold.
    const LONGEST: i64 = 366 * 24 * 3600 * 1_000_000;
    i64::try_from(duration.as_micros()).unwrap_or(LONGEST).min(LONGEST)
}
