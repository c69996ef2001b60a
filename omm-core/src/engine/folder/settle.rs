//! The proof that a page is settled.

use crate::{
    error::Result,
    journal::{EntryKey, Fate, Journal},
};

/// Every item of a page has a fate that is known. What a look at its copy found (there, altered, missing, not readable)
/// is in the journal and in the report; it does not hold the cursor. Only [`settle`] makes one, and without one no
/// cursor moves.
pub(super) struct Settled(());

/// Asks the journal, which is the truth, about the items of a page. What is still in doubt is not settled: the
/// page will be listed again.
pub(super) async fn settle(journal: &dyn Journal, touched: &[EntryKey]) -> Result<Option<Settled>> {
    let entries = journal.entries(touched).await?;
    let settled = entries.iter().all(|entry| {
        entry
            .as_ref()
            .is_some_and(|entry| !matches!(entry.fate, Fate::Sending { .. } | Fate::Replacing { .. }))
    });
    Ok(settled.then_some(Settled(())))
}
