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

/// Knows what is lent at this moment.
#[derive(Clone, Default)]
pub(crate) struct Lent(Arc<Mutex<HashMap<String, Secret>>>);

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
        self.lock().insert(name.clone(), secret);
        Loan { of: self.clone(), name }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
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
        self.of.lock().remove(&self.name);
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
            CredentialRef::Named(name) => self.lock().get(name).cloned(),
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
        drop(loan);
        assert!(lent.secret(&reference, "", "").await.is_err());
        assert!(lent.secret(&CredentialRef::Variable("PATH".into()), "", "").await.is_err());
        assert!(lent.secret(&CredentialRef::File("/etc/hostname".into()), "", "").await.is_err());
    }
}
