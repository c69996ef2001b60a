//! Listings are kept while pages and fetches need them.

use super::Listing;
use crate::place::Place;
use omm_core::Result;
use std::sync::{Arc, Mutex, PoisonError};

/// Listings that are kept at once; the engine works on several folders at a time.
const KEPT: usize = 8;
/// Items in them, at about a hundred bytes each; one listing is kept whatever its length.
const KEPT_ITEMS: usize = 300_000;

/// The listings used last.
#[derive(Debug, Default)]
pub(crate) struct Listings(Mutex<Vec<(Place, Arc<dyn Listing>)>>);

impl Listings {
    /// The listing of a folder, made only if it is not kept.
    pub(crate) fn get(
        &self,
        place: &Place,
        make: impl FnOnce() -> Result<Arc<dyn Listing>>,
    ) -> Result<Arc<dyn Listing>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(of, _)| of == place) {
            let found = kept.remove(at);
            let listing = Arc::clone(&found.1);
            kept.push(found);
            return Ok(listing);
        }
        drop(kept);
        self.fresh(place, make)
    }

    /// The listing of a folder as it is now.
    pub(crate) fn fresh(
        &self,
        place: &Place,
        make: impl FnOnce() -> Result<Arc<dyn Listing>>,
    ) -> Result<Arc<dyn Listing>> {
        let listing = make()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of != place);
        kept.push((place.clone(), Arc::clone(&listing)));
        let too_much = |kept: &[(Place, Arc<dyn Listing>)]| {
            kept.len() > KEPT || kept.iter().map(|(_, listing)| listing.len()).sum::<usize>() > KEPT_ITEMS
        };
        while kept.len() > 1 && too_much(&kept) {
            kept.remove(0);
        }
        Ok(listing)
    }
}
