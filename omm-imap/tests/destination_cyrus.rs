//! The contract of destinations on a real Cyrus.
#![cfg(unix)]

mod sockets;

use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    seam::{AccountSpec, Connector, Destination, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    conformance::destination::{Keeps, destination_with},
    servers::{Account, Cyrus, CyrusSettings, Namespace, cyrus},
};
use sockets::Sockets;
use std::sync::Arc;

/// The password of a test's own server.
struct Password(String);

impl CredentialProvider for Password {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(self.0.clone()))))
    }
}

async fn open(account: Account) -> (Arc<dyn Destination>, Env) {
    let mut env = Env::new(Arc::new(Sockets::new()));
    env.credentials = Arc::new(Password(account.password.clone()));
    let mut spec = AccountSpec::new("imap", format!("{}:{}", account.host, account.port));
    spec.login = account.login.clone();
    spec.tls = Tls::Off;
    let destination = ImapConnector.destination(&spec, &env).await.expect("a destination");
    (destination.expect("IMAP can be written"), env)
}

fn kept(server: &Cyrus) {
    let mut keeps = Keeps::default();
    keeps.wide_keywords = false;
    // Seen: Cyrus refuses NUL.
    keeps.odd_bytes = false;
    smol::block_on(destination_with(keeps, || open(server.fresh_user().expect("a user"))));
}

#[test]
fn cyrus_keeps_the_contract() {
    match cyrus() {
        Ok(server) => kept(server),
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn cyrus_with_folders_below_the_inbox_keeps_the_contract() {
    match Cyrus::start(CyrusSettings { namespace: Namespace::Classic, ..CyrusSettings::default() }) {
        Ok(server) => kept(&server),
        Err(why) => println!("skipped: {why}"),
    }
}
