//! From a POP3 account to a mail server, and to a folder.

use crate::{
    maildrop::{Maildrop, USUAL_BYTES, must_be_same, texts, texts_below},
    post::{messages, or_skip},
    siege::{Siege, asked, besiege, distance},
    world::World,
};
use omm_testkit::servers::{Account, DelayProxy, Dovecot, Settings};
use std::{fs, process::Command};

/// To a mail server.
struct ToMail<'a> {
    maildrop: &'a Maildrop<'a>,
    line: DelayProxy,
}

/// To a folder.
struct ToFolder<'a>(&'a Maildrop<'a>);

impl Siege for ToMail<'_> {
    type Place = Account;

    fn messages(&self) -> usize {
        self.maildrop.texts.len()
    }

    fn fresh(&self) -> Account {
        self.maildrop.dovecot.fresh_user()
    }

    fn omm(&self, world: &World, to: &Account) -> Command {
        self.maildrop.to_mail(world, &to.clone().through(self.line.port()))
    }

    fn carried(&self, _: &World, _: &Account) -> u64 {
        self.line.bytes().0
    }

    fn copies(&self, _: &World, to: &Account) -> usize {
        messages(self.maildrop.dovecot, to)
    }

    fn judge(&self, _: &World, to: &Account) {
        must_be_same(&self.maildrop.texts, &texts(to));
    }
}

impl Siege for ToFolder<'_> {
    type Place = ();

    fn messages(&self) -> usize {
        self.0.texts.len()
    }

    /// In a world of its own.
    fn fresh(&self) {}

    fn omm(&self, world: &World, (): &()) -> Command {
        self.0.to_folder(world)
    }

    /// By files, the unfinished ones too: what the source sent may wait for a whole batch before it is written.
    fn carried(&self, world: &World, (): &()) -> u64 {
        let files = files(world, "cur") + files(world, "tmp");
        files as u64 * USUAL_BYTES
    }

    fn copies(&self, world: &World, (): &()) -> usize {
        files(world, "cur")
    }

    fn judge(&self, world: &World, (): &()) {
        must_be_same(&self.0.texts, &texts_below(&world.path("copies/INBOX")));
    }
}

fn files(world: &World, room: &str) -> usize {
    fs::read_dir(world.path("copies/INBOX").join(room)).map_or(0, Iterator::count)
}

#[test]
fn to_a_mail_server_nothing_is_lost_or_twice() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let maildrop = Maildrop::filled(&dovecot, asked("OMM_MESSAGES", 800), distance());
    let line = DelayProxy::start(maildrop.account.port, distance()).unwrap();
    besiege(&ToMail { maildrop: &maildrop, line });
    maildrop.must_be_untouched();
}

#[test]
fn to_a_folder_nothing_is_lost_or_twice() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    // A batch appears there all at once: here are more of them.
    let maildrop = Maildrop::filled(&dovecot, asked("OMM_MESSAGES", 3_000), distance());
    besiege(&ToFolder(&maildrop));
    maildrop.must_be_untouched();
}
