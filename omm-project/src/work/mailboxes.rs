//! Which mailboxes are written into, by what was found out about them.

use crate::MailboxKey;
use omm_core::host::Runtime;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Between two looks at whether a mailbox is free.
const LOOK: Duration = Duration::from_secs(1);

/// Mailboxes that somebody of this worker writes into.
#[derive(Clone, Default)]
pub(super) struct Mailboxes(Arc<Mutex<HashSet<MailboxKey>>>);

/// Nobody else of this worker writes into the mailbox for as long as this is kept.
pub(super) struct Lease {
    of: Mailboxes,
    mailbox: MailboxKey,
}

impl Mailboxes {
    /// Waits until nobody writes into it.
    pub(super) async fn lease(&self, mailbox: MailboxKey, runtime: &dyn Runtime) -> Lease {
        while !self.lock().insert(mailbox) {
            runtime.sleep(LOOK).await;
        }
        Lease { of: self.clone(), mailbox }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<MailboxKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.of.lock().remove(&self.mailbox);
    }
}
