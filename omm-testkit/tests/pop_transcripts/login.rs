//! Getting in.

use crate::{
    dialogue::{base64, scram_proofs},
    talk::{ann, greeted, play, say, server},
};
use omm_testkit::pop::{Extension, MockPop, Quirk};

const WRONG: &str = "-ERR [AUTH] wrong name or password\r\n";

fn auth(server: &MockPop, mechanism: &str, answer: &str) -> String {
    say(&mut greeted(server), &format!("AUTH {mechanism} {}\r\n", base64(answer)))
}

#[test]
fn user_and_pass() {
    play(
        &mut greeted(&server()),
        "
        C: PASS secret
        S: -ERR USER first
        C: USER nobody
        S: +OK who are you?
        C: PASS secret
        S: -ERR [AUTH] wrong name or password
        C: PASS secret
        S: -ERR USER first
        C: USER ann
        S: +OK who are you?
        C: CAPA
        S: +OK…
        S: PIPELINING
        S: TOP
        S: UIDL
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: USER
        S: UTF8 USER
        S: IMPLEMENTATION…
        S: SASL…
        S: .
        C: PASS secret
        S: -ERR USER first
        C: USER ann
        C: PASS secret
        S: +OK who are you?
        S: +OK 3 messages
        ",
    );
    let blanks = MockPop::new().user("a b", " x y ");
    play(&mut greeted(&blanks), "C: USER a b\nS: +OK who are you?");
    let mut session = greeted(&blanks);
    assert!(say(&mut session, "USER a b\r\nPASS  x y \r\n").ends_with("+OK 0 messages\r\n"));
}

#[test]
fn apop_takes_the_digest_of_the_example_in_its_standard() {
    // RFC 1939 §7: <1896.697170952@dbc.mtview.ca.us>tanstaaf is c4c9334bac560ecc979e58001b3e22fb. The mock's own
    // timestamp and this digest were computed by md5sum.
    let server = MockPop::new().user("ann", "tanstaaf");
    let mut session = server.session();
    assert_eq!(say(&mut session, ""), "+OK mock server ready <1.1767225600@mock.invalid>\r\n");
    assert_eq!(say(&mut session, "APOP ann c4c9334bac560ecc979e58001b3e22fb\r\n"), WRONG);
    assert_eq!(say(&mut session, "APOP ann 99e9aff7a426a58df1c6caaf114c1c7a\r\n"), "+OK 0 messages\r\n");
    let mut second = server.session();
    assert_eq!(say(&mut second, ""), "+OK mock server ready <2.1767225600@mock.invalid>\r\n");
}

#[test]
fn each_mechanism_lets_the_right_ones_in() {
    for (extension, mechanism, good, wrong) in [
        (Extension::AuthPlain, "PLAIN", "\0ann\0secret", "\0ann\0wrong"),
        (
            Extension::AuthOAuthBearer,
            "OAUTHBEARER",
            "n,a=ann,\x01auth=Bearer t1\x01\x01",
            "n,a=ann,\x01auth=Bearer secret\x01\x01",
        ),
        (
            Extension::AuthXOAuth2,
            "XOAUTH2",
            "user=ann\x01auth=Bearer t1\x01\x01",
            "user=ann\x01auth=Bearer t2\x01\x01",
        ),
    ] {
        let server = server().token("ann", "t1");
        assert_eq!(auth(&server, mechanism, good), "+OK 3 messages\r\n", "{mechanism}");
        let mut session = greeted(&server);
        let refused = say(&mut session, &format!("AUTH {mechanism} {}\r\n", base64(wrong)));
        let refused = if refused.starts_with("+ ") { say(&mut session, "AQ==\r\n") } else { refused };
        assert_eq!(refused, WRONG, "{mechanism}");
        let off = auth(&server.without(extension), mechanism, good);
        assert_eq!(off, "-ERR no such mechanism\r\n", "{mechanism}");
    }
}

#[test]
fn a_token_is_good_until_it_is_not() {
    let server = server().token("ann", "t1");
    let answer = |token: &str| format!("user=ann\x01auth=Bearer {token}\x01\x01");
    let mut open = greeted(&server);
    let login = format!("AUTH XOAUTH2 {}\r\n", base64(answer("t1")));
    assert_eq!(say(&mut open, &login), "+OK 3 messages\r\n");
    server.expire_token("t1");
    assert_eq!(say(&mut open, "NOOP\r\n"), "+OK nothing done\r\n", "who is in stays in");
    say(&mut open, "QUIT\r\n");
    assert_eq!(
        say(&mut greeted(&server), &login),
        format!("+ {}\r\n", base64("{\"status\":\"invalid_token\"}"))
    );
    server.add_token("ann", "t2");
    assert_eq!(auth(&server, "XOAUTH2", &answer("t2")), "+OK 3 messages\r\n");
}

#[test]
fn challenges_are_answered_or_given_up() {
    play(
        &mut greeted(&server()),
        "
        C: AUTH PLAIN
        S: + 
        C: *
        S: -ERR cancelled
        C: AUTH PLAIN
        S: + 
        C: not base64
        S: -ERR base64 expected
        C: auth plain =
        S: -ERR [AUTH] wrong name or password
        C: AUTH
        S: -ERR no such mechanism
        C: AUTH LOGIN
        S: + VXNlcm5hbWU6
        C: YW5u
        S: + UGFzc3dvcmQ6
        C: c2VjcmV0
        S: +OK 3 messages
        C: AUTH PLAIN
        S: -ERR not allowed now
        ",
    );
    let old = server().quirk(Quirk::NoInitialResponse);
    let mut session = greeted(&old);
    assert_eq!(
        say(&mut session, "AUTH PLAIN AGFubgBzZWNyZXQ=\r\n"),
        "-ERR the first answer must be asked for\r\n"
    );
    play(&mut session, "C: AUTH PLAIN\nS: + \nC: AGFubgBzZWNyZXQ=\nS: +OK 3 messages");
}

#[test]
fn scram_proves_both_sides() {
    let server = server().administrator("root");
    for (name, header, password, is_right) in [
        ("ann", "n,,", "secret", true),
        ("ann", "n,,", "wrong", false),
        ("root", "n,a=ann,", "toor", true),
        ("ann", "n,a=root,", "secret", false),
    ] {
        let mut session = greeted(&server);
        let first = format!("n={name},r=abc");
        let asked =
            say(&mut session, &format!("AUTH SCRAM-SHA-256 {}\r\n", base64(format!("{header}{first}"))));
        let expected = "r=abcomm-testkit,s=YSBzYWx0IGZvciB0ZXN0cw==,i=4096";
        assert_eq!(asked, format!("+ {}\r\n", base64(expected)));
        let bare = format!("c={},r=abcomm-testkit", base64(header));
        let (proof, signature) = scram_proofs(password, &format!("{first},{expected},{bare}"));
        let answer = say(&mut session, &format!("{}\r\n", base64(format!("{bare},p={proof}"))));
        let answer = match answer.starts_with("+ ") {
            true => {
                assert_eq!(answer, format!("+ {}\r\n", base64(format!("v={signature}"))));
                say(&mut session, "\r\n")
            }
            false => answer,
        };
        assert_eq!(answer == "+OK 3 messages\r\n", is_right, "{name} {header}: {answer}");
    }
}

#[test]
fn one_session_has_the_maildrop_and_the_others_wait() {
    let server = server();
    let mut first = ann(&server);
    assert!(server.maildrop("ann").is_open());
    let login = "USER ann\r\nPASS secret\r\n";
    let in_use = "-ERR [IN-USE] another session has the maildrop open\r\n";
    let mut second = greeted(&server);
    assert!(say(&mut second, login).ends_with(in_use));
    say(&mut first, "QUIT\r\n");
    assert!(say(&mut second, login).ends_with("+OK 3 messages\r\n"), "the same connection may try again");
    drop(second);
    assert!(!server.maildrop("ann").is_open());
    let quiet = crate::talk::server().without(Extension::RespCodes);
    let _first = ann(&quiet);
    let said = say(&mut greeted(&quiet), login);
    assert!(said.ends_with("-ERR another session has the maildrop open\r\n"), "{said}");
}

#[test]
fn no_password_is_in_transcript_or_debug() {
    let server = server().token("ann", "t1");
    drop(ann(&server));
    auth(&server, "PLAIN", "\0ann\0secret");
    play(&mut greeted(&server), "C: AUTH LOGIN\nS: +…\nC: YW5u\nS: +…\nC: c2VjcmV0\nS: +OK…");
    let text = format!("{}{server:?}{:?}", server.transcript_text(), server.maildrop("ann"));
    assert!(text.contains("PASS ...") && text.contains("AUTH PLAIN ..."), "{text}");
    for secret in ["secret", &base64("\0ann\0secret"), "c2VjcmV0"] {
        assert!(!text.contains(secret), "{text}");
    }
}
