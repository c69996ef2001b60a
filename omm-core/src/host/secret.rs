//! Secrets: never printed, never stored by value, asked for when a connection opens.

use super::BoxFuture;
use crate::error::{Error, ErrorKind, Result, Side};
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
    /// Asked for at the terminal, or of the host, each time.
    Ask,
    /// A name that the host's provider understands.
    Named(String),
}

/// Gives the secret for a reference. Called whenever a connection opens, so a token may be renewed in between.
pub trait CredentialProvider: Send + Sync {
    /// The secret for `login` at `server`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with the remedy when the reference leads nowhere.
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        login: &'a str,
        server: &'a str,
    ) -> BoxFuture<'a, Result<Secret>>;
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
