//! Listings are kept while pages and fetches need them.

use super::Listing;
use crate::place::Place;
use omm_core::Result;
use std::sync::{Arc, Mutex, PoisonError};

/// Listings that are kept at once: more than folders are worked on at a time. Whatever their length: one that is in use
/// and not kept would be made again for every item.
const KEPT: usize = 16;

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
        if kept.len() > KEPT {
            kept.remove(0);
        }
        Ok(listing)
    }
}
