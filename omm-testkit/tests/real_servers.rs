//! The harness for real servers, tried on itself: what is put in is what is seen, and nothing is left behind.

use omm_testkit::servers::{
    self, Account, Dovecot, Settings, Storage,
    corpus::Corpus,
    witness::{self, Witness},
};

/// The server, or a line that says why this test was not run.
fn or_skip<S, E: std::fmt::Display>(server: Result<S, E>) -> Option<S> {
    server.map_err(|reason| println!("skipped: {reason}")).ok()
}

fn filled(account: &Account, corpus: &Corpus) {
    let mut witness = Witness::enter(account).expect("a fresh user can log in");
    witness.fill(corpus).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
}

#[test]
fn dovecot_holds_exactly_what_the_corpus_says() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let corpus = Corpus::small();
    let account = dovecot.fresh_user();
    filled(&account, &corpus);
    witness::assert_identical(&corpus.manifest(), &Witness::look(&account).expect("the account is read"));
}

#[test]
fn so_does_a_dovecot_on_maildir_with_dots_between_folders() {
    let settings = Settings { storage: Storage::MaildirPlusPlus, separator: '.', ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let corpus = Corpus::small().without_in_names(&['.', '/']);
    let account = dovecot.fresh_user();
    filled(&account, &corpus);
    witness::assert_identical(&corpus.manifest(), &Witness::look(&account).expect("the account is read"));
}
