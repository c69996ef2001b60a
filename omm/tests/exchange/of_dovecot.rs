//! Mail from a real server to Exchange and back.

use crate::{
    mailbox::{Mailbox, migrate},
    world::{Place, World, or_skip},
};
use omm_testkit::servers::{
    self,
    corpus::Corpus,
    witness::{Witness, assert_identical},
};

/// Kills: bytes that a store changes, dates and marks that do not go both ways.
#[test]
fn mail_goes_to_exchange_and_back() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, back) = (Place::on_dovecot(dovecot), Place::on_dovecot(dovecot));
    let mut witness = Witness::enter(&from.account).expect("a fresh user can log in");
    witness.fill(&Corpus::small()).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
    let (world, mailbox) = (World::new(), Mailbox::new());
    println!("{}", migrate(&world, &from.spec, &mailbox.spec()));
    println!("{}", migrate(&world, &mailbox.spec(), &back.spec));
    let (source, copy) = (Witness::look(&from.account), Witness::look(&back.account));
    let (source, copy) = (source.expect("read"), copy.expect("read"));
    assert_identical(&source.without_roles(), &copy.without_roles());
    mailbox.has_sent_nothing();
}
