//! The contract of destinations on a real Cyrus.
#![cfg(unix)]

mod sockets;

use omm_core::{
    error::Result,
    error::{Effect, ErrorKind},
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Body, FolderPath, Item, ItemKind},
    seam::{AccountSpec, Connector, Destination, Tls, Wanted},
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

fn item(bytes: impl Into<Vec<u8>>) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(bytes.into()))
}

/// Kills: one message that Cyrus looks into and refuses, and the folder's others with it.
#[test]
fn what_cyrus_refuses_is_said_of_the_message_alone() {
    let server = match cyrus() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    smol::block_on(async {
        let (dest, _env) = open(server.fresh_user().expect("a user")).await;
        let capacity = dest.capacity().await.expect("the capacity");
        assert!(capacity.remarks.iter().any(|remark| remark.contains("Cyrus")), "{capacity:?}");
        let wanted = Wanted::new(FolderPath::new(["a"]), ItemKind::Mail);
        let folder = dest.ensure_folder(wanted).await.expect("a folder").id;
        let batch = [
            item("Subject: good\r\n\r\nx\r\n"),
            item("Subject: nul\r\n\r\na\0b\r\n"),
            item("this line is no header\r\nSubject: x\r\n\r\nx\r\n"),
            item(b"Subject: \xfc\r\n\r\nx\r\n".to_vec()),
            item("Subject: bare\n\nx\n"),
            item("Subject: good too\r\n\r\nx\r\n"),
        ];
        let fates = dest.append(&folder, &batch).await.expect("fates");
        for (at, fate) in fates.iter().enumerate() {
            println!("{at}: {:?}", fate.as_ref().map_err(ToString::to_string));
            if let Err(error) = fate {
                assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
            }
        }
        assert!(fates[0].is_ok() && fates[5].is_ok() && fates[4].is_ok() && fates[2].is_err());
    });
}

/// Seen: Cyrus says "Over quota" in words; the account is full, which is more than an item's trouble.
#[test]
fn a_full_cyrus_is_a_full_account() {
    let server = match cyrus() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let account = server.fresh_user().expect("a user");
    server.set_quota(&account, 100).expect("a quota");
    smol::block_on(async {
        let (dest, _env) = open(account).await;
        let capacity = dest.capacity().await.expect("the capacity");
        assert_eq!(capacity.bytes_free, Some(100 << 10));
        let wanted = Wanted::new(FolderPath::new(["a"]), ItemKind::Mail);
        let folder = dest.ensure_folder(wanted).await.expect("a folder").id;
        let large = |size: usize| item(format!("Subject: x\r\n\r\n{}", "x\r\n".repeat(size)));
        let error = match dest.append(&folder, &[large(10), large(90_000)]).await {
            Ok(mut fates) => fates.remove(1).expect_err("full"),
            Err(error) => error,
        };
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Quota, Effect::None), "{error}");
    });
}
