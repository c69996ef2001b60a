//! The contract of [`omm_core::seam::Destination`], point by point.
//!
//! A point that is not kept panics with its name. The suite runs on any executor, [`crate::sim::run`] among them.

mod bench;
mod copies;
mod folders;
mod touching;

use crate::mailbox::MailboxItem;
use bench::Bench;
use omm_core::{host::Env, model::ItemKind, seam::Destination};
use std::sync::Arc;

/// What a destination keeps of an item beside its body. Everything, unless its server or format cannot.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Keeps {
    /// System flags.
    pub flags: bool,
    /// Keywords.
    pub keywords: bool,
    /// Keywords with letters beyond ASCII, which IMAP has no way to name (RFC 9051 §9, flag-keyword).
    pub wide_keywords: bool,
    /// The date, to the second.
    pub received: bool,
    /// NUL, for which IMAP has no way (RFC 9051 §4.3), and a lone return at the very end: some servers store others
    /// instead, or none.
    pub odd_bytes: bool,
}

impl Default for Keeps {
    fn default() -> Self {
        Self { flags: true, keywords: true, wide_keywords: true, received: true, odd_bytes: true }
    }
}

/// Runs every point. `open` opens a fresh and empty account; it is called once per point.
///
/// # Panics
/// With the name of the point that is not kept.
pub async fn destination<F, Opening>(open: F)
where
    F: Fn() -> Opening,
    Opening: Future<Output = (Arc<dyn Destination>, Env)>,
{
    destination_with(Keeps::default(), open).await;
}

/// Runs every point on a destination that keeps less.
///
/// # Panics
/// As [`destination`].
pub async fn destination_with<F, Opening>(keeps: Keeps, open: F)
where
    F: Fn() -> Opening,
    Opening: Future<Output = (Arc<dyn Destination>, Env)>,
{
    let bench = || async { Bench::new(open().await, keeps).await };
    bench().await.a_folder_is_made_once().await;
    bench().await.folders_are_made_in_one_go().await;
    bench().await.odd_names_come_back().await;
    bench().await.a_folder_with_something_in_it_stays().await;
    bench().await.what_is_appended_is_kept().await;
    bench().await.an_odd_item_costs_at_most_itself().await;
    bench().await.everything_appended_later_lies_above_the_mark().await;
    bench().await.locating_is_one_to_one().await;
    bench().await.what_is_not_there_is_not_located().await;
    bench().await.flags_are_added_and_removed().await;
    bench().await.only_untouched_copies_are_deleted().await;
    bench().await.only_untouched_copies_are_replaced().await;
    bench().await.nothing_is_seen_of_what_is_not_there().await;
    let last = bench().await;
    last.destination.close().await.expect("destination contract, close: it failed");
}

/// An item of a kind that the destination holds.
fn sample(kind: ItemKind, index: u64, revision: u64) -> MailboxItem {
    use crate::mailbox::{contact, event, message, note, task};
    match kind {
        ItemKind::Contact => contact(index, revision),
        ItemKind::Event => event(index, revision),
        ItemKind::Task => task(index, revision),
        ItemKind::Note => note(index, revision),
        _ => message(77 + revision, index),
    }
}
