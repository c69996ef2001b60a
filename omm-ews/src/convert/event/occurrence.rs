//! What is done to occurrences once their series is made.

use super::plan::{Changed, Deleted};
use crate::ops::{ItemChange, ItemId, ItemRef, OccurrenceId, Update};

impl Changed {
    /// The change of this occurrence of a series. The key of the series is another after each change: without one, the
    /// server takes it as it is.
    pub(crate) fn change(&self, master: &ItemId) -> ItemChange {
        let gone = self.removed.iter().map(|path| Update::Delete(*path));
        let updates = self.set.updates().into_iter().chain(gone).collect();
        ItemChange { item: self.item(master), updates }
    }

    /// This occurrence of a series.
    pub(crate) fn item(&self, master: &ItemId) -> ItemRef {
        occurrence(master, self.index)
    }
}

impl Deleted {
    /// This occurrence of a series.
    pub(crate) fn item(self, master: &ItemId) -> ItemRef {
        occurrence(master, self.index)
    }
}

fn occurrence(master: &ItemId, index: u32) -> ItemRef {
    let master = ItemId { id: master.id.clone(), change_key: None };
    ItemRef::Occurrence(OccurrenceId { master, index })
}
