//! Pages of lists of items: as many at a time as the server gives.

use crate::{
    account::Account,
    error::Doing,
    ops::{FindItem, Found, Item},
};
use omm_core::error::Result;

impl Account {
    /// The page of a list that begins at the operation's offset. How many are asked for is settled here.
    pub(crate) async fn find_page(&self, doing: Doing, operation: &mut FindItem) -> Result<Found<Item>> {
        let portions = &self.portions.entries;
        loop {
            let many = portions.size();
            operation.page.most = u32::try_from(many).unwrap_or(u32::MAX);
            let answer = self.call(doing, &*operation).await;
            let found =
                answer.and_then(|answer| answer.only().map_err(|failure| self.failed(doing, failure.into())));
            match found {
                Ok(found) => {
                    portions.went_well(found.entries.len());
                    return Ok(found);
                }
                Err(error) if portions.is_too_much(many, &error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
