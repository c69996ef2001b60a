//! Many cuts on a real Dovecot, by a proxy between, in real time: with what a server does that lost its client.

use crate::{
    cut_plan::{CutPlan, Side, Undisturbed},
    many_cuts::{Measure, Survived},
    world::{Place, World, or_skip},
};
use omm_testkit::servers::{
    self, Account, DelayProxy,
    witness::{Snapshot, Witness, assert_identical},
};
use std::time::Duration;

/// A migration mostly waits: after a cut, and until what was sent cannot appear any more.
const AT_ONCE: usize = 8;

/// Both ways to a pair of accounts.
struct Ways {
    source: DelayProxy,
    destination: DelayProxy,
}

#[test]
fn in_the_clear() {
    check("many cuts on Dovecot", Place::in_the_clear, |account| account.port);
}

/// Where a cut is no end of TLS, and what came before it stands.
#[test]
fn over_tls() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let authority = dovecot.ca_pem_path();
    let place = move |account: Account, port| {
        let mut place = Place::new(account, authority.clone());
        place.spec.server = format!("127.0.0.1:{port}");
        place
    };
    check("many cuts on Dovecot, over TLS", place, |account| account.tls_port);
}

fn check(name: &str, place: impl Fn(Account, u16) -> Place + Sync, port: fn(&Account) -> u16) {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let measure = Measure::asked(200, 12);
    let from = dovecot.fresh_user();
    let mut witness = Witness::enter(&from).expect("a fresh user can log in");
    witness.fill(&measure.corpus()).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
    let before = look(&from);
    let migrate = |plan: &CutPlan| {
        let to = dovecot.fresh_user();
        let ways = Ways::between(port(&from), port(&to), plan);
        let source = place(from.clone(), ways.source.port());
        let destination = place(to.clone(), ways.destination.port());
        let resumed = finish(&source, &destination, &ways, plan, || assert_identical(&before, &look(&to)));
        (ways, resumed)
    };
    let (clean, resumed) = migrate(&CutPlan::default());
    assert_eq!(resumed, 0, "undisturbed");
    measure.cut(name, AT_ONCE, &clean.carried(), |plan| {
        let (ways, resumed) = migrate(plan);
        Survived { cuts: ways.cuts(), resumed }
    });
    // Nothing of all this has changed the source.
    assert_eq!(before, look(&from));
}

impl Ways {
    fn between(source: u16, destination: u16, plan: &CutPlan) -> Self {
        let way = |port| DelayProxy::start(port, Duration::ZERO).expect("a port");
        let ways = Self { source: way(source), destination: way(destination) };
        for cut in &plan.places {
            let way = if cut.side == Side::Source { &ways.source } else { &ways.destination };
            way.cut_in_all(cut.cut);
        }
        ways
    }

    fn cuts(&self) -> usize {
        usize::try_from(self.source.cuts() + self.destination.cuts()).expect("few")
    }

    fn carried(&self) -> Undisturbed {
        Undisturbed { source: self.source.bytes(), destination: self.destination.bytes() }
    }
}

/// Runs until all is done, as processes would that are started again; judges; runs once more, for nothing, and judges.
/// The answer is how often it was begun again.
fn finish(from: &Place, to: &Place, ways: &Ways, plan: &CutPlan, judge: impl Fn()) -> usize {
    let world = World::new();
    let mut again = 0;
    loop {
        let before = ways.cuts();
        match world.migrate_until(from, to, || plan.kills && ways.cuts() > before) {
            Some(Ok(_)) => break,
            ended => assert!(again < plan.places.len(), "begun {again} times: {ended:?}"),
        }
        again += 1;
    }
    judge();
    world.migrate(from, to).expect("another run");
    judge();
    again
}

fn look(account: &Account) -> Snapshot {
    Witness::look(account).expect("the account is read").without_roles()
}
