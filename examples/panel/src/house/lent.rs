//! Passwords that are lent to the SDK for the time of one request: of accounts that are looked at before anything is stored,
//! and of a preview, which no worker makes.

use omm::{
    CredentialProvider, CredentialRef, Error, ErrorKind, Result, Secret, Side, core::host::BoxFuture,
    project::project::Token,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Knows what is lent at this moment, and to how many.
#[derive(Clone, Default)]
pub(crate) struct Lent(Arc<Mutex<HashMap<String, (Secret, usize)>>>);

/// A password is lent for as long as this is kept.
pub(crate) struct Loan {
    of: Lent,
    name: String,
}

impl Lent {
    /// Lends a password under a name that nobody can guess.
    pub(crate) fn lend(&self, secret: Secret) -> Result<Loan> {
        let name = format!("lent:{}", *Token::random()?.expose());
        Ok(self.lend_as(name, secret))
    }

    /// Lends a password under a name that an account has already.
    pub(crate) fn lend_as(&self, name: String, secret: Secret) -> Loan {
        let mut lent = self.lock();
        let known = lent.entry(name.clone()).or_insert((secret.clone(), 0));
        // Two previews of one migration are two who have it; the password may have been changed between them.
        *known = (secret, known.1 + 1);
        drop(lent);
        Loan { of: self.clone(), name }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Secret, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loan {
    /// What an account says for it.
    pub(crate) fn reference(&self) -> CredentialRef {
        CredentialRef::Named(self.name.clone())
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let mut lent = self.of.lock();
        if let Some((_, holders)) = lent.get_mut(&self.name) {
            *holders -= 1;
            if *holders == 0 {
                lent.remove(&self.name);
            }
        }
    }
}

/// Nothing else is known here: no variable and no file of this machine is read for a visitor.
impl CredentialProvider for Lent {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let known = match reference {
            CredentialRef::Named(name) => self.lock().get(name).map(|(secret, _)| secret.clone()),
            _ => None,
        };
        let missing = || {
            let message = "the password was erased; give it again";
            Error::new(ErrorKind::Config, Side::Host, "look for the password", message)
        };
        Box::pin(async move { known.ok_or_else(missing) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a password that is known for longer than its request, and a file of this machine read for a visitor.
    #[tokio::test]
    async fn for_as_long_as_the_loan_is_kept() {
        let lent = Lent::default();
        let loan = lent.lend(Secret::new("geheim".into())).unwrap();
        let reference = loan.reference();
        assert_eq!(lent.secret(&reference, "", "").await.unwrap().expose(), "geheim");
        let other = lent.lend_as("one".into(), Secret::new("a".into()));
        drop(lent.lend_as("one".into(), Secret::new("a".into())));
        assert!(lent.secret(&other.reference(), "", "").await.is_ok(), "somebody has it still");
        drop(loan);
        assert!(lent.secret(&reference, "", "").await.is_err());
        assert!(lent.secret(&CredentialRef::Variable("PATH".into()), "", "").await.is_err());
        assert!(lent.secret(&CredentialRef::File("/etc/hostname".into()), "", "").await.is_err());
    }
}
