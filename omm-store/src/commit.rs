//! A batch becomes durable: one transaction, in which nothing of it is written unless everything may be.

use crate::{error::Fault, fold, runs};
use omm_core::journal::{Batch, Claim, DestFolderKey, EntryKey, Epoch, FolderKey};
use rusqlite::{Connection, TransactionBehavior};

/// Makes the caller the owner.
pub(crate) fn claim(conn: &mut Connection) -> Result<Claim, Fault> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "UPDATE owner SET epoch = epoch + 1, stop_requested = 0 RETURNING epoch";
    let epoch: i64 = tx.query_row(sql, [], |row| row.get(0))?;
    let highest = |sql| tx.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let entry = highest("SELECT max(key) FROM entries")?.unwrap_or(0);
    let folder = highest("SELECT max(key) FROM folders")?.unwrap_or(0);
    let dest = highest("SELECT max(seq) FROM sqlite_sequence WHERE name = 'dest_folders'")?.unwrap_or(0);
    tx.commit()?;
    let next = |key: i64| u32::try_from(key + 1).map_err(|_| Fault::Unreadable("folder key"));
    Ok(Claim {
        epoch: Epoch(epoch as u64),
        next_entry: EntryKey(entry as u64 + 1),
        next_folder: FolderKey(next(folder)?),
        next_dest_folder: DestFolderKey(next(dest)?),
    })
}

/// Writes a batch, or nothing of it.
pub(crate) fn commit(conn: &mut Connection, epoch: Epoch, batch: &Batch) -> Result<(), Fault> {
    // Immediate: the epoch that is read is the one under which we write. Dropped without commit, it rolls back.
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    apply(&tx, epoch, batch)?;
    Ok(tx.commit()?)
}

/// Writes several batches, each of them or nothing of it, and waits for the disk once.
pub(crate) fn commit_all(conn: &mut Connection, batches: &[(Epoch, Batch)]) -> Vec<Result<(), Fault>> {
    if batches.len() > 1
        && let Ok(results) = commit_together(conn, batches)
    {
        return results;
    }
    // Together they could not be committed, so nothing of them was: alone, each says why, or is kept.
    batches.iter().map(|(epoch, batch)| commit(conn, *epoch, batch)).collect()
}

fn commit_together(
    conn: &mut Connection,
    batches: &[(Epoch, Batch)],
) -> Result<Vec<Result<(), Fault>>, Fault> {
    let mut tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(batches.len());
    for (epoch, batch) in batches {
        // Dropped without commit, it rolls back to where this batch began.
        let point = tx.savepoint()?;
        let applied = apply(&point, *epoch, batch);
        if applied.is_ok() {
            point.commit()?;
        }
        results.push(applied);
    }
    tx.commit()?;
    Ok(results)
}

fn apply(tx: &Connection, epoch: Epoch, batch: &Batch) -> Result<(), Fault> {
    check_epoch(tx, epoch)?;
    for record in &batch.runs {
        runs::apply_run(tx, record)?;
    }
    fold::fold(tx, batch)?;
    batch.folders.iter().try_for_each(|record| runs::apply_folder(tx, record))
}

fn check_epoch(tx: &Connection, epoch: Epoch) -> Result<(), Fault> {
    let now: i64 = tx.prepare_cached("SELECT epoch FROM owner")?.query_row([], |row| row.get(0))?;
    if now as u64 == epoch.0 {
        return Ok(());
    }
    Err(Fault::Refused("another owner has taken this migration over; nothing was written".to_owned()))
}
