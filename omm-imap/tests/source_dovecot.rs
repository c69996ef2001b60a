//! The contract of sources on real servers.
#![cfg(unix)]

mod sockets;

use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Flags, FolderPath, ItemKind},
    seam::{AccountSpec, Connector, Source, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    conformance::source::{Shows, Touch, source_changes, source_with},
    mailbox::{Mailbox, MailboxFolder, message, plain},
    servers::{self, Account, Dovecot, Settings, Storage, witness::Witness},
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

async fn open(account: &Account) -> (Arc<dyn Source>, Env) {
    let mut env = Env::new(Arc::new(Sockets::new()));
    env.credentials = Arc::new(Password(account.password.clone()));
    let mut spec = AccountSpec::new("imap", format!("{}:{}", account.host, account.port));
    spec.login = account.login.clone();
    spec.tls = Tls::Off;
    let source = ImapConnector.source(&spec, &env).await.expect("a source");
    (source.expect("IMAP can be read"), env)
}

fn filled(account: Account, mailbox: &Mailbox) -> Account {
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    witness.fill_mailbox(mailbox).expect("it is taken");
    witness.leave().expect("a goodbye");
    account
}

/// What the user does meanwhile, in INBOX.
fn touched(account: &Account, touch: Touch) -> bool {
    let inbox = FolderPath::new(["INBOX"]);
    let mut witness = Witness::enter(account).expect("the user can log in");
    match touch {
        Touch::Add => witness.append(&inbox, [message(7, 7)]),
        Touch::Flag => witness.store(&inbox, &[2], "+FLAGS (\\Flagged later)"),
        Touch::Delete => witness.expunge(&inbox, &[1]),
    }
    .expect("the server takes it");
    witness.leave().expect("a goodbye");
    true
}

fn kept(fresh: impl Fn() -> Account) {
    let mut mailbox = plain(1, 3, 40);
    let below = FolderPath::new(["Folder 1", "رسائل & more"]);
    mailbox.folders.push(MailboxFolder::new(below, ItemKind::Mail).with_items([message(1, 999)]));
    mailbox.folders.push(MailboxFolder::new(FolderPath::new(["empty"]), ItemKind::Mail));
    // RFC 9051 §9: a keyword is an atom, and real servers refuse wider ones.
    for item in mailbox.folders.iter_mut().flat_map(|folder| &mut folder.items) {
        let narrow =
            item.flags.to_string().split(' ').filter(|flag| flag.is_ascii()).collect::<Vec<_>>().join(" ");
        item.flags = Flags::parse(&narrow);
    }
    let fresh = &fresh;
    smol::block_on(source_with(mailbox.clone(), Shows::default(), |mailbox| {
        let account = filled(fresh(), &mailbox);
        async move { open(&account).await }
    }));
    smol::block_on(source_changes(mailbox, |mailbox| {
        let account = filled(fresh(), &mailbox);
        async move {
            let (source, env) = open(&account).await;
            (source, env, move |touch| touched(&account, touch))
        }
    }));
}

#[test]
fn dovecot_keeps_the_contract() {
    match servers::dovecot() {
        Ok(server) => kept(|| server.fresh_user()),
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn dovecot_with_maildir_keeps_the_contract() {
    let settings = Settings { storage: Storage::Maildir, ..Settings::default() };
    match Dovecot::start(settings) {
        Ok(server) => kept(|| server.fresh_user()),
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn cyrus_keeps_the_contract() {
    match servers::cyrus() {
        Ok(server) => kept(|| server.fresh_user().expect("a fresh user")),
        Err(why) => println!("skipped: {why}"),
    }
}
