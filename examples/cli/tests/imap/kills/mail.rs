//! From one mail server to another.

use crate::{
    post::{in_the_clear, messages, or_skip},
    siege::{Siege, asked, besiege, distance},
    world::World,
};
use omm_testkit::servers::{
    Account, DelayProxy, Dovecot, Settings,
    corpus::{Corpus, Shape},
    witness::{Witness, assert_identical},
};
use std::process::Command;

struct Mail<'a> {
    dovecot: &'a Dovecot,
    corpus: Corpus,
    from: Account,
    from_line: DelayProxy,
    to_line: DelayProxy,
}

impl Siege for Mail<'_> {
    type Place = Account;

    fn messages(&self) -> usize {
        self.corpus.messages()
    }

    fn fresh(&self) -> Account {
        self.dovecot.fresh_user()
    }

    fn omm(&self, world: &World, to: &Account) -> Command {
        let near = |account: &Account, line: &DelayProxy| account.clone().through(line.port());
        in_the_clear(world, "migrate", &near(&self.from, &self.from_line), &near(to, &self.to_line))
    }

    fn carried(&self, _: &World, _: &Account) -> u64 {
        self.to_line.bytes().0
    }

    fn copies(&self, _: &World, to: &Account) -> usize {
        messages(self.dovecot, to)
    }

    fn judge(&self, _: &World, to: &Account) {
        let look = |account: &Account| Witness::look(account).unwrap().without_roles();
        assert_identical(&look(&self.from), &look(to));
    }
}

#[test]
fn killed_again_and_again_and_nothing_is_lost_or_twice() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let corpus = match usize::try_from(asked("OMM_MESSAGES", 800)).unwrap() {
        messages @ 0..5_000 => Corpus::new(Shape { messages, ..Shape::default() }),
        many => Corpus::large(many, 200 << 20),
    };
    let from = dovecot.fresh_user();
    let mut witness = Witness::enter(&from).unwrap();
    witness.fill(&corpus).unwrap();
    witness.leave().unwrap();
    let line = || DelayProxy::start(from.port, distance()).unwrap();
    let (from_line, to_line) = (line(), line());
    besiege(&Mail { dovecot: &dovecot, corpus, from, from_line, to_line });
}
