//! Getting in.

use crate::{
    dialogue::{base64, scram_proofs},
    talk::{ann, play, say, server},
};
use omm_testkit::imap::{Expiry, Extension, MockImap, Quirk};

fn authenticate(server: &MockImap, mechanism: &str, answer: &str) -> String {
    let mut session = server.session();
    session.take_output();
    say(&mut session, &format!("a AUTHENTICATE {mechanism} {}\r\n", base64(answer)))
}

#[test]
fn login_and_its_refusals() {
    let mut session = server().session();
    session.take_output();
    play(
        &mut session,
        r#"
        C: a LOGIN ann wrong
        S: a NO [AUTHENTICATIONFAILED] wrong name or password
        C: b SELECT INBOX
        S: b BAD not allowed now
        C: c LOGIN "ann" {6}
        S: + OK
        C: secret
        S: c OK [CAPABILITY…
        C: d LOGIN ann secret
        S: d BAD not allowed now
        "#,
    );
    let disabled = server().without(Extension::Login);
    let mut session = disabled.session();
    assert!(String::from_utf8_lossy(&session.take_output()).contains(" LOGINDISABLED]"));
    assert_eq!(say(&mut session, "a LOGIN ann secret\r\n"), "a NO [PRIVACYREQUIRED] LOGIN is disabled\r\n");
}

#[test]
fn every_mechanism_lets_in_and_keeps_out() {
    for (extension, mechanism, good, wrong) in [
        (Extension::AuthPlain, "PLAIN", "\0ann\0secret", "\0ann\0wrong"),
        (
            Extension::AuthOAuthBearer,
            "OAUTHBEARER",
            "n,a=ann,\x01auth=Bearer secret\x01\x01",
            "n,a=ann,\x01auth=Bearer no\x01\x01",
        ),
        (
            Extension::AuthXOAuth2,
            "XOAUTH2",
            "user=ann\x01auth=Bearer secret\x01\x01",
            "user=ann\x01auth=Bearer no\x01\x01",
        ),
    ] {
        assert!(authenticate(&server(), mechanism, good).starts_with("a OK "), "{mechanism}");
        let mut session = server().session();
        session.take_output();
        let refused = say(&mut session, &format!("a AUTHENTICATE {mechanism} {}\r\n", base64(wrong)));
        let refused = if refused.starts_with("+ ") { say(&mut session, "AQ==\r\n") } else { refused };
        assert_eq!(refused, "a NO [AUTHENTICATIONFAILED] wrong name or password\r\n", "{mechanism}");
        let off = authenticate(&server().without(extension), mechanism, good);
        assert_eq!(off, "a NO [CANNOT] no such mechanism\r\n", "{mechanism}");
    }
}

#[test]
fn an_administrator_acts_for_others_and_nobody_else_does() {
    let ours = server().administrator("root");
    assert!(authenticate(&ours, "PLAIN", "ann\0root\0toor").starts_with("a OK "));
    assert!(authenticate(&server(), "PLAIN", "ann\0root\0toor").starts_with("a NO [AUTHORIZATIONFAILED]"));
}

#[test]
fn without_an_initial_response_the_server_asks() {
    let mut session = server().without(Extension::SaslIr).session();
    session.take_output();
    play(
        &mut session,
        "
        C: a AUTHENTICATE PLAIN AGFubgBzZWNyZXQ=
        S: a BAD the first answer must be asked for
        C: b AUTHENTICATE PLAIN
        S: +…
        C: *
        S: b BAD cancelled
        C: c AUTHENTICATE LOGIN
        S: + VXNlcm5hbWU6
        C: YW5u
        S: + UGFzc3dvcmQ6
        C: c2VjcmV0
        S: c OK…
        ",
    );
}

#[test]
fn scram_proves_both_sides() {
    for (password, is_right) in [("secret", true), ("wrong", false)] {
        let mut session = server().session();
        session.take_output();
        let first =
            say(&mut session, &format!("a AUTHENTICATE SCRAM-SHA-256 {}\r\n", base64("n,,n=ann,r=abc")));
        let expected = "r=abcomm-testkit,s=YSBzYWx0IGZvciB0ZXN0cw==,i=4096";
        assert_eq!(first, format!("+ {}\r\n", base64(expected)));
        let message = format!("n=ann,r=abc,{expected},c=biws,r=abcomm-testkit");
        let (proof, server_signature) = scram_proofs(password, &message);
        let last = format!("c=biws,r=abcomm-testkit,p={proof}");
        let answer = say(&mut session, &format!("{}\r\n", base64(last)));
        assert_eq!(answer.starts_with("+ "), is_right, "{answer}");
        if is_right {
            assert_eq!(answer, format!("+ {}\r\n", base64(format!("v={server_signature}"))));
            assert!(say(&mut session, "\r\n").starts_with("a OK "));
        }
    }
}

#[test]
fn no_password_is_in_transcript_or_debug() {
    let server = server();
    ann(&server);
    authenticate(&server, "PLAIN", "\0ann\0secret");
    let text = format!("{}{server:?}{:?}", server.transcript_text(), server.account("ann"));
    assert!(!text.contains("secret") && !text.contains(&base64("\0ann\0secret")), "{text}");
}

/// Administrators by name, by an authorisation identity with SCRAM's header, and by PROXYAUTH.
#[test]
fn administrators_in_the_place_of_others() {
    let ruled = || server().user("root", "word").administrator("root");
    for (server, name, is_in) in [
        (ruled().quirk(Quirk::MasterUser('*')), "ann*root", true),
        (ruled().quirk(Quirk::MasterUser('*')), "root*ann", false),
        (ruled().quirk(Quirk::ExchangeMailbox), r"root\\ann", true),
        (ruled().quirk(Quirk::ExchangeMailbox), r"CORP\\root\\ann", true),
        (ruled(), "ann*root", false),
    ] {
        let mut session = server.session();
        session.take_output();
        let said = say(&mut session, &format!("a LOGIN \"{name}\" word\r\n"));
        assert_eq!(said.starts_with("a OK"), is_in, "{name}: {said}");
        assert_eq!(server.counters().password_attempts, 1);
    }
    let plain = "ann\0root\0word";
    assert!(authenticate(&ruled(), "PLAIN", plain).starts_with("a OK"));
    let refusing = ruled().quirk(Quirk::AuthorizationIdentityRefused("not here"));
    assert_eq!(authenticate(&refusing, "PLAIN", plain), "a NO not here\r\n");
    let server = ruled().with(Extension::ProxyAuth);
    let mut session = server.session();
    session.take_output();
    play(
        &mut session,
        r#"
        C: a LOGIN root word
        S: a OK [CAPABILITY…
        C: b PROXYAUTH nobody
        S: b NO Not allowed to act for that user
        C: c PROXYAUTH ann
        S: c OK you are somebody else
        "#,
    );
}

/// After two commands of those who are in, another token is good, once.
#[test]
fn tokens_have_their_time() {
    for (expiry, refusal) in
        [(Expiry::No, "c NO [AUTHENTICATIONFAILED]"), (Expiry::Bye, "* BYE [AUTHENTICATIONFAILED]")]
    {
        let server = server().tokens_last(2, 1, expiry);
        let mut session = server.session();
        session.take_output();
        assert!(say(&mut session, "a LOGIN ann secret\r\n").starts_with("a OK"));
        assert!(say(&mut session, "b NOOP\r\n").starts_with("b OK"));
        let said = say(&mut session, "c NOOP\r\n");
        assert!(said.starts_with(refusal), "{said}");
        let mut session = server.session();
        session.take_output();
        assert!(say(&mut session, "a LOGIN ann secret\r\n").starts_with("a NO"));
        assert_eq!(server.token("ann"), "secret-1");
        assert!(say(&mut session, "b LOGIN ann secret-1\r\n").starts_with("b OK"));
        assert!((0..9).all(|_| say(&mut session, "c NOOP\r\n").starts_with("c OK")));
    }
}
