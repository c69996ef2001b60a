//! A host with a state of its own, and accounts on servers of ours.

use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Error, Known, Listener, Omm, Options, Report, Secret,
    Stop, Tls, TokioRuntime, core::host::BoxFuture,
};
use omm_testkit::servers::{Account, Cyrus, Dovecot};
use std::{
    future::{Future, poll_fn},
    path::PathBuf,
    pin::pin,
    task::Poll,
};

/// The server, or a line that says why this test was not run.
pub(crate) fn or_skip<S, E: std::fmt::Display>(server: Result<S, E>) -> Option<S> {
    server.map_err(|reason| println!("skipped: {reason}")).ok()
}

/// An account as the SDK is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) spec: AccountSpec,
}

impl Place {
    /// Over TLS, with the test authority as the only one to trust beside the system's.
    pub(crate) fn on_dovecot(dovecot: &Dovecot) -> Self {
        Self::new(dovecot.fresh_user(), dovecot.ca_pem_path())
    }

    pub(crate) fn on_cyrus(cyrus: &Cyrus) -> Self {
        Self::new(cyrus.fresh_user().expect("a fresh user"), cyrus.ca_pem_path())
    }

    /// Without TLS, through a port of loopback that leads there.
    pub(crate) fn in_the_clear(account: Account, port: u16) -> Self {
        let mut place = Self::new(account, PathBuf::new());
        place.spec.server = format!("127.0.0.1:{port}");
        (place.spec.tls, place.spec.ca_file) = (Tls::Off, None);
        place
    }

    pub(crate) fn new(account: Account, authority: PathBuf) -> Self {
        let mut spec = AccountSpec::new("imap", format!("{}:{}", account.host, account.tls_port));
        spec.login.clone_from(&account.login);
        spec.credentials = CredentialRef::Named(account.password.clone());
        spec.ca_file = Some(authority);
        Self { account, spec }
    }
}

/// Takes the name for the password: these passwords open nothing but a test's own server.
#[derive(Debug)]
pub(crate) struct ByName;

impl CredentialProvider for ByName {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret, Error>> {
        let CredentialRef::Named(password) = reference else {
            unreachable!("every account here has a password")
        };
        Box::pin(std::future::ready(Ok(Secret::new(password.clone()))))
    }
}

/// A host.
pub(crate) struct World {
    runtime: tokio::runtime::Runtime,
    omm: Omm,
    _state: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build();
        let runtime = runtime.expect("a runtime");
        let state = tempfile::tempdir().expect("a folder");
        let builder = Omm::builder(TokioRuntime::new(runtime.handle().clone()));
        let omm = runtime.block_on(builder.state_dir(state.path()).credentials(ByName).open());
        Self { runtime, omm: omm.expect("a fresh state"), _state: state }
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Migrates, or goes on with what was begun.
    pub(crate) fn migrate(&self, from: &Place, to: &Place) -> Result<Report, Error> {
        self.migrate_with(from, to, Options::default())
    }

    /// Migrates until `is_killed` says yes: then the run is dropped where it stands, and the answer is nothing.
    pub(crate) fn migrate_until(
        &self,
        from: &Place,
        to: &Place,
        is_killed: impl Fn() -> bool,
    ) -> Option<Result<Report, Error>> {
        let mut run = pin!(self.migrating(from, to, Options::default()));
        self.run(poll_fn(|context| match run.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if is_killed() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }))
    }

    pub(crate) fn migrate_with(&self, from: &Place, to: &Place, options: Options) -> Result<Report, Error> {
        self.run(self.migrating(from, to, options))
    }

    async fn migrating(&self, from: &Place, to: &Place, options: Options) -> Result<Report, Error> {
        let session = self.omm.migrate(&from.spec, &to.spec, options, Known::Continue).await?;
        let report = session.run(Listener::none(), Stop::new()).await;
        session.close().await?;
        report
    }

    pub(crate) fn omm(&self) -> &Omm {
        &self.omm
    }
}
