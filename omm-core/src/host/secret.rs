//! Secrets: never printed, never stored by value, asked for when a connection opens.

use super::{BoxFuture, Env};
use crate::error::{Error, ErrorKind, Result, Scope, Side};
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf};
use zeroize::Zeroizing;

/// A password or token. It prints as `Secret(..)` in every build and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the login and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where a secret is to be found. This is what is stored; the secret is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CredentialRef {
    /// The account needs none: a file.
    #[default]
    None,
    /// An environment variable.
    Variable(String),
    /// The first line of a file.
    File(PathBuf),
    /// The first line that a command writes, run by the host's shell each time. It is stored as it is, so no secret
    /// belongs into it.
    Command(String),
    /// Asked for at the terminal, or of the host, each time.
    Ask,
    /// A name that the host's provider understands.
    Named(String),
}

/// Gives the secret for a reference. Called whenever a connection opens, so a token may be renewed in between, and
/// from several connections at once. It must not block: see [`super::blocking`].
///
/// Connectors ask through [`Env::secret`] and [`Env::renewed_secret`].
pub trait CredentialProvider: Send + Sync {
    /// The secret for `login` at `server`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with the remedy when the reference leads nowhere: nothing will help but to change it.
    /// Any other kind pauses the migration with the error's message as its reason: nothing fails but the run, and the
    /// next run goes on from there. With [`crate::error::Retry::Backoff`] or `After` it is asked again before that.
    ///
    /// # Cancel safety
    /// The future may be dropped at any time; it should not wait for ever, since a wish to stop is heard only after it.
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>>;

    /// The same, after the server has refused `refused`: a token has expired. Whoever keeps tokens gives the newer one
    /// that he has by now (another connection may have asked before), else gets one, instead of the one he keeps. To
    /// give `refused` again means that there is no other; then the login has failed.
    ///
    /// # Errors
    /// As for [`Self::secret`].
    fn renewed<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
        _refused: &'a Secret,
    ) -> BoxFuture<'a, Result<Secret>> {
        self.secret(reference, login, server)
    }
}

/// Whose secret a connector wants, and to open what.
#[derive(Clone, Copy, Debug)]
pub struct SecretOf<'a> {
    /// Where it is to be found.
    pub reference: &'a CredentialRef,
    /// Who logs in: the administrator where one does.
    pub login: &'a str,
    /// Where, as people write it.
    pub server: &'a str,
    /// Which account it is, for errors.
    pub side: Side,
}

impl Env {
    /// Asks the provider for a secret.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] as the provider gave it, else [`ErrorKind::Credentials`], of account scope and with the
    /// provider's advice when to ask again.
    ///
    /// # Cancel safety
    /// Dropping the future drops the provider's.
    pub async fn secret(&self, of: SecretOf<'_>) -> Result<Secret> {
        let SecretOf { reference, login, server, .. } = of;
        self.credentials.secret(reference, login, server).await.map_err(|error| of.failed(error))
    }

    /// Asks the provider for another secret than the one that was refused; `None` when it has no other.
    ///
    /// # Errors
    /// As for [`Self::secret`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the provider's.
    pub async fn renewed_secret(&self, of: SecretOf<'_>, refused: &Secret) -> Result<Option<Secret>> {
        let SecretOf { reference, login, server, .. } = of;
        let renewed = self.credentials.renewed(reference, login, server, refused).await;
        let renewed = renewed.map_err(|error| of.failed(error))?;
        Ok((renewed.expose() != refused.expose()).then_some(renewed))
    }
}

impl SecretOf<'_> {
    /// Whatever the provider says: no item and no folder is to blame, and no server.
    fn failed(&self, error: Error) -> Error {
        if error.kind() == ErrorKind::Config {
            let scope = error.reach().max(Scope::Account);
            return error.scope(scope);
        }
        let retry = error.retry_advice();
        let message = format!("the credential provider says: {error}");
        Error::new(ErrorKind::Credentials, self.side, "ask for the secret", message)
            .retry(retry)
            .with("login", self.login)
            .with("server", self.server)
    }
}

/// For hosts whose accounts are files: has no secret for anybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCredentials;

impl CredentialProvider for NoCredentials {
    fn secret<'a>(
        &'a self,
        _: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let error =
            Error::new(ErrorKind::Config, Side::Host, "credentials", "no credential provider was given")
                .with("login", login)
                .with("server", server);
        Box::pin(async { Err(error) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Retry, Side};

    #[test]
    fn a_provider_that_fails_blames_nobody_else() {
        let nowhere = CredentialRef::None;
        let of = SecretOf { reference: &nowhere, login: "anna", server: "mail.example", side: Side::Source };
        for (kind, scope, retry, expected) in [
            (ErrorKind::Local, Scope::Run, Retry::Never, (ErrorKind::Credentials, Scope::Account)),
            (ErrorKind::NotFound, Scope::Item, Retry::Backoff, (ErrorKind::Credentials, Scope::Account)),
            (ErrorKind::Credentials, Scope::Account, Retry::Never, (ErrorKind::Credentials, Scope::Account)),
            (ErrorKind::Config, Scope::Item, Retry::Never, (ErrorKind::Config, Scope::Account)),
        ] {
            let error = Error::new(kind, Side::Host, "test", "the vault is sealed").scope(scope).retry(retry);
            let error = of.failed(error);
            assert_eq!((error.kind(), error.reach()), expected, "{error}");
            assert_eq!(error.retry_advice(), retry, "{error}");
            assert!(error.to_string().contains("the vault is sealed"), "{error}");
        }
    }
}
