//! Whole accounts from one server to another.

use crate::world::{Place, World, or_skip};
use omm::Grade;
use omm_testkit::servers::{
    self, Cyrus, CyrusSettings, Dovecot, Namespace, Settings, Storage,
    corpus::Corpus,
    witness::{Witness, assert_identical},
};

fn fill(place: &Place, corpus: &Corpus) {
    let mut witness = Witness::enter(&place.account).expect("a fresh user can log in");
    witness.fill(corpus).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
}

/// Everything arrives, and a second run finds nothing to do.
fn arrives_whole(from: &Place, to: &Place) {
    let world = World::new();
    let report = world.migrate(from, to).expect("a whole run");
    assert_eq!((report.totals.failed, report.grade), (0, Some(Grade::A)), "{report}");
    let (source, copy) = (Witness::look(&from.account), Witness::look(&to.account));
    // What a folder is declared to be for is the server's own affair.
    let (source, copy) = (source.expect("read"), copy.expect("read"));
    assert_identical(&source.clone().without_roles(), &copy.clone().without_roles());

    let report = world.migrate(from, to).expect("a second run");
    assert_eq!(
        (report.totals.copied, report.totals.already_there),
        (0, source.messages() as u64),
        "{report}"
    );
    assert_identical(&copy, &Witness::look(&to.account).expect("read"));
}

#[test]
fn dovecot_to_dovecot() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (Place::on_dovecot(dovecot), Place::on_dovecot(dovecot));
    fill(&from, &Corpus::small());
    arrives_whole(&from, &to);
}

#[test]
fn dovecot_to_dovecot_on_maildir() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let settings = Settings { storage: Storage::Maildir, ..Settings::default() };
    let Some(maildir) = or_skip(Dovecot::start(settings)) else { return };
    let (from, to) = (Place::on_dovecot(dovecot), Place::on_dovecot(&maildir));
    fill(&from, &Corpus::small());
    arrives_whole(&from, &to);
    // And back, to an account that is not told where it came from.
    let back = Place::on_dovecot(dovecot);
    arrives_whole(&to, &back);
}

#[test]
fn dovecot_to_cyrus_and_back() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let classic = CyrusSettings { namespace: Namespace::Classic, ..CyrusSettings::default() };
    for settings in [CyrusSettings::default(), classic] {
        let Some(cyrus) = or_skip(Cyrus::start(settings)) else { return };
        let (from, between, back) =
            (Place::on_dovecot(dovecot), Place::on_cyrus(&cyrus), Place::on_dovecot(dovecot));
        fill(&from, &Corpus::small().for_cyrus(cyrus.separator()));
        arrives_whole(&from, &between);
        arrives_whole(&between, &back);
    }
}
