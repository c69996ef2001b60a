//! Which mechanism is tried, and what follows when it fails.

use crate::world::{PASSWORD, auth, enter, server, spec, tries, with};
use omm_core::{
    error::{ErrorKind, Retry},
    host::CredentialRef,
};
use omm_testkit::imap::{
    Act,
    Extension::{
        self, AuthLogin, AuthOAuthBearer, AuthPlain, AuthScramSha256, AuthXOAuth2, Imap4Rev1, Login, SaslIr,
    },
    Fault, MockImap,
};

/// IMAP4rev1 with these.
fn offering(extensions: &[Extension]) -> MockImap {
    server().only([Imap4Rev1].into_iter().chain(extensions.iter().copied()))
}

/// Kills: a weaker mechanism than need be, a token mechanism for a password, and what a server does not offer.
#[test]
fn the_strongest_that_is_offered_is_taken_with_and_without_initial_responses() {
    let all = [AuthPlain, AuthLogin, AuthXOAuth2, AuthOAuthBearer, AuthScramSha256, Login];
    for (offered, spec, said) in [
        (&all[..], spec(), "AUTHENTICATE SCRAM-SHA-256"),
        (&[AuthPlain, AuthLogin, Login], spec(), "AUTHENTICATE PLAIN"),
        (&[AuthLogin, AuthXOAuth2, Login], spec(), "LOGIN "),
        (&[AuthLogin], spec(), "AUTHENTICATE LOGIN"),
        (&[Login], spec(), "LOGIN "),
        (&all, auth("plain"), "AUTHENTICATE PLAIN"),
        (&all, auth("xoauth2"), "AUTHENTICATE XOAUTH2"),
        (&all, auth("oauthbearer"), "AUTHENTICATE OAUTHBEARER"),
        (&all, auth("scram-sha-256"), "AUTHENTICATE SCRAM-SHA-256"),
    ] {
        for at_once in [false, true] {
            let server = offering(offered);
            let server = if at_once { server.with(SaslIr) } else { server };
            enter(&server, &spec).unwrap_or_else(|error| panic!("{offered:?} {at_once}: {error}"));
            let text = server.transcript_text();
            assert!(text.contains(said), "{offered:?} {at_once}: {text}");
            assert_eq!(tries(&server), 1, "{text}");
        }
    }
}

/// Kills: an account that is locked, since one wrong password was tried in several ways.
#[test]
fn a_wrong_password_is_tried_once() {
    let all = [AuthPlain, AuthLogin, AuthXOAuth2, AuthOAuthBearer, AuthScramSha256, Login, SaslIr];
    let without_ir = &all[..6];
    let wrong = |mut spec: omm_core::seam::AccountSpec| {
        spec.credentials = CredentialRef::Named("wrong".to_owned());
        spec
    };
    for (offered, spec) in [
        (&all[..], spec()),
        (without_ir, spec()),
        (&[AuthPlain, Login, SaslIr], spec()),
        (&[AuthPlain, Login], spec()),
        (&[Login], spec()),
        (&[AuthLogin], spec()),
        (&all, auth("xoauth2")),
        (&all, auth("oauthbearer")),
        (without_ir, auth("oauthbearer")),
    ] {
        let server = offering(offered);
        let error = enter(&server, &wrong(spec.clone())).expect_err("a wrong password");
        let facts = (error.kind(), error.retry_advice(), tries(&server));
        assert_eq!(facts, (ErrorKind::Auth, Retry::Never, 1), "{offered:?}: {error}");
        assert!(!format!("{error:?}").contains("wrong\""), "{error:?}");
    }
}

/// Kills: a run that ends because one mechanism is offered and not understood; and a password that is tried again
/// after a NO that may have meant it.
#[test]
fn another_mechanism_comes_only_when_the_first_was_not_played() {
    let offered = [AuthPlain, AuthScramSha256, Login];
    for (said, is_in) in [
        (Act::No("[CANNOT] not today".to_owned()), true),
        (Act::No("unsupported mechanism".to_owned()), true),
        (Act::Bad("unknown command".to_owned()), true),
        (Act::No("no".to_owned()), false),
        (Act::No("[AUTHENTICATIONFAILED] unsupported".to_owned()), false),
    ] {
        let server = offering(&offered).fault(Fault::at("AUTHENTICATE", 1, said.clone()));
        let result = enter(&server, &spec());
        assert_eq!(result.is_ok(), is_in, "{said:?}: {result:?}");
        assert_eq!(tries(&server), if is_in { 2 } else { 1 }, "{said:?}");
    }
    // All refuse: LOGIN is left.
    let refused = Fault::at("AUTHENTICATE", 1, Act::No("[CANNOT] no".to_owned())).always();
    let server = offering(&offered).fault(refused);
    enter(&server, &spec()).expect("LOGIN is left");
    assert_eq!((tries(&server), server.counters().command("LOGIN")), (3, 1));
}

/// Kills: a password that is shown again in another way after it went with the command, whatever the server says of it.
#[test]
fn a_password_that_went_with_the_command_was_tried() {
    for said in [
        Act::No("unsupported mechanism".to_owned()),
        Act::No("[CANNOT] no".to_owned()),
        Act::Bad("unknown command".to_owned()),
    ] {
        let server = offering(&[AuthPlain, Login, SaslIr]).fault(Fault::at("AUTHENTICATE", 1, said.clone()));
        let error = enter(&server, &spec()).expect_err("it was refused");
        assert_eq!((error.retry_advice(), tries(&server)), (Retry::Never, 1), "{said:?}: {error}");
    }
}

/// Kills: a password that is shown to a server that could not play SCRAM to its end.
#[test]
fn a_proof_that_fails_shows_no_password_in_another_way() {
    let offered = [AuthPlain, AuthLogin, AuthScramSha256, Login, SaslIr];
    let nonsense = Act::Say(b"+ bm9uc2Vuc2U=\r\n".to_vec());
    let server = offering(&offered).fault(Fault::at("AUTHENTICATE", 1, nonsense));
    let error = enter(&server, &spec()).expect_err("no challenge of SCRAM");
    assert_eq!(tries(&server), 1, "{error}");
    assert_ne!(error.kind(), ErrorKind::Config, "{error}");
}

/// Kills: a password in a report, since a server said it back.
#[test]
fn words_that_hold_the_password_are_not_shown() {
    for (offered, verb, said) in [
        (&[Login][..], "LOGIN", "LOGIN ann geheim is wrong"),
        (&[AuthPlain, SaslIr], "AUTHENTICATE", "AGFubgBnZWhlaW0= is wrong"),
        (&[AuthPlain], "AUTHENTICATE", "[ALERT] geheim"),
    ] {
        for act in [Act::No(said.to_owned()), Act::Bad(said.to_owned()), Act::Bye(said.to_owned())] {
            let server = offering(offered).fault(Fault::at(verb, 1, act.clone()).always());
            let error = enter(&server, &spec()).expect_err("refused");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(PASSWORD) && !shown.contains("AGFubg"), "{act:?}: {shown}");
        }
    }
}

/// Kills: a token that goes to the server as a password.
#[test]
fn a_token_is_never_given_to_login() {
    let server = offering(&[AuthPlain, Login]);
    let error = enter(&server, &auth("xoauth2")).expect_err("no such mechanism");
    assert_eq!(server.counters().command("LOGIN"), 0, "{error}");
    let text = server.transcript_text();
    assert!(!text.contains(PASSWORD), "{text}");
}

#[test]
fn a_server_that_takes_no_password_is_named() {
    let server = offering(&[]);
    let error = enter(&server, &spec()).expect_err("no way in");
    assert_eq!((error.kind(), tries(&server)), (ErrorKind::Config, 0), "{error}");
    assert!(error.to_string().contains("LOGINDISABLED"), "{error}");
}

/// Kills: an administrator who ends up in his own mailbox, or whose password goes with the other's name.
#[test]
fn an_administrator_opens_the_account_of_somebody_else() {
    let delegated = with(|spec| {
        spec.delegate = Some("root".to_owned());
        spec.credentials = CredentialRef::Named("rootpass".to_owned());
    });
    let filled = |server: MockImap| {
        let server = server.user("root", "rootpass").administrator("root");
        server.account("ann").add_folder("of ann");
        server
    };
    for at_once in [&[AuthPlain, Login, SaslIr][..], &[AuthPlain, AuthLogin, Login]] {
        let server = filled(offering(at_once));
        assert_eq!(enter(&server, &delegated).expect("an administrator"), 2, "INBOX and ann's own");
    }
    let server = filled(offering(&[AuthLogin, Login]).named("Cyrus IMAP ready", "Cyrus IMAPD"));
    let error = enter(&server, &delegated).expect_err("nothing can say whose account is meant");
    assert_eq!((error.kind(), tries(&server)), (ErrorKind::Config, 0), "{error}");
    // Somebody who may not.
    let server = offering(&[AuthPlain]).user("root", "rootpass");
    let error = enter(&server, &delegated).expect_err("no administrator");
    assert_eq!((error.kind(), tries(&server)), (ErrorKind::Auth, 1), "{error}");
}
