//! Items that are half made: how far each has come, so that it goes on from there when the server has rested. A server that
//! refuses every few requests would else never see the end of an item that needs more.
//!
//! Only this process knows of them. Of one that was killed, halves are found by their marks and deleted ([`crate::locate`]).

use crate::{ops::ItemId, print::Print};
use omm_core::model::DestFolderId;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More than folders are worked on at once. Older ones are forgotten, and so deleted when they are met.
const MOST: usize = 32;

/// How far an item has come.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// The items of Exchange that it is so far.
    pub(super) made: Vec<ItemId>,
    /// Of the last one, the occurrences that were changed, in their order.
    pub(super) occurrences: Vec<Option<ItemId>>,
    /// How many steps are done.
    pub(super) done: usize,
    /// Whether the one behind them may be done as well.
    pub(super) is_in_doubt: bool,
}

impl Half {
    /// The item of Exchange that is being made.
    pub(super) fn last(&self) -> Option<&ItemId> {
        self.made.last()
    }
}

/// Those of an account.
#[derive(Debug, Default)]
pub(crate) struct Halves(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    folder: DestFolderId,
    print: Print,
    half: Half,
}

impl Halves {
    /// Keeps one.
    pub(super) fn keep(&self, folder: &DestFolderId, print: &Print, half: Half) {
        let mut kept = self.locked();
        if kept.len() >= MOST {
            kept.remove(0);
        }
        kept.push(Kept { folder: folder.clone(), print: print.clone(), half });
    }

    /// Gives one of what was sent; of several equal ones it is all the same which.
    pub(super) fn take(&self, folder: &DestFolderId, print: &Print) -> Option<Half> {
        let mut kept = self.locked();
        let at = kept.iter().position(|one| one.folder == *folder && one.print == *print)?;
        Some(kept.remove(at).half)
    }

    /// Whether an item belongs to one that is kept.
    pub(crate) fn hold(&self, id: &str) -> bool {
        self.locked().iter().any(|one| one.half.made.iter().any(|made| made.id == id))
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
