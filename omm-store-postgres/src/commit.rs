//! A batch becomes durable: one transaction, in which nothing of it is written unless everything may be.
//!
//! The migration's row in `owners` is locked first, in the same round trip as the begin. So the epoch that is read is the one
//! under which we write, batches of one migration follow one another, and whoever takes it over waits for our end.

use crate::{
    database::{Database, Transaction},
    error::{Fault, is_lost},
    fold,
    row::Columns,
    runs,
};
use omm_core::journal::{Batch, Claim, DestFolderKey, EntryKey, Epoch, FolderKey};
use sqlx::Row;

/// Who writes: a migration, and the number of the lease under which it is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    pub(crate) migration: i64,
    pub(crate) lease: i64,
}

/// What the locked row says.
struct Held {
    epoch: u64,
    is_ours: bool,
    /// By which PostgreSQL can be asked what became of the transaction.
    transaction: String,
}

/// Makes the caller the owner.
pub(crate) async fn claim(database: &Database, owner: Owner) -> Result<Claim, Fault> {
    let (mut tx, held) = lock(database, owner).await?;
    let claimed = match held.check_lease() {
        Ok(()) => raise(&mut tx, owner).await,
        Err(fault) => Err(fault),
    };
    end(database, owner, tx, held, claimed).await
}

/// Writes a batch, or nothing of it.
pub(crate) async fn commit(
    database: &Database,
    owner: Owner,
    epoch: Epoch,
    batch: &Batch,
) -> Result<(), Fault> {
    let (mut tx, held) = lock(database, owner).await?;
    let applied = match held.check_lease().and_then(|()| held.check_epoch(epoch)) {
        Ok(()) => apply(&mut tx, owner, batch).await,
        Err(fault) => Err(fault),
    };
    end(database, owner, tx, held, applied).await
}

async fn lock(database: &Database, owner: Owner) -> Result<(Transaction, Held), Fault> {
    let Owner { migration, lease } = owner;
    let sql = format!(
        "SELECT epoch, coalesce(lease = {lease} AND leased_until > clock_timestamp(), false), \
         pg_current_xact_id()::text FROM omm.owners WHERE migration = {migration} FOR NO KEY UPDATE"
    );
    let (tx, row) = database.begin(&sql).await?;
    let Some(row) = row else {
        tx.roll_back().await;
        return Err(Fault::Refused("this migration was erased; nothing was written".to_owned()));
    };
    let mut at = Columns::of(&row);
    let held = Held { epoch: at.number()?, is_ours: at.get()?, transaction: at.get()? };
    Ok((tx, held))
}

impl Held {
    fn check_lease(&self) -> Result<(), Fault> {
        if self.is_ours {
            return Ok(());
        }
        Err(Fault::Refused(
            "the lease on this migration is lost or has run out; nothing was written".to_owned(),
        ))
    }

    fn check_epoch(&self, epoch: Epoch) -> Result<(), Fault> {
        if self.epoch == epoch.0 {
            return Ok(());
        }
        Err(Fault::Refused("another owner has taken this migration over; nothing was written".to_owned()))
    }
}

/// A statement of its own, so that it sees what was committed before the row was ours.
async fn raise(tx: &mut Transaction, owner: Owner) -> Result<Claim, Fault> {
    let sql = "WITH swept AS (DELETE FROM omm.tallies WHERE migration = $1 AND items = 0) \
               UPDATE omm.owners SET epoch = epoch + 1, stop_requested = false WHERE migration = $1 \
               RETURNING epoch, (SELECT coalesce(max(key), 0) FROM omm.entries WHERE migration = $1), \
                   (SELECT coalesce(max(key), 0) FROM omm.folders WHERE migration = $1), last_dest_folder";
    let row = sqlx::query(sql).bind(owner.migration).fetch_one(tx.conn()).await?;
    let mut at = Columns::of(&row);
    Ok(Claim {
        epoch: Epoch(at.number()?),
        next_entry: EntryKey(at.number()? + 1),
        next_folder: FolderKey(at.small()? + 1),
        next_dest_folder: DestFolderKey(at.small()? + 1),
    })
}

async fn apply(tx: &mut Transaction, owner: Owner, batch: &Batch) -> Result<(), Fault> {
    runs::apply_runs(tx, owner.migration, &batch.runs).await?;
    fold::fold(tx, owner.migration, batch).await?;
    for record in &batch.folders {
        runs::apply_folder(tx, owner.migration, record).await?;
    }
    Ok(())
}

/// Commits what went well, and takes back what did not.
async fn end<T>(
    database: &Database,
    owner: Owner,
    tx: Transaction,
    held: Held,
    result: Result<T, Fault>,
) -> Result<T, Fault> {
    let done = match result {
        Ok(done) => done,
        Err(fault) => {
            tx.roll_back().await;
            return Err(fault);
        }
    };
    match tx.commit().await {
        Ok(()) => Ok(done),
        Err(error) if is_lost(&error) => match is_committed(database, owner, &held.transaction).await {
            Ok(true) => Ok(done),
            Ok(false) => Err(Fault::Sql(error)),
            Err(_) => Err(Fault::Lost(error)),
        },
        Err(error) => Err(Fault::Sql(error)),
    }
}

/// Whether a transaction whose answer was lost is in. It held the migration's row, so once that is ours it has ended.
async fn is_committed(database: &Database, owner: Owner, transaction: &str) -> Result<bool, Fault> {
    let lock = format!("SELECT 1 FROM omm.owners WHERE migration = {} FOR NO KEY UPDATE", owner.migration);
    let (mut tx, _) = database.begin(&lock).await?;
    let row = sqlx::query("SELECT pg_xact_status($1::xid8)").bind(transaction).fetch_one(tx.conn()).await?;
    let status: Option<String> = row.try_get(0)?;
    tx.roll_back().await;
    Ok(status.as_deref() == Some("committed"))
}
