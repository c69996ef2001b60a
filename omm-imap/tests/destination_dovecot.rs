//! The contract of destinations on a real Dovecot.
#![cfg(unix)]

mod sockets;

use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Body, FolderPath, Item, ItemKind},
    seam::{AccountSpec, Connector, Destination, Tls, Wanted},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    conformance::destination::{Keeps, destination_with},
    servers::{Account, DelayProxy, Dovecot, Settings, Storage, dovecot},
};
use sockets::Sockets;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

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

fn kept(server: &Dovecot) {
    let mut keeps = Keeps::default();
    keeps.wide_keywords = false;
    // Seen: Dovecot gives 0x80 for NUL, and drops a return that ends a message alone.
    keeps.odd_bytes = false;
    smol::block_on(destination_with(keeps, || open(server.fresh_user())));
}

#[test]
fn dovecot_keeps_the_contract() {
    match dovecot() {
        Ok(server) => kept(server),
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn dovecot_with_maildir_keeps_the_contract() {
    let settings = Settings { storage: Storage::Maildir, ..Settings::default() };
    match Dovecot::start(settings) {
        Ok(server) => kept(&server),
        Err(why) => println!("skipped: {why}"),
    }
}

/// Kills: an APPEND that waits for the answer to the one before it.
#[test]
fn forty_single_appends_at_a_distance_are_one_flight() {
    let capabilities = Some("IMAP4rev1 LITERAL+ UIDPLUS".to_owned());
    let server = match Dovecot::start(Settings { capabilities, ..Settings::default() }) {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    const ROUND_TRIP: Duration = Duration::from_millis(20);
    let mut account = server.fresh_user();
    let proxy = DelayProxy::start(account.port, ROUND_TRIP).expect("a port");
    account.port = proxy.port();
    smol::block_on(async {
        let (dest, _env) = open(account).await;
        dest.capacity().await.expect("the capacity");
        let wanted = Wanted::new(FolderPath::new(["a"]), ItemKind::Mail);
        let folder = dest.ensure_folder(wanted).await.expect("a folder").id;
        let mails = |count: usize| -> Vec<Item> {
            let text = |at| format!("Subject: {at}\r\n\r\n{}", "x\r\n".repeat(at + count));
            (0..count).map(|at| Item::new(ItemKind::Mail, Body::from_bytes(text(at)))).collect()
        };
        // The first one is looked at, since APPENDUID is not believed before.
        dest.append(&folder, &mails(2)).await.expect("two");
        let start = Instant::now();
        let fates = dest.append(&folder, &mails(40)).await.expect("forty");
        let took = start.elapsed();
        assert!(fates.iter().all(Result::is_ok));
        println!("40 single APPENDs at 20 ms: {took:?}");
        // One trip each would be 800 ms; a busy machine gets half of that.
        assert!(took < ROUND_TRIP * 20, "{took:?}");
    });
}
