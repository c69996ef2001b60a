//! Coming in on real servers: for somebody else, with SCRAM, over TLS of both kinds, compressed.
#![cfg(unix)]

mod sockets;

use omm_core::{
    error::{ErrorKind, Result},
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::FolderPath,
    seam::{AccountSpec, Connector, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::servers::{self, Account, witness::Witness};
use sockets::Sockets;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Takes the name for the password: these open nothing but a test's own server.
struct ByName;

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

fn spec(account: &Account, tls: Tls, ca_file: PathBuf) -> AccountSpec {
    let port = if tls == Tls::Required { account.tls_port } else { account.port };
    let mut spec = AccountSpec::new("imap", format!("{}:{port}", account.host));
    spec.login.clone_from(&account.login);
    spec.credentials = CredentialRef::Named(account.password.clone());
    (spec.tls, spec.ca_file) = (tls, Some(ca_file));
    spec
}

fn with(mut spec: AccountSpec, change: impl FnOnce(&mut AccountSpec)) -> AccountSpec {
    change(&mut spec);
    spec
}

/// The folders that somebody sees.
fn enter(spec: &AccountSpec) -> Result<Vec<String>> {
    let mut env = Env::new(Arc::new(Sockets::new()));
    env.credentials = Arc::new(ByName);
    smol::block_on(async {
        let source = ImapConnector.source(spec, &env).await?.expect("IMAP can be read");
        let folders = source.folders().await?;
        Ok(folders.iter().map(|folder| folder.path.to_string()).collect())
    })
}

fn marked(account: Account) -> Account {
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    witness.create(&FolderPath::new(["Marke"]), None).expect("a folder");
    witness.leave().expect("a goodbye");
    account
}

fn option(name: &'static str, value: &'static str) -> impl FnOnce(&mut AccountSpec) {
    move |spec| drop(spec.options.insert(name.to_owned(), value.to_owned()))
}

/// Every way in, and one wrong password.
fn ways_in(account: &Account, ca_file: &Path, proxy: (&str, &str)) {
    let of = |tls| spec(account, tls, ca_file.to_path_buf());
    let delegated = |spec: &mut AccountSpec| {
        spec.delegate = Some(proxy.0.to_owned());
        spec.credentials = CredentialRef::Named(proxy.1.to_owned());
    };
    for (what, spec) in [
        ("TLS", of(Tls::Required)),
        ("STARTTLS", of(Tls::StartTls)),
        ("in the clear", of(Tls::Off)),
        ("compressed", with(of(Tls::Required), option("compress", "on"))),
        ("PLAIN", with(of(Tls::Required), option("auth", "plain"))),
        ("for somebody else", with(of(Tls::Required), delegated)),
    ] {
        let folders = enter(&spec).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(folders.iter().any(|folder| folder == "Marke"), "{what}: {folders:?}");
    }
    let wrong = with(of(Tls::Required), |spec| {
        spec.credentials = CredentialRef::Named("wrong".to_owned());
    });
    let error = enter(&wrong).expect_err("a wrong password");
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
}

#[test]
fn dovecot() {
    match servers::dovecot() {
        Ok(server) => {
            let (account, ca_file) = (marked(server.fresh_user()), server.ca_pem_path());
            ways_in(&account, &ca_file, server.master());
            let spec = with(spec(&account, Tls::Required, ca_file), option("auth", "scram-sha-256"));
            assert_eq!(enter(&spec).expect("SCRAM").len(), 2, "INBOX and the mark");
        }
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn cyrus() {
    match servers::cyrus() {
        Ok(server) => {
            let account = marked(server.fresh_user().expect("a fresh user"));
            ways_in(&account, &server.ca_pem_path(), server.proxy());
        }
        Err(why) => println!("skipped: {why}"),
    }
}
