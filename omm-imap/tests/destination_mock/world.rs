//! A destination on a server in memory.

use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    seam::{AccountSpec, Connector, Destination, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{imap::MockImap, sim::SimRuntime};
use std::sync::Arc;

/// Whoever asks gets it: it opens nothing but a server in memory.
struct Secrets;

impl CredentialProvider for Secrets {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new("secret".to_owned()))))
    }
}

/// A server with one user.
pub(crate) fn server() -> MockImap {
    MockImap::new().user("ann", "secret")
}

/// A destination on that server, over connections in memory.
pub(crate) async fn opened(server: MockImap, runtime: &SimRuntime, port: u16) -> (Arc<dyn Destination>, Env) {
    runtime.listen("mock.example", port, server);
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Secrets);
    let mut spec = AccountSpec::new("imap", format!("mock.example:{port}"));
    spec.login = "ann".to_owned();
    spec.tls = Tls::Off;
    let destination = ImapConnector.destination(&spec, &env).await.expect("a destination");
    (destination.expect("IMAP can be written"), env)
}
