//! A provider that keeps a token, gets another one when it is told that the old one was refused, and can fail.

use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Side},
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret},
};
use omm_testkit::imap::MockImap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The token of ann at one server. Clones are the same vault.
#[derive(Clone)]
pub(crate) struct Vault(Arc<Mutex<Inside>>);

struct Inside {
    server: MockImap,
    token: String,
    asked: u64,
    renewed: u64,
    is_dry: bool,
    sealed: Option<(Retry, u64)>,
    seals_when_renewed: bool,
}

impl Vault {
    pub(crate) fn of(server: &MockImap) -> Self {
        let (server, token) = (server.clone(), server.token("ann"));
        let (asked, renewed, is_dry, sealed, seals_when_renewed) = Default::default();
        let inside = Inside { server, token, asked, renewed, is_dry, sealed, seals_when_renewed };
        Self(Arc::new(Mutex::new(inside)))
    }

    /// There is no newer token.
    pub(crate) fn runs_dry(&self) {
        self.inside().is_dry = true;
    }

    /// It gives nothing to the next so many who ask, and says when to come back.
    pub(crate) fn seal(&self, retry: Retry, times: u64) {
        self.inside().sealed = Some((retry, times));
    }

    /// When somebody wants a newer token, it is sealed until somebody opens it.
    pub(crate) fn seals_when_renewed(&self) {
        self.inside().seals_when_renewed = true;
    }

    pub(crate) fn asked(&self) -> u64 {
        self.inside().asked
    }

    pub(crate) fn renewed(&self) -> u64 {
        self.inside().renewed
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give(&self, refused: Option<&Secret>) -> Result<Secret> {
        let mut inside = self.inside();
        *(if refused.is_some() { &mut inside.renewed } else { &mut inside.asked }) += 1;
        if refused.is_some() && std::mem::take(&mut inside.seals_when_renewed) {
            inside.sealed = Some((Retry::Never, u64::MAX));
        }
        if let Some((retry, times)) = inside.sealed.filter(|(_, times)| *times > 0) {
            inside.sealed = Some((retry, times - 1));
            let sealed = Error::new(ErrorKind::Local, Side::Host, "open the vault", "the vault is sealed");
            return Err(sealed.retry(retry));
        }
        // Another connection may have been here before.
        if refused.is_some_and(|refused| refused.expose() == inside.token) && !inside.is_dry {
            inside.token = inside.server.token("ann");
        }
        Ok(Secret::new(inside.token.clone()))
    }
}

impl CredentialProvider for Vault {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(self.give(None)))
    }

    fn renewed<'a>(
        &'a self,
        _: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
        refused: &'a Secret,
    ) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(self.give(Some(refused))))
    }
}
