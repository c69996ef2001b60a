//! Mail from a real server to Exchange and back; exchangelib reads in between what was there and what comes.

use crate::{
    mailbox::{Mailbox, dir, migrate},
    read_back::agrees,
    world::{Place, World, or_skip},
};
use omm_testkit::servers::{
    self,
    corpus::Corpus,
    witness::{Snapshot, Witness},
};
use std::collections::BTreeMap;

/// What Exchange has no mark for: the plan says so.
const LEFT_OUT: [&str; 4] = ["\\Deleted", "$Junk", "NonJunk", "$MDNSent"];

/// What a folder of this name is called in Exchange.
const NAMES: [(&str, &str); 3] = [("Junk Email", "Junk"), ("Sent Items", "Sent"), ("Deleted Items", "Trash")];

/// Messages by all that is kept of them: the folder, the digest of every byte, marks, the date; and how many are so.
fn kept(account: &Snapshot) -> BTreeMap<(String, [u8; 32], String, Option<String>), usize> {
    let mut all = BTreeMap::new();
    for (path, folder) in &account.folders {
        let path = path.to_string();
        let name = NAMES.iter().find(|(exchange, _)| *exchange == path).map_or(&*path, |(_, name)| name);
        for message in &folder.messages {
            let flags = message.flags.to_string();
            let flags: Vec<_> = flags
                .split([' ', '(', ')'])
                .filter(|flag| !flag.is_empty() && !LEFT_OUT.contains(flag))
                .collect();
            let received = message.received.map(|date| date.to_rfc3339());
            *all.entry((name.to_owned(), message.digest, flags.join(" "), received)).or_default() += 1;
        }
    }
    all
}

/// Kills: bytes that a store changes, dates and marks that do not go both ways.
#[test]
fn mail_goes_to_exchange_and_back() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, back) = (Place::on_dovecot(dovecot), Place::on_dovecot(dovecot));
    let mut witness = Witness::enter(&from.account).expect("a fresh user can log in");
    witness.fill(&Corpus::small()).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
    let (world, mailbox) = (World::new(), Mailbox::new());
    let root = tempfile::tempdir().expect("a folder");
    let (before, after) = (root.path().join("before"), root.path().join("after"));
    migrate(&world, &from.spec, &dir(&before));
    migrate(&world, &from.spec, &mailbox.spec());
    agrees(&before, &mailbox);
    migrate(&world, &mailbox.spec(), &back.spec);
    migrate(&world, &back.spec, &dir(&after));
    agrees(&after, &mailbox);
    let (source, copy) = (Witness::look(&from.account), Witness::look(&back.account));
    let (source, copy) = (source.expect("read"), copy.expect("read"));
    assert!(source.messages() > 100);
    assert_eq!(source.messages(), copy.messages());
    let (source, copy) = (kept(&source), kept(&copy));
    let without = |one: &BTreeMap<_, usize>, other: &BTreeMap<_, usize>| -> Vec<String> {
        let differs = one.iter().filter(|(key, count)| other.get(*key) != Some(*count));
        differs.map(|((folder, _, flags, received), _)| format!("{folder}: {flags} {received:?}")).collect()
    };
    assert_eq!((without(&source, &copy), without(&copy, &source)), (Vec::new(), Vec::new()));
    mailbox.has_sent_nothing();
}
