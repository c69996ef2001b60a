//! The records of a batch are folded into their entries, and all that changed is written by one statement.

use crate::{
    database::Transaction,
    error::Fault,
    query,
    row::{Arrays, WRITTEN, signed, small},
    text,
};
use omm_core::journal::{Batch, Folding, Tally, columns::to_json};
use std::sync::LazyLock;

/// What is said of an item once and for all.
const FIXED: [&str; 7] = ["key", "folder", "source", "source_hash", "kind", "lasting", "lasting_short"];

/// Folds and writes the records about items, with the tallies and the flag history that follow from them.
pub(crate) async fn fold(tx: &mut Transaction, migration: i64, batch: &Batch) -> Result<(), Fault> {
    let keys = batch.keys();
    if keys.is_empty() {
        return Ok(());
    }
    let known = query::entries(tx.conn(), migration, &keys).await?;
    let folding = Folding::of(batch, known)?;
    let mut arrays = Arrays::default();
    folding.entries().filter_map(|entry| entry.after()).try_for_each(|entry| arrays.push(entry))?;
    let (counts, changes) = (Counts::of(&folding)?, Changes::of(&folding)?);
    let query = arrays.bind(sqlx::query(*WRITE).bind(migration));
    let query = query.bind(counts.folder).bind(counts.class).bind(counts.point).bind(counts.verified);
    let query = query.bind(counts.gone).bind(counts.has_copy).bind(counts.items).bind(counts.bytes);
    let query = query.bind(changes.key).bind(changes.point).bind(changes.delta);
    query.execute(tx.conn()).await?;
    Ok(())
}

/// `$1` is the migration, then the entries, the tallies and the flag changes, each an array for a column.
static WRITE: LazyLock<&'static str> = LazyLock::new(|| Box::leak(write().into_boxed_str()));

fn write() -> String {
    let names: Vec<&str> = WRITTEN.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> =
        WRITTEN.iter().zip(2..).map(|((_, sql), number)| format!("${number}::{sql}[]")).collect();
    let changing = names.iter().filter(|name| !FIXED.contains(name));
    let set: Vec<String> = changing.map(|name| format!("{name} = excluded.{name}")).collect();
    let next = |number: usize| WRITTEN.len() + 1 + number;
    let [a, b, c, d, e, f, g, h, i, j, k] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(next);
    format!(
        "WITH put AS (
            INSERT INTO omm.entries (migration, {names})
            SELECT $1, u.* FROM unnest({arrays}) AS u
            ON CONFLICT (migration, key) DO UPDATE SET {set}
        ), counted AS (
            INSERT INTO omm.tallies AS t (migration, folder, class, point, verified, gone, has_copy, items, bytes)
            SELECT $1, u.folder, u.class, u.point, u.verified, u.gone, u.has_copy, u.items, u.bytes::numeric
            FROM unnest(${a}::integer[], ${b}::text[], ${c}::integer[], ${d}::text[], ${e}::boolean[], ${f}::boolean[],
                ${g}::bigint[], ${h}::text[]) AS u (folder, class, point, verified, gone, has_copy, items, bytes)
            ON CONFLICT (migration, folder, class, point, verified, gone, has_copy) DO UPDATE
            SET items = t.items + excluded.items, bytes = mod(t.bytes + excluded.bytes, 18446744073709551616)
        )
        INSERT INTO omm.flag_changes (migration, key, point, delta)
        SELECT $1, u.key, u.point, u.delta
        FROM unnest(${i}::bigint[], ${j}::integer[], ${k}::text[]) WITH ORDINALITY AS u (key, point, delta, place)
        ORDER BY u.place",
        names = names.join(", "),
        arrays = arrays.join(", "),
        set = set.join(", "),
    )
}

/// How a batch changes the tallies.
#[derive(Default)]
struct Counts {
    folder: Vec<i32>,
    class: Vec<&'static str>,
    point: Vec<i32>,
    verified: Vec<&'static str>,
    gone: Vec<bool>,
    has_copy: Vec<bool>,
    items: Vec<i64>,
    bytes: Vec<String>,
}

impl Counts {
    fn of(folding: &Folding) -> Result<Self, Fault> {
        let mut counts = Self::default();
        for Tally { key, items, bytes } in folding.tallies() {
            counts.folder.push(small(key.folder.0)?);
            counts.class.push(key.class.name());
            counts.point.push(small(key.point.0)?);
            counts.verified.push(key.verified.name());
            counts.gone.push(key.gone);
            counts.has_copy.push(key.has_copy);
            counts.items.push(items.cast_signed());
            counts.bytes.push(bytes.to_string());
        }
        Ok(counts)
    }
}

/// The changes of flags that a batch completes.
#[derive(Default)]
struct Changes {
    key: Vec<i64>,
    point: Vec<i32>,
    delta: Vec<String>,
}

impl Changes {
    fn of(folding: &Folding) -> Result<Self, Fault> {
        let mut changes = Self::default();
        for (key, done) in folding.flagged() {
            changes.key.push(signed(*key)?);
            changes.point.push(small(done.point.0)?);
            changes.delta.push(text::stored(&to_json(&done.delta, "flag change")?).into_owned());
        }
        Ok(changes)
    }
}
