//! From a word in a file to an open account.

use super::{AccountSpec, Destination, Source};
use crate::{
    checkup::Examined,
    error::{Error, ErrorKind, Result, Side},
    host::Env,
};
use async_trait::async_trait;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Opens accounts of one family of servers.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The server types it answers to, the main one first.
    fn server_types(&self) -> &[&'static str];

    /// The account in its normal form: default port, lower-case host, canonical path. Two specs of one account
    /// become equal, so that a known pair is recognised.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it cannot be an account of this type.
    async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec>;

    /// Opens it to read; `None` when this connector has no sources. Logs in at the first call, or now.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], [`ErrorKind::Auth`], [`ErrorKind::Unreachable`] …, each naming the remedy.
    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>>;

    /// Opens it to write; `None` when this connector has no destinations.
    ///
    /// # Errors
    /// As for [`Self::source`].
    async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Destination>>>;

    /// How far one comes with this account: the way to the server, the protection of the line, the login, what the server
    /// offers. In this order; the first step that is bad is the last one. Nothing is repeated. Whoever has no such steps
    /// has no findings.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection.
    async fn examine(&self, _spec: &AccountSpec, _env: &Env, _side: Side) -> Examined {
        Examined::default()
    }
}

/// The connectors a host has chosen. A value, not a global.
#[derive(Clone, Default)]
pub struct Registry {
    connectors: BTreeMap<&'static str, Arc<dyn Connector>>,
}

impl Registry {
    /// No connector yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a connector more; it takes the place of an earlier one with the same server type.
    #[must_use]
    pub fn with(mut self, connector: Arc<dyn Connector>) -> Self {
        for name in connector.server_types() {
            self.connectors.insert(name, Arc::clone(&connector));
        }
        self
    }

    /// The server types that are known.
    pub fn server_types(&self) -> impl Iterator<Item = &'static str> {
        self.connectors.keys().copied()
    }

    /// The account in its normal form.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown server type, and the connector's own.
    pub async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec> {
        self.find(spec)?.normalise(spec, env).await
    }

    /// Opens an account to read.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a type that has no sources, and the connector's own.
    pub async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>> {
        self.find(spec)?.source(spec, env).await?.ok_or_else(|| self.no_role(spec, Side::Source))
    }

    /// Opens an account to write.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a type that has no destinations, and the connector's own.
    pub async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>> {
        self.find(spec)?.destination(spec, env).await?.ok_or_else(|| self.no_role(spec, Side::Destination))
    }

    /// How far one comes with an account. See [`Connector::examine`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown server type.
    pub async fn examine(&self, spec: &AccountSpec, env: &Env, side: Side) -> Result<Examined> {
        Ok(self.find(spec)?.examine(spec, env, side).await)
    }

    fn find(&self, spec: &AccountSpec) -> Result<&Arc<dyn Connector>> {
        self.connectors.get(spec.server_type.as_str()).ok_or_else(|| {
            let known: Vec<_> = self.server_types().collect();
            Error::new(
                ErrorKind::Config,
                Side::Host,
                "open an account",
                format!("unknown server type {:?}; known are {}", spec.server_type, known.join(", ")),
            )
        })
    }

    fn no_role(&self, spec: &AccountSpec, side: Side) -> Error {
        let role = if side == Side::Source { "source" } else { "destination" };
        Error::new(
            ErrorKind::Config,
            side,
            "open an account",
            format!("{} cannot be a {role}", spec.server_type),
        )
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.server_types()).finish()
    }
}
