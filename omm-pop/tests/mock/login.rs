//! Ways to log in, and what a refusal means.

use crate::world::{HOST, PASSWORD, World, auth, filled, server, spec, tries, with};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope},
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret},
    seam::AccountSpec,
};
use omm_testkit::pop::{Act, Extension, Fault, MockPop, Quirk};
use std::{sync::Arc, time::Duration};

fn enter(server: &MockPop, spec: &AccountSpec) -> Result<u64> {
    let folders = World::with(server.clone(), spec).folders()?;
    Ok(folders[0].items.expect("a count"))
}

/// What was played, as the server saw it.
fn played(server: &MockPop) -> Vec<String> {
    let text = server.transcript_text();
    let lines = text.lines().filter_map(|line| line.split_once(": ")).filter(|(who, _)| who.starts_with('C'));
    let logins = lines
        .map(|(_, said)| said)
        .filter(|said| ["AUTH ", "APOP ", "PASS"].iter().any(|verb| said.starts_with(verb)));
    logins.map(|said| said.trim_end_matches(" ...").to_owned()).collect()
}

#[test]
fn the_safest_way_that_is_offered_is_taken() {
    let all = || MockPop::new().user("ann", PASSWORD);
    let token = || all().token("ann", PASSWORD);
    for (server, spec, expected) in [
        (all(), spec(), "AUTH SCRAM-SHA-256"),
        // In the clear, who listens must not learn the password.
        (server(), spec(), "APOP ann"),
        (server().without(Extension::Apop), spec(), "AUTH PLAIN"),
        (server().without(Extension::Apop).without(Extension::AuthPlain), spec(), "PASS"),
        (server().plain(), spec(), "PASS"),
        (server().without(Extension::Apop).without(Extension::Capa), spec(), "PASS"),
        (
            server().without(Extension::Apop).without(Extension::AuthPlain).without(Extension::User),
            spec(),
            "AUTH LOGIN",
        ),
        (all(), auth("plain"), "AUTH PLAIN"),
        (all(), auth("login"), "AUTH LOGIN"),
        (all(), auth("user"), "PASS"),
        (all(), auth("apop"), "APOP ann"),
        (token(), auth("xoauth2"), "AUTH XOAUTH2"),
        (token(), auth("oauthbearer"), "AUTH OAUTHBEARER"),
        // What is not announced gets no initial response.
        (server().without(Extension::Capa), auth("plain"), "AUTH PLAIN"),
    ] {
        let entered = enter(&filled(server.clone(), 2), &spec);
        assert_eq!(entered.unwrap_or_else(|error| panic!("{expected}: {error}")), 2);
        assert_eq!(played(&server), [expected]);
    }
}

/// A command with an initial response is at most 255 bytes long (RFC 5034 §4).
#[test]
fn a_long_token_waits_for_the_challenge() {
    let token = "t".repeat(2000);
    let server = filled(server().token("ann", &token), 1);
    for way in ["xoauth2", "oauthbearer"] {
        let mut spec = auth(way);
        spec.credentials = CredentialRef::Named(token.clone());
        assert_eq!(enter(&server, &spec).expect(way), 1);
    }
}

/// Has a newer token than the one it gives first.
struct Renewing;

impl CredentialProvider for Renewing {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new("old".to_owned()))))
    }

    fn renewed<'a>(
        &'a self,
        _: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
        refused: &'a Secret,
    ) -> BoxFuture<'a, Result<Secret>> {
        assert_eq!(refused.expose(), "old");
        Box::pin(std::future::ready(Ok(Secret::new("new".to_owned()))))
    }
}

#[test]
fn a_token_that_expired_is_renewed() {
    for way in ["xoauth2", "oauthbearer"] {
        let server = filled(server().token("ann", "new"), 2);
        let mut world = World::with(server.clone(), &auth(way));
        world.env.credentials = Arc::new(Renewing);
        let source = world.run(crate::world::open(&auth(way), &world.env));
        let folders = world.run(source.folders()).expect(way);
        assert_eq!((folders[0].items, tries(&server)), (Some(2), 2));
    }
}

/// Kills: a run that ends since a token expired while its connection was lost, and messages that are fetched twice.
#[test]
fn a_token_that_expires_under_way_costs_no_message() {
    let server = filled(server().token("ann", "old"), 20);
    let mut world = World::with(server.clone(), &auth("xoauth2"));
    world.env.credentials = Arc::new(Renewing);
    world.source = world.run(crate::world::open(&auth("xoauth2"), &world.env));
    let ids = world.ids();
    server.add_fault(Fault::at("RETR", 11, Act::Close));
    server.add_token("ann", "new");
    server.expire_token("old");
    let answers = world.fetch(&ids);
    let (got, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, item)| item.is_ok());
    assert!(!got.is_empty() && !lost.is_empty(), "it broke in the middle");
    for (_, item) in &lost {
        let error = item.as_ref().expect_err("it is lost");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    }
    let rest: Vec<_> = lost.into_iter().map(|(id, _)| id).collect();
    assert_eq!(world.bodies(&rest).len(), rest.len());
    // The old one, then the old one in vain, and the new one.
    assert_eq!((tries(&server), server.counters().bodies_fetched), (3, 20));
}

#[test]
fn somebody_else_is_entered_by_an_authorisation_identity() {
    for way in ["", "plain", "scram-sha-256"] {
        let server = MockPop::new().user("ann", "her own").user("admin", PASSWORD).administrator("admin");
        let mut spec = if way.is_empty() { spec() } else { auth(way) };
        spec.delegate = Some("admin".to_owned());
        assert_eq!(enter(&filled(server, 3), &spec).expect(way), 3);
    }
}

/// A second try brings an account nearer to being locked.
#[test]
fn a_password_is_tried_once() {
    let wrong = || MockPop::new().user("ann", "another");
    for server in [
        wrong(),
        wrong().without(Extension::AuthScramSha256),
        wrong().without(Extension::AuthScramSha256).without(Extension::Apop),
        wrong().without(Extension::AuthRespCode).without(Extension::Apop),
        wrong().plain(),
    ] {
        let error = enter(&server, &spec()).expect_err("it is wrong");
        let found = (error.kind(), error.reach(), error.retry_advice());
        assert_eq!(found, (ErrorKind::Auth, Scope::Account, Retry::Never), "{error}");
        assert_eq!(tries(&server), 1, "{:?}", played(&server));
        assert!(!error.to_string().contains(PASSWORD), "{error}");
    }
}

#[test]
fn another_way_comes_only_after_one_that_was_not_played() {
    let unsupported = || Act::No("unsupported mechanism".to_owned());
    let server = MockPop::new().user("ann", PASSWORD).without(Extension::Apop);
    // SCRAM's first message proves nothing, but it went with the command.
    let asked = server.clone().fault(Fault::at("AUTH", 1, unsupported()));
    let error = enter(&asked, &spec()).expect_err("it is final");
    assert_eq!(tries(&asked), 1, "{error}");
}

#[test]
fn what_a_server_says_when_it_does_not_let_us_in() {
    let (never, backoff) = (Retry::Never, Retry::Backoff);
    for (text, kind, retry) in [
        ("[IN-USE] another session", ErrorKind::Unreachable, backoff),
        ("[LOGIN-DELAY] too soon", ErrorKind::Throttled, Retry::After(Duration::from_secs(900))),
        ("[SYS/TEMP] later", ErrorKind::Unreachable, backoff),
        ("[SYS/PERM] broken", ErrorKind::Denied, never),
        ("[AUTH] no", ErrorKind::Auth, never),
        ("no", ErrorKind::Auth, never),
        ("Too many login failures", ErrorKind::Denied, never),
        ("account temporarily locked", ErrorKind::Denied, never),
        ("it was PASS geheim", ErrorKind::Auth, never),
    ] {
        let server = server().login_delay(900).fault(Fault::at("*LOGIN", 1, Act::No(text.to_owned())));
        for spec in [spec(), auth("user"), auth("plain"), auth("apop")] {
            server.reset_counters();
            server.clear_faults();
            server.add_fault(Fault::at("*LOGIN", 1, Act::No(text.to_owned())));
            let error = enter(&server, &spec).expect_err(text);
            let found = (error.kind(), error.reach(), error.retry_advice());
            assert_eq!(found, (kind, Scope::Account, retry), "{text}: {error}");
            assert!(!error.to_string().contains(PASSWORD), "{error}");
            assert!(error.to_string().contains(HOST), "{error}");
        }
    }
}

#[test]
fn a_greeting_that_turns_us_away() {
    for (text, kind, retry) in [
        ("[SYS/TEMP] full", ErrorKind::Unreachable, Retry::Backoff),
        ("too many connections", ErrorKind::Throttled, Retry::Backoff),
        ("go away", ErrorKind::Denied, Retry::Never),
    ] {
        let greeting = Fault::new(omm_testkit::pop::When::Connection(1), Act::Bye(text.to_owned()));
        let error = enter(&server().fault(greeting), &spec()).expect_err(text);
        assert_eq!((error.kind(), error.retry_advice()), (kind, retry), "{error}");
    }
}

/// A session that was cut off keeps its lock for a while.
#[test]
fn a_lock_that_lingers_is_waited_out() {
    let server = filled(server().quirk(Quirk::LockLingers(2)), 1);
    let is_locked =
        |error: &Error| (error.kind(), error.retry_advice()) == (ErrorKind::Unreachable, Retry::Backoff);
    let world = World::new(&server);
    world.inbox();
    drop(world);
    let world = World::new(&server);
    let mut refused = 0;
    let folders = loop {
        match world.folders() {
            Ok(folders) => break folders,
            Err(error) => assert!(is_locked(&error), "{error}"),
        }
        refused += 1;
    };
    assert_eq!((folders.len(), refused), (1, 2));
}

#[test]
fn nothing_that_ends_a_line_is_sent() {
    for change in [
        &(|spec: &mut AccountSpec| spec.login = "ann\r\nDELE 1".to_owned()) as &dyn Fn(&mut AccountSpec),
        &|spec| spec.credentials = CredentialRef::Named("a\r\nDELE 1".to_owned()),
    ] {
        let server = server().plain();
        let error = enter(&server, &with(change)).expect_err("it cannot be sent");
        assert_eq!((error.kind(), tries(&server)), (ErrorKind::Config, 0), "{error}");
    }
}

/// RFC 6856 §3.2: else such a message is refused.
#[test]
fn utf8_is_switched_on_where_it_is_offered() {
    let server = server().quirk(Quirk::Utf8Wanted);
    server.maildrop("ann").add(omm_testkit::pop::MockMessage::new("Subject: ä\r\n\r\nb\r\n"));
    let world = World::new(&server);
    assert_eq!(world.bodies(&world.ids()), ["Subject: ä\r\n\r\nb\r\n"]);
    assert_eq!(server.counters().command("UTF8"), 1);
}
