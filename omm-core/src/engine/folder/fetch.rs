//! Getting bodies.

use super::Offer;
use crate::{
    engine::{retry::Decision, run::Run},
    error::{Error, ErrorKind, Result, Scope, Side},
    model::{Intake, Item, SourceFolderId, SourceItemId},
};
use futures::stream::StreamExt;
use std::collections::HashMap;

/// An offer and what the source gave for it: the item, or why it could not.
pub(in crate::engine) struct Loaded {
    pub(in crate::engine) offer: Offer,
    pub(in crate::engine) item: Result<Item>,
}

impl Run<'_> {
    /// Fetches a batch. Memory is reserved first, then a permit is taken, so that nobody holds a permit while he
    /// waits for memory. Items that came are kept when others have to be asked for again.
    ///
    /// # Errors
    /// When the folder or the account cannot go on. An item's own error is in its place.
    pub(in crate::engine) async fn fetch(
        &self,
        folder: &SourceFolderId,
        offers: Vec<Offer>,
        expected_bytes: u64,
    ) -> Result<Vec<Loaded>> {
        let reserved = self.source.stop.interrupts(self.m.env.memory.reserve(expected_bytes)).await?;
        let intake = Intake::new(&self.m.env, reserved);
        let mut open: Vec<SourceItemId> = offers.iter().map(|offer| offer.meta.id.clone()).collect();
        let mut came: HashMap<SourceItemId, Result<Item>> = HashMap::new();
        let mut attempt = 0;
        while !open.is_empty() {
            let broken = self.fetch_once(folder, &open, &intake, &mut came).await?;
            let Some(error) = broken else { break };
            let Decision::Again { wait, .. } = error.decision(attempt) else {
                match error.reach() {
                    // Nobody else is hurt: the items that are still open fail with this error.
                    Scope::Item => break,
                    _ => return Err(error.with("folder", folder)),
                }
            };
            attempt += 1;
            self.source.pause(&error, wait).await?;
            open.retain(|id| !matches!(came.get(id), Some(Ok(_))) && !is_final(came.get(id)));
        }
        let missing = || {
            Error::new(ErrorKind::Protocol, Side::Source, "fetch", "the source did not answer")
                .scope(Scope::Item)
        };
        let mut loaded = Vec::with_capacity(offers.len());
        for offer in offers {
            let item = came.remove(&offer.meta.id).unwrap_or_else(|| Err(missing()));
            loaded.push(Loaded { offer, item });
        }
        Ok(loaded)
    }

    /// One request. Returns the error for which some items should be asked for again.
    async fn fetch_once(
        &self,
        folder: &SourceFolderId,
        ids: &[SourceItemId],
        intake: &Intake,
        came: &mut HashMap<SourceItemId, Result<Item>>,
    ) -> Result<Option<Error>> {
        let _permit = self.source.permit().await?;
        let mut stream = self.m.source.fetch(folder, ids, intake);
        let mut broken: Option<Error> = None;
        while let Some(fetched) = self.source.stop.interrupts(stream.next()).await? {
            match fetched.item {
                Err(error) if !is_final_error(&error) => broken = worse(broken, error),
                answer => {
                    came.insert(fetched.id, answer);
                }
            }
        }
        let unanswered = ids.iter().any(|id| !came.contains_key(id));
        if broken.is_none() && unanswered {
            let message = "the source left items unanswered";
            broken = Some(Error::new(ErrorKind::Protocol, Side::Source, "fetch", message));
        }
        Ok(broken)
    }
}

fn is_final(answer: Option<&Result<Item>>) -> bool {
    matches!(answer, Some(Err(error)) if is_final_error(error))
}

/// Whether asking again would give the same answer, and only this item is concerned.
fn is_final_error(error: &Error) -> bool {
    error.decision(0) == Decision::NoteAndGoOn
}

/// The error that reaches further.
fn worse(known: Option<Error>, error: Error) -> Option<Error> {
    match known {
        Some(known) if known.reach() >= error.reach() => Some(known),
        _ => Some(error),
    }
}
