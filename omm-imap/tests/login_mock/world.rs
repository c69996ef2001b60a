//! An account on a server in memory, and ways to log in.

use crate::vault::Vault;
use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    seam::{AccountSpec, Connector, Source, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::MockImap,
    sim::{self, Listener, SimRuntime},
};
use std::sync::Arc;

pub(crate) const HOST: &str = "mock.example";
pub(crate) const PASSWORD: &str = "geheim";

/// Takes the name for the password.
pub(crate) struct ByName;

impl CredentialProvider for ByName {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let CredentialRef::Named(password) = reference else { unreachable!("every account here has one") };
        Box::pin(std::future::ready(Ok(Secret::new(password.clone()))))
    }
}

/// The account of ann, in the clear.
pub(crate) fn spec() -> AccountSpec {
    let mut spec = AccountSpec::new("imap", format!("{HOST}:143"));
    spec.login = "ann".to_owned();
    spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
    spec.tls = Tls::Off;
    spec
}

pub(crate) fn with(change: impl FnOnce(&mut AccountSpec)) -> AccountSpec {
    let mut spec = spec();
    change(&mut spec);
    spec
}

pub(crate) fn auth(mechanism: &str) -> AccountSpec {
    with(|spec| drop(spec.options.insert("auth".to_owned(), mechanism.to_owned())))
}

pub(crate) fn server() -> MockImap {
    MockImap::new().user("ann", PASSWORD)
}

/// A machine where a server listens.
pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    pub(crate) env: Env,
}

impl World {
    pub(crate) fn new(listener: impl Listener + 'static) -> Self {
        let clock = SimRuntime::new();
        clock.listen(HOST, 143, listener);
        let mut env = Env::new(clock.shared());
        env.credentials = Arc::new(ByName);
        Self { clock, env }
    }

    /// With another provider of secrets.
    pub(crate) fn knowing(mut self, vault: &Vault) -> Self {
        self.env.credentials = Arc::new(vault.clone());
        self
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        sim::run(&self.clock, future)
    }

    pub(crate) fn source(&self, spec: &AccountSpec) -> Arc<dyn Source> {
        let source = self.run(ImapConnector.source(spec, &self.env)).expect("a good specification");
        source.expect("IMAP can be read")
    }

    /// Logs in and asks for folders; how many there are.
    pub(crate) fn enter(&self, spec: &AccountSpec) -> Result<usize> {
        Ok(self.run(self.source(spec).folders())?.len())
    }
}

/// Logs in to a server.
pub(crate) fn enter(server: &MockImap, spec: &AccountSpec) -> Result<usize> {
    World::new(server.clone()).enter(spec)
}

/// How often somebody tried to log in.
pub(crate) fn tries(server: &MockImap) -> u64 {
    let counters = server.counters();
    counters.command("LOGIN") + counters.command("AUTHENTICATE")
}
