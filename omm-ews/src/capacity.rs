//! What Exchange can take, before anything is written.

use crate::convert;
use omm_core::{
    model::ItemKind,
    seam::{Capacity, Locating},
};
use std::time::Duration;

/// Items in one batch: what is read and looked at with as few requests as may be, and made of streams with one.
const BATCH: usize = 128;
/// Bytes in one request, as a target; a server takes 35 MiB and more unless it was told otherwise.
const BATCH_BYTES: u64 = 4 << 20;
/// Facts about every Exchange. `settling` is how long it may go on with a request whose sender is gone.
pub(crate) fn capacity(settling: Duration) -> Capacity {
    let kinds = ItemKind::ALL;
    let mut capacity = Capacity::new(kinds);
    (capacity.batch_items, capacity.batch_bytes) = (BATCH, BATCH_BYTES);
    capacity.locating = Locating::ByContent;
    // Messages are taken apart and put together again: header lines move, boundaries change.
    capacity.rewrites_bodies = true;
    capacity.folds_case = true;
    (capacity.names.no_controls, capacity.names.trims_blanks) = (true, true);
    capacity.settling = settling;
    capacity.remarks = remarks(&kinds);
    capacity
}

/// What is not kept, a line for each.
fn remarks(kinds: &[ItemKind]) -> Vec<String> {
    let line = |kind: ItemKind| {
        let line = move |loss: &convert::Loss| {
            format!("{} into Exchange: {}: {}", kind.plural(), loss.what, loss.becomes)
        };
        convert::losses(kind, true).iter().map(line)
    };
    kinds.iter().copied().flat_map(line).collect()
}
