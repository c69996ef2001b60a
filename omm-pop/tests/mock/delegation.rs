//! An administrator in somebody else's place: each form on a server that takes it, few passwords, and one clear line.

use crate::world::{HOST, PASSWORD, World, filled, tries, with};
use omm_core::{
    error::{Error, ErrorKind, Retry},
    host::CredentialRef,
    seam::{AccountSpec, Source},
};
use omm_testkit::pop::{Act, Delegation, Extension, Fault, MockPop};
use std::{sync::Arc, time::Duration};

const WORD: &str = "rootpass";

fn delegated(change: impl FnOnce(&mut AccountSpec)) -> AccountSpec {
    with(|spec| {
        spec.delegate = Some("root".to_owned());
        spec.credentials = CredentialRef::Named(WORD.to_owned());
        change(spec);
    })
}

/// Ann's server, where root may do what he wants.
fn ruled() -> MockPop {
    filled(MockPop::new().user("ann", PASSWORD).user("root", WORD).administrator("root"), 3)
}

/// Takes no authorisation identity, and says the same to that as to a wrong password.
fn dovecot() -> MockPop {
    let no = Act::No("[AUTH] Authentication failed.".to_owned());
    let server = ruled().without(Extension::AuthScramSha256).without(Extension::AuthLogin);
    let server = server.named("Dovecot ready.", "Dovecot").delegation(Delegation::Separated('*'));
    server.fault(Fault::at("AUTH", 1, no))
}

fn exchange() -> MockPop {
    let server = ruled().named("Microsoft Exchange POP3 service is ready", "x");
    server.delegation(Delegation::Domain("CORP".to_owned()))
}

fn open(server: &MockPop, spec: &AccountSpec) -> (World, Arc<dyn Source>) {
    let world = World::with(server.clone(), spec);
    let source = Arc::clone(&world.source);
    (world, source)
}

/// Kills: an administrator who ends up in his own mailbox, and a form that is looked for in every run.
#[test]
fn each_server_is_entered_in_its_own_form() {
    let as_domain = |spec: &mut AccountSpec| spec.delegate = Some(r"CORP\root".to_owned());
    let plain = |server: MockPop| server.without(Extension::AuthScramSha256);
    for (what, server, spec, form, attempts) in [
        ("SCRAM", ruled(), delegated(|_| ()), "authorization-identity", 1),
        ("PLAIN", plain(ruled()), delegated(|_| ()), "authorization-identity", 1),
        ("Dovecot", dovecot(), delegated(|_| ()), "master-user", 2),
        (
            "Dovecot without SASL",
            dovecot().without(Extension::AuthPlain),
            delegated(|_| ()),
            "master-user",
            1,
        ),
        ("Exchange", plain(exchange()), delegated(as_domain), "exchange", 1),
    ] {
        let (world, source) = open(&server, &spec);
        let folders = world.run(source.folders()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(folders[0].items, Some(3), "{what}: ann's own");
        let learned = source.learned();
        assert_eq!(learned.settings["delegation"], form, "{what}");
        assert!(learned.remarks[0].starts_with("logs in as "), "{learned:?}");
        assert_eq!(tries(&server), attempts, "{what}: {}", server.transcript_text());
        world.run(source.close()).expect("a goodbye");
        // What was learned is believed the next time.
        server.reset_counters();
        let mut next = spec;
        next.learned = learned.settings;
        let (world, source) = open(&server, &next);
        assert_eq!(world.run(source.folders()).expect("as before")[0].items, Some(3));
        assert_eq!(tries(&server), 1, "{what}");
        assert!(!server.transcript_text().contains(WORD));
    }
}

#[track_caller]
fn refused(server: &MockPop, spec: &AccountSpec, attempts: u64) -> Error {
    let (world, source) = open(server, spec);
    let error = world.run(source.folders()).expect_err("nobody is let in");
    assert_eq!(tries(server), attempts, "{error}: {}", server.transcript_text());
    // Whoever asks once more shows no password any more.
    let again = world.run(source.folders()).expect_err("nor later");
    assert_eq!((again.kind(), tries(server)), (error.kind(), attempts), "{again}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(WORD) && !shown.contains("wrong\"") && shown.contains(HOST), "{shown}");
    error
}

/// Kills: an account that is locked, and a line that does not say what to grant.
#[test]
fn who_is_refused_hears_what_to_grant_and_locks_nobody() {
    let nobody = || MockPop::new().user("ann", PASSWORD).user("root", WORD);
    let right = || delegated(|_| ());
    let wrong = || delegated(|spec| spec.credentials = CredentialRef::Named("wrong".to_owned()));
    for (server, spec, attempts, says) in [
        (nobody(), right(), 2, "the option delegation"),
        (nobody().named("x Cyrus POP3 ready", "x"), right(), 1, "proxyservers or admins of imapd.conf"),
        (nobody().named("ready", "Cyrus POP3 server"), right(), 1, "proxyservers or admins of imapd.conf"),
        (dovecot(), wrong(), 2, "check the password, and make root a master user"),
        (exchange(), wrong(), 2, "full access"),
    ] {
        let error = refused(&server, &spec, attempts);
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Auth, Retry::Never), "{error}");
        assert!(error.to_string().contains(says), "{says:?} not in {error}");
    }
    // PROXYAUTH is learned from IMAP at most, and the commands have no place for a name.
    let hint = delegated(|spec| drop(spec.learned.insert("delegation".to_owned(), "proxyauth".to_owned())));
    let (world, source) = open(&ruled(), &hint);
    assert_eq!(world.run(source.folders()).expect("another form")[0].items, Some(3));
    let error = refused(&ruled().named("x Cyrus POP3 ready", "x").plain(), &right(), 0);
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
}

/// Kills: a mailbox in use that is taken for a wrong password, and connections that break and are.
#[test]
fn what_judges_nobody_is_no_wrong_password() {
    let in_use = Fault::at("AUTH", 1, Act::No("[IN-USE] somebody reads".to_owned())).times(5);
    let server = ruled().without(Extension::AuthScramSha256).fault(in_use);
    let (world, source) = open(&server, &delegated(|_| ()));
    for _ in 0..5 {
        let error = world.run(source.folders()).expect_err("in use");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    }
    assert_eq!(world.run(source.folders()).expect("free")[0].items, Some(3));
    let broken = Fault::at("AUTH", 1, Act::Close).times(3);
    let server = ruled().without(Extension::AuthScramSha256).fault(broken);
    let (world, source) = open(&server, &delegated(|_| ()));
    for _ in 0..3 {
        let error = world.run(source.folders()).expect_err("it breaks");
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    }
    let error = world.run(source.folders()).expect_err("that was enough for now");
    let pause = Retry::After(Duration::from_secs(1800));
    assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, pause), "{error}");
    assert_eq!(world.run(source.folders()).expect("after the pause")[0].items, Some(3));
}
