//! Whether an account's secret is still good: what was refused is not shown again, and while nobody knows, one
//! connection tries for all.
//!
//! A password that is changed under way ends all connections at once, and each would log in again with the old one: so
//! many wrong logins in one second lock the account.

use futures::lock::{Mutex as Turns, MutexGuard as Turn};
use omm_core::{
    error::{Error, Result},
    host::Secret,
    model::Digest,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the connections of one account know of its secret.
#[derive(Default)]
pub(crate) struct Doubt {
    turns: Turns<()>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Somebody was let in, and no connection was lost since.
    is_good: bool,
    /// The last one that was refused, and how.
    refused: Option<(Digest, Arc<Error>)>,
    /// Got on a connection that was over then.
    renewed: Option<Secret>,
}

impl Doubt {
    /// To be held while logging in. Who comes while somebody tries waits for what comes of it.
    pub(super) async fn turn(&self) -> Option<Turn<'_, ()>> {
        if self.known().is_good {
            return None;
        }
        let turn = self.turns.lock().await;
        (!self.known().is_good).then_some(turn)
    }

    /// # Errors
    /// What the server said to this secret, when it has refused it.
    pub(super) fn check(&self, secret: &Secret) -> Result<()> {
        match &self.known().refused {
            Some((refused, error)) if *refused == digest(secret) => Err(error.repeated()),
            _ => Ok(()),
        }
    }

    pub(super) fn let_in(&self) {
        let mut known = self.known();
        (known.is_good, known.refused) = (true, None);
    }

    pub(super) fn refused(&self, secret: &Secret, error: &Error) {
        let mut known = self.known();
        (known.is_good, known.refused) = (false, Some((digest(secret), Arc::new(error.repeated()))));
    }

    /// A connection is over: perhaps since the secret is.
    pub(crate) fn lost_one(&self) {
        self.known().is_good = false;
    }

    /// For the next connection.
    pub(super) fn keep(&self, renewed: Secret) {
        self.known().renewed = Some(renewed);
    }

    pub(crate) fn take_kept(&self) -> Option<Secret> {
        self.known().renewed.take()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(secret: &Secret) -> Digest {
    Digest::of(secret.expose().as_bytes())
}
