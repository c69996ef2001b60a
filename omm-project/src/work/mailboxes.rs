//! Which mailboxes are written into, by what was found out about them.

use crate::MailboxKey;
use futures::channel::oneshot;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Mailboxes that somebody of this worker writes into, and who waits for each.
#[derive(Clone, Default)]
pub(super) struct Mailboxes(Arc<Mutex<HashMap<MailboxKey, Vec<oneshot::Sender<()>>>>>);

/// Nobody else of this worker writes into the mailbox for as long as this is kept.
pub(super) struct Lease {
    of: Mailboxes,
    mailbox: MailboxKey,
}

impl Mailboxes {
    /// Waits until nobody writes into it, and not a moment longer.
    pub(super) async fn lease(&self, mailbox: MailboxKey) -> Lease {
        while let Some(free) = self.enter(mailbox) {
            // Whoever writes tells all who wait; whoever is first has it then.
            let _ = free.await;
        }
        Lease { of: self.clone(), mailbox }
    }

    /// It is ours, or this tells when it may be.
    fn enter(&self, mailbox: MailboxKey) -> Option<oneshot::Receiver<()>> {
        let mut written = self.lock();
        let Some(waiting) = written.get_mut(&mailbox) else {
            written.insert(mailbox, Vec::new());
            return None;
        };
        let (tells, free) = oneshot::channel();
        // Who has gone away meanwhile waits no more.
        waiting.retain(|other| !other.is_canceled());
        waiting.push(tells);
        Some(free)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MailboxKey, Vec<oneshot::Sender<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let waiting = self.of.lock().remove(&self.mailbox);
        // Outside the lock: whoever is woken may look at once.
        for tells in waiting.into_iter().flatten() {
            let _ = tells.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use omm_core::seam::AccountSpec;
    use std::pin::pin;

    // Would catch: somebody who waits for a mailbox and sleeps on when it is free, or one who has gone away and has it for ever.
    #[test]
    fn who_waits_goes_on_when_it_is_free() {
        let (mailboxes, mailbox) = (Mailboxes::default(), MailboxKey::of(&AccountSpec::new("imap", "h")));
        let first = mailboxes.lease(mailbox).now_or_never().expect("it is free");
        let (mut second, mut third) = (pin!(mailboxes.lease(mailbox)), pin!(mailboxes.lease(mailbox)));
        assert!(mailboxes.lease(mailbox).now_or_never().is_none(), "who gives up");
        assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
        drop(first);
        let second = second.now_or_never().expect("it is free");
        assert!(third.as_mut().now_or_never().is_none(), "one after the other");
        drop(second);
        assert!(third.now_or_never().is_some());
    }
}
