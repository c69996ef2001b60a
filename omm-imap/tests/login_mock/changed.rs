//! A secret that is changed under way, while several connections are open.

use crate::{
    idle::Ending,
    world::{PASSWORD, World, server, spec, tries, with},
};
use futures::future::join_all;
use omm_core::{
    error::{ErrorKind, Result, Retry},
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret},
    seam::AccountSpec,
};
use omm_testkit::imap::{Act, Fault, MockImap, When};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Gives what it is told to, and something else to whoever says that this was refused.
struct Noted {
    word: Mutex<&'static str>,
    renewed: &'static str,
}

impl CredentialProvider for Noted {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        let word = (*self.word.lock().expect("no panic holds it")).to_owned();
        Box::pin(std::future::ready(Ok(Secret::new(word))))
    }

    fn renewed<'a>(
        &'a self,
        _: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
        _: &'a Secret,
    ) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(self.renewed.to_owned()))))
    }
}

/// Four connections are open when the password is changed and the server ends them all; then eight are wanted.
fn locks_nobody(server: MockImap, spec: &AccountSpec, whose: &str, last_word: &'static [u8]) {
    // So slow that all are on their way before one is in.
    let slow = |n| Fault::new(When::Sent(0), Act::Drip(64, Duration::from_millis(10))).on_connection(n);
    let server = (1..=40).fold(server, |server, n| server.fault(slow(n)));
    let ending = Ending { server, open: Arc::default(), last_word };
    let mut world = World::new(ending.clone());
    let vault = Arc::new(Noted { word: Mutex::new(PASSWORD), renewed: PASSWORD });
    world.env.credentials = vault.clone();
    let source = world.source(spec);
    let all = |count| world.run(join_all((0..count).map(|_| source.folders())));
    assert!(all(4).iter().all(Result::is_ok));
    assert_eq!(ending.server.counters().connections, 4);
    ending.server.reset_counters();
    let _ = ending.server.clone().user(whose, "another");
    ending.end_all();
    for _ in 0..2 {
        for answer in all(8) {
            let error = answer.expect_err("the password is another one");
            assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Auth, Retry::Never), "{error}");
        }
    }
    assert_eq!(ending.server.counters().password_attempts, 1, "{last_word:?}");
    // Whoever is told the new one goes on.
    *vault.word.lock().expect("no panic holds it") = "another";
    assert!(all(4).iter().all(Result::is_ok));
}

/// Kills: an account that is locked, since every folder showed the old password again at once.
#[test]
fn a_password_that_was_changed_under_way_is_refused_once() {
    for last_word in [&b"* BYE [AUTHENTICATIONFAILED] the password has changed\r\n"[..], b""] {
        locks_nobody(server(), &spec(), "ann", last_word);
        let ruled = server().user("root", PASSWORD).administrator("root");
        let delegated = with(|spec| spec.delegate = Some("root".to_owned()));
        locks_nobody(ruled, &delegated, "root", last_word);
    }
}

/// Kills: a secret that was renewed on a connection that was over, and thrown away with it.
#[test]
fn what_was_renewed_over_a_goodbye_is_shown_on_the_next_connection() {
    let goodbye = Act::Bye("[EXPIRED] too old".to_owned());
    let server = server().fault(Fault::at("*LOGIN", 1, goodbye));
    let mut world = World::new(server.clone());
    world.env.credentials = Arc::new(Noted { word: Mutex::new("old"), renewed: PASSWORD });
    let source = world.source(&spec());
    let error = world.run(source.folders()).expect_err("a goodbye");
    assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    assert_eq!(world.run(source.folders()).expect("the new one").len(), 1);
    assert_eq!(tries(&server), 2);
}
