//! An administrator in somebody else's place: each form on a server that takes it, few passwords, and one clear line.

use crate::world::{World, server, tries, with};
use futures::future::join;
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret},
    seam::AccountSpec,
};
use omm_testkit::imap::{
    Act,
    Extension::{self, AuthLogin, AuthPlain, AuthScramSha256, Login, ProxyAuth, SaslIr},
    Fault, MockImap,
    Quirk::{AuthorizationIdentityRefused, ByeAfterErrors, ExchangeMailbox, MasterUser},
    When,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const WORD: &str = "rootpass";

fn delegated(change: impl FnOnce(&mut AccountSpec)) -> AccountSpec {
    with(|spec| {
        spec.delegate = Some("root".to_owned());
        spec.credentials = CredentialRef::Named(WORD.to_owned());
        change(spec);
    })
}

/// Ann's server, where root may do what he wants.
fn ruled() -> MockImap {
    let server = server().user("root", WORD).administrator("root");
    server.account("ann").add_folder("of ann");
    server
}

fn without(server: MockImap, off: &[Extension]) -> MockImap {
    off.iter().fold(server, |server, off| server.without(*off))
}

fn without_scram(server: MockImap) -> MockImap {
    without(server, &[AuthScramSha256])
}

const SAME_FOR_ALL: &str = "[AUTHENTICATIONFAILED] Authentication failed.";

fn dovecot() -> MockImap {
    let server = without_scram(ruled()).named("ready", "Dovecot").quirk(MasterUser('*'));
    server.quirk(AuthorizationIdentityRefused(SAME_FOR_ALL))
}

fn exchange() -> MockImap {
    let server = without_scram(ruled()).named("The Microsoft Exchange IMAP4 service is ready.", "x");
    server.quirk(ExchangeMailbox).quirk(AuthorizationIdentityRefused("AUTHENTICATE failed."))
}

fn sun() -> MockImap {
    ruled().with(ProxyAuth).quirk(AuthorizationIdentityRefused("no"))
}

/// Kills: an administrator who ends up in his own account, and forms that are tried in vain.
#[test]
fn each_server_is_entered_in_its_own_form() {
    let as_domain = |spec: &mut AccountSpec| spec.delegate = Some(r"CORP\root".to_owned());
    for (what, server, spec, form, attempts) in [
        ("authzid", ruled(), delegated(|_| ()), "authorization-identity", 1),
        ("PLAIN", without_scram(ruled()), delegated(|_| ()), "authorization-identity", 1),
        ("Dovecot", dovecot(), delegated(|_| ()), "master-user", 2),
        ("LOGIN", without(dovecot(), &[AuthPlain]), delegated(|_| ()), "master-user", 1),
        (
            "who says nothing",
            without_scram(ruled()).quirk(MasterUser('*')).quirk(AuthorizationIdentityRefused("no")),
            delegated(|_| ()),
            "master-user",
            2,
        ),
        ("Exchange", exchange(), delegated(|_| ()), "exchange", 1),
        ("with domain", exchange(), delegated(as_domain), "exchange", 1),
        ("Sun", sun(), delegated(|_| ()), "proxyauth", 1),
        (
            "by LOGIN",
            without(sun(), &[AuthPlain, AuthLogin, AuthScramSha256]),
            delegated(|_| ()),
            "proxyauth",
            1,
        ),
    ] {
        let world = World::new(server.clone());
        let source = world.source(&spec);
        let folders = world.run(source.folders()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(folders.len(), 2, "{what}: INBOX and ann's own");
        let learned = source.learned();
        assert_eq!(learned.settings["delegation"], form, "{what}");
        assert!(learned.remarks[0].starts_with("logs in as "), "{learned:?}");
        assert_eq!(server.counters().password_attempts, attempts, "{what}: {}", server.transcript_text());
        // What was learned is believed the next time.
        server.reset_counters();
        let mut next = spec;
        next.learned = learned.settings;
        let again = World::new(server.clone());
        assert_eq!(again.enter(&next).expect("as before"), 2);
        assert_eq!(server.counters().password_attempts, 1, "{what}");
        assert!(!server.transcript_text().contains(WORD));
    }
}

/// Kills: a second connection that looks for the form anew, alone or together with the first.
#[test]
fn connections_that_open_together_find_it_out_once() {
    // So slow that both are on their way before one is in.
    let slow = Fault::new(When::Sent(0), Act::Drip(64, Duration::from_millis(10))).times(2);
    let server = dovecot().fault(slow);
    let world = World::new(server.clone());
    let source = world.source(&delegated(|_| ()));
    let both = world.run(join(source.folders(), source.folders()));
    assert!(both.0.is_ok() && both.1.is_ok());
    let counters = server.counters();
    assert_eq!((counters.connections, counters.password_attempts), (2, 3), "two to find it, one to use it");
}

#[track_caller]
fn refused(server: &MockImap, spec: &AccountSpec) -> Error {
    let world = World::new(server.clone());
    let source = world.source(spec);
    let error = world.run(source.folders()).expect_err("nobody is let in");
    let tried = server.counters().password_attempts;
    assert!(tried <= 3, "{tried} attempts: {}", server.transcript_text());
    // Whoever asks once more shows no password any more.
    let again = world.run(source.folders()).expect_err("nor later");
    assert_eq!(again.kind(), error.kind());
    assert!(server.counters().password_attempts <= 3, "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(WORD) && !shown.contains("wrong\""), "{shown}");
    assert_eq!(shown.lines().count(), 1);
    error
}

/// Kills: an account that is locked, and a line that does not say what to grant.
#[test]
fn who_is_refused_hears_what_to_grant_and_locks_nobody() {
    let nobody = || server().user("root", WORD);
    let right = || delegated(|_| ());
    let wrong = || delegated(|spec| spec.credentials = CredentialRef::Named("wrong".to_owned()));
    let hinted = |form: &'static str| {
        delegated(move |spec| drop(spec.learned.insert("delegation".to_owned(), form.to_owned())))
    };
    for (server, spec, attempts, says) in [
        (nobody(), right(), 1, "may not log in for ann"),
        (nobody().named("x Cyrus IMAP ready", "x"), right(), 1, "proxyservers or admins of imapd.conf"),
        (
            nobody().named("x", "Dovecot").quirk(AuthorizationIdentityRefused(SAME_FOR_ALL)),
            right(),
            2,
            "a master user",
        ),
        (nobody().quirk(AuthorizationIdentityRefused("no")), hinted("exchange"), 3, "the option delegation"),
        (
            nobody().named("Microsoft Exchange ready", "x").quirk(AuthorizationIdentityRefused("no")),
            right(),
            2,
            "full access",
        ),
        (nobody().with(ProxyAuth), right(), 1, "store administrator"),
        (ruled(), wrong(), 1, "password of the administrator root was refused"),
        (dovecot(), wrong(), 2, "check the password, and make root a master user"),
        (exchange(), wrong(), 2, "full access"),
        (sun(), wrong(), 1, "password of the administrator root was refused"),
    ] {
        let error = refused(&server, &spec);
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        assert!(error.to_string().contains(says), "{says:?} not in {error}");
        assert_eq!(server.counters().password_attempts, attempts, "{error}");
    }
}

/// Kills: a hint that is taken for an order, and an order that is taken for a hint.
#[test]
fn a_hint_may_be_wrong_and_an_option_is_obeyed() {
    let server = ruled();
    let hint = delegated(|spec| drop(spec.learned.insert("delegation".to_owned(), "master-user".to_owned())));
    assert_eq!(World::new(server.clone()).enter(&hint).expect("another form"), 2);
    assert_eq!(server.counters().password_attempts, 2);
    // The connection ends over it: the next one goes on with what is left.
    let server = ruled().quirk(ByeAfterErrors(1));
    let world = World::new(server.clone());
    let source = world.source(&hint);
    let error = world.run(source.folders()).expect_err("a goodbye");
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    assert_eq!(world.run(source.folders()).expect("another connection").len(), 2);
    assert_eq!(server.counters().password_attempts, 2);
    let order = |form: &'static str| {
        delegated(move |spec| drop(spec.options.insert("delegation".to_owned(), form.to_owned())))
    };
    let error = refused(&ruled(), &order("exchange"));
    assert!(error.to_string().contains("tried by the login administrator"), "{error}");
    let server = dovecot();
    World::new(server.clone()).enter(&order("master-user")).expect("what was ordered");
    assert_eq!(server.counters().password_attempts, 1);
}

/// Kills: an administrator who reads and writes in his own account when PROXYAUTH is refused.
#[test]
fn nobody_works_in_the_administrators_own_account() {
    let server = server().user("root", WORD).with(ProxyAuth);
    refused(&server, &delegated(|_| ()));
    assert_eq!((server.counters().command("LIST"), server.counters().command("PROXYAUTH")), (0, 1));
}

/// Kills: an administrator who works in whatever account a server opens unasked.
#[test]
fn nobody_takes_an_account_that_was_opened_unasked_for_the_users() {
    let greeting = Fault::new(When::Connection(1), Act::Say(b"* PREAUTH logged in as somebody\r\n".to_vec()));
    let server = ruled().fault(greeting);
    let error = World::new(server.clone()).enter(&delegated(|_| ())).expect_err("whose account is it?");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("PREAUTH"), "{error}");
    assert_eq!(server.counters().command("LIST"), 0);
}

/// A provider that has a newer secret whenever it is asked for one.
#[derive(Default)]
struct Inexhaustible(AtomicU64);

impl CredentialProvider for Inexhaustible {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(Secret::new(format!("word {number}")))))
    }
}

/// Kills: six passwords that are shown in three attempts.
#[test]
fn a_secret_that_was_renewed_counts_as_well() {
    let expired = Fault::at("*LOGIN", 1, Act::No("[EXPIRED] too old".to_owned())).always();
    let server = dovecot().fault(expired);
    let mut world = World::new(server.clone());
    world.env.credentials = Arc::new(Inexhaustible::default());
    let error = world.enter(&delegated(|_| ())).expect_err("all have expired");
    assert_eq!((error.kind(), tries(&server)), (ErrorKind::Auth, 3), "{error}");
}

/// Kills: a wrong password that nobody spoke of, and connections that break before the password and are counted.
#[test]
fn connections_that_break_at_the_login_are_no_wrong_password() {
    let broken = |times| Fault::at("*LOGIN", 1, Act::Close).times(times);
    let facts = |error: &Error| (error.kind(), error.retry_advice());
    let server = without_scram(ruled()).fault(broken(3));
    let world = World::new(server.clone());
    let source = world.source(&delegated(|_| ()));
    for _ in 0..3 {
        let error = world.run(source.folders()).expect_err("it breaks");
        assert_eq!(facts(&error), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    }
    let error = world.run(source.folders()).expect_err("that was enough for now");
    let pause = Retry::After(Duration::from_secs(1800));
    assert_eq!((facts(&error), tries(&server)), ((ErrorKind::Unreachable, pause), 3), "{error}");
    assert_eq!(world.run(source.folders()).expect("after the pause").len(), 2);
    // Without an initial response nothing was shown yet.
    let server = without(without_scram(ruled()), &[SaslIr]).fault(broken(9));
    let world = World::new(server);
    let source = world.source(&delegated(|_| ()));
    for _ in 0..9 {
        let error = world.run(source.folders()).expect_err("it breaks");
        assert_eq!(facts(&error), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    }
    assert_eq!(world.run(source.folders()).expect("mended").len(), 2);
}

/// Kills: a grant that is asked for where TLS or a setting of the mailbox is missing.
#[test]
fn who_is_not_let_in_for_another_reason_hears_that_one() {
    let closed = without(dovecot(), &[AuthPlain, AuthLogin, Login]);
    let error = World::new(closed.clone()).enter(&delegated(|_| ())).expect_err("no way in");
    assert_eq!((error.kind(), tries(&closed)), (ErrorKind::Config, 0), "{error}");
    assert!(error.to_string().contains("use TLS"), "{error}");
    for (text, says) in [
        ("Your account is not enabled for IMAP use.", "switch it on in the settings"),
        ("[CONTACTADMIN] ring me up", "ask the server's administrator"),
    ] {
        let off = dovecot().fault(Fault::at("*LOGIN", 1, Act::No(text.to_owned())).always());
        let world = World::new(off.clone());
        let source = world.source(&delegated(|_| ()));
        for _ in 0..2 {
            let error = world.run(source.folders()).expect_err("it is switched off");
            assert_eq!((error.kind(), error.reach()), (ErrorKind::Denied, Scope::Account), "{error}");
            assert_eq!((error.retry_advice(), tries(&off)), (Retry::Never, 1), "{error}");
            let text = error.to_string();
            assert!(text.contains(says) && text.matches("server mock").count() == 1, "{text}");
        }
    }
}
