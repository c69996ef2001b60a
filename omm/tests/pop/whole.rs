//! Whole accounts from real servers.

use crate::world::{Place, World, or_skip};
use omm::{AccountSpec, Grade, core::model::FolderPath};
use omm_testkit::{
    mailbox::message,
    servers::{
        self, DelayProxy,
        witness::{Snapshot, Witness},
    },
};
use std::{collections::BTreeMap, time::Duration};

/// Messages in INBOX.
const COUNT: u64 = 2000;

fn fill(place: &Place, messages: impl Iterator<Item = u64>) {
    let mut witness = Witness::enter(&place.account).expect("a fresh user can log in");
    let items = messages.map(|index| {
        let mut item = message(5, index);
        item.flags = Default::default();
        item
    });
    witness.append(&FolderPath::new(["INBOX"]), items).expect("taken");
    witness.leave().expect("a goodbye");
}

/// The same account, read by POP3.
fn by_pop(place: &Place, port: u16) -> Place {
    let mut spec = AccountSpec::new("pop3", format!("{}:{port}", place.account.host));
    (spec.login, spec.credentials) = (place.spec.login.clone(), place.spec.credentials.clone());
    spec.ca_file.clone_from(&place.spec.ca_file);
    Place { account: place.account.clone(), spec }
}

/// How often each text is in INBOX.
fn texts(account: &Snapshot) -> BTreeMap<[u8; 32], usize> {
    let mut texts = BTreeMap::new();
    for message in account.folders.values().flat_map(|folder| &folder.messages) {
        *texts.entry(message.digest).or_default() += 1;
    }
    texts
}

fn arrives_whole(from: &Place, to: &Place) {
    let world = World::new();
    let before = Witness::look(&from.account).expect("read");
    let source = by_pop(from, from.account.pop3s_port);
    let report = world.migrate(&source, to).expect("a whole run");
    assert_eq!((report.totals.copied, report.grade), (COUNT, Grade::A), "{report}");
    let report = world.migrate(&source, to).expect("a second run");
    assert_eq!((report.totals.copied, report.totals.already_there), (0, COUNT), "{report}");
    fill(from, 10_000..10_010);
    let report = world.migrate(&source, to).expect("a third run");
    assert_eq!(report.totals.copied, 10, "{report}");
    let (after, copy) =
        (Witness::look(&from.account).expect("read"), Witness::look(&to.account).expect("read"));
    assert_eq!(texts(&after), texts(&copy));
    // The source is as it was, flags included.
    let untouched = |account: &Snapshot| {
        let messages = account.folders.values().flat_map(|folder| &folder.messages);
        messages
            .map(|message| (message.digest, message.flags.to_string()))
            .take(COUNT as usize)
            .collect::<Vec<_>>()
    };
    assert!(untouched(&before) == untouched(&after), "something was changed at the source");
}

#[test]
fn dovecot_to_dovecot() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (Place::on_dovecot(dovecot), Place::on_dovecot(dovecot));
    fill(&from, 0..COUNT);
    arrives_whole(&from, &to);
}

#[test]
fn cyrus_to_dovecot() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let (from, to) = (Place::on_cyrus(cyrus), Place::on_dovecot(dovecot));
    fill(&from, 0..COUNT);
    arrives_whole(&from, &to);
}

#[test]
fn dovecot_to_a_directory_and_nothing_new_costs_a_listing() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let from = Place::on_dovecot(dovecot);
    fill(&from, 0..COUNT);
    let folder = tempfile::tempdir().expect("a folder");
    let mut to = by_pop(&from, 0);
    to.spec = AccountSpec::new("dir", folder.path().to_string_lossy());
    let proxy = DelayProxy::start(from.account.pop3_port, Duration::ZERO).expect("a proxy");
    let mut source = by_pop(&from, proxy.port());
    source.spec.tls = omm::Tls::Off;
    let world = World::new();
    let report = world.migrate(&source, &to).expect("a whole run");
    assert_eq!((report.totals.copied, report.grade), (COUNT, Grade::A), "{report}");
    let before = proxy.bytes();
    let report = world.migrate(&source, &to).expect("a second run");
    assert_eq!((report.totals.copied, report.totals.already_there), (0, COUNT), "{report}");
    // Ids and sizes, and no body.
    let after = proxy.bytes();
    let said = after.0 + after.1 - before.0 - before.1;
    assert!(said < COUNT * 40 + 2_000, "{said} bytes");
    assert_eq!(proxy.connections(), 2);
}
