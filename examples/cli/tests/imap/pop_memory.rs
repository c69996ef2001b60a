//! A large maildrop in little memory, and nothing to do the second time. `OMM_MESSAGES` makes it larger; the soak does.

use crate::{
    maildrop::{Maildrop, must_be_same, texts, texts_below},
    post::or_skip,
    siege::asked,
    weight::measured,
    world::World,
};
use omm_testkit::servers::{Dovecot, Settings};
use std::time::Duration;

#[test]
fn a_large_maildrop_to_a_mail_server() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (maildrop, world, to) = (large(&dovecot), World::new(), dovecot.fresh_user());
    for (run, copied) in runs(&maildrop) {
        measured(run, &world, copied, maildrop.to_mail(&world, &to));
        must_be_same(&maildrop.texts, &texts(&to));
    }
}

#[test]
fn a_large_maildrop_to_a_folder() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (maildrop, world) = (large(&dovecot), World::new());
    for (run, copied) in runs(&maildrop) {
        measured(run, &world, copied, maildrop.to_folder(&world));
        must_be_same(&maildrop.texts, &texts_below(&world.path("copies/INBOX")));
    }
}

fn large(dovecot: &Dovecot) -> Maildrop<'_> {
    Maildrop::filled(dovecot, asked("OMM_MESSAGES", 2_000), Duration::ZERO)
}

/// What each is called, and how many bodies it brings.
fn runs(maildrop: &Maildrop<'_>) -> [(&'static str, usize); 2] {
    [("first run", maildrop.texts.len()), ("no change", 0)]
}
