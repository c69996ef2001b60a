//! What is offered, and what is not there when it is not.

use crate::talk::{ann, greeted, play, say, server};
use omm_testkit::{
    ca::TestCa,
    pop::{Extension, MockPop, Quirk},
};

#[test]
fn capa_tells_the_truth_in_both_states() {
    let config = TestCa::new().issue_for_loopback().server_config();
    let mut session = greeted(&server().tls(config).login_delay(900).expire("30"));
    let offered = |stls: &str| {
        format!(
            "C: CAPA
            S: +OK what can be done
            S: PIPELINING
            S: TOP
            S: UIDL
            S: RESP-CODES
            S: AUTH-RESP-CODE
            {stls}
            S: USER
            S: LOGIN-DELAY 900
            S: EXPIRE 30
            S: UTF8 USER
            S: IMPLEMENTATION omm-testkit
            S: SASL PLAIN LOGIN SCRAM-SHA-256 XOAUTH2 OAUTHBEARER
            S: ."
        )
    };
    play(&mut session, &offered("S: STLS"));
    say(&mut session, "USER ann\r\nPASS secret\r\n");
    play(&mut session, &offered(""));
}

#[test]
fn what_is_off_is_neither_offered_nor_done() {
    for (extension, word, command) in [
        (Extension::Top, "TOP", "TOP 1 0"),
        (Extension::Uidl, "UIDL", "UIDL"),
        (Extension::User, "USER", ""),
        (Extension::Utf8, "UTF8 USER", ""),
        (Extension::RespCodes, "RESP-CODES", ""),
        (Extension::AuthRespCode, "AUTH-RESP-CODE", ""),
        (Extension::Pipelining, "PIPELINING", ""),
        (Extension::Implementation, "IMPLEMENTATION omm-testkit", ""),
    ] {
        for (server, is_on) in [(server(), true), (server().without(extension), false)] {
            let offered = say(&mut greeted(&server), "CAPA\r\n");
            assert_eq!(offered.lines().any(|line| line == word), is_on, "{extension:?}");
            if !command.is_empty() {
                let said = say(&mut ann(&server), &format!("{command}\r\n"));
                assert_eq!(said.starts_with("+OK"), is_on, "{said}");
                assert_eq!(said == "-ERR unknown command\r\n", !is_on, "{said}");
            }
        }
    }
    let closed = server().without(Extension::User).without(Extension::Utf8);
    for command in ["USER ann\r\n", "PASS secret\r\n", "UTF8\r\n", "STLS\r\n"] {
        assert!(say(&mut greeted(&closed), command).starts_with("-ERR "), "{command}");
    }
}

#[test]
fn a_server_of_1996_does_all_it_must() {
    let server = server().plain();
    let mut session = server.session();
    assert_eq!(say(&mut session, ""), "+OK mock server ready\r\n", "no timestamp");
    play(
        &mut session,
        "
        C: CAPA
        S: -ERR unknown command
        C: APOP ann 00
        S: -ERR unknown command
        C: AUTH PLAIN
        S: -ERR no such mechanism
        C: USER ann
        S: +OK who are you?
        C: PASS wrong
        S: -ERR wrong name or password
        C: USER ann
        S: +OK who are you?
        C: PASS secret
        S: +OK 3 messages
        C: UIDL
        S: -ERR unknown command
        C: STAT
        S: +OK 3 85
        C: RETR 1
        S: +OK 22 octets
        S: Subject: one
        S:
        S: body
        S: .
        ",
    );
}

#[test]
fn who_does_not_offer_pipelining_forgets_what_came_too_early() {
    let server = server().without(Extension::Pipelining);
    let mut session = ann(&server);
    assert_eq!(say(&mut session, "NOOP\r\nRETR 1\r\nRETR 2\r\n"), "+OK nothing done\r\n");
    assert_eq!(say(&mut session, "STAT\r\nNO"), "+OK 3 85\r\n");
    assert_eq!((server.counters().overruns, server.counters().command("RETR")), (2, 0));
    let mut session = ann(&crate::talk::server());
    assert_eq!(say(&mut session, "NOOP\r\nSTAT\r\n"), "+OK nothing done\r\n+OK 3 85\r\n");
}

#[test]
fn tls_is_started_once_and_not_after_utf8() {
    let config = TestCa::new().issue_for_loopback().server_config();
    let server = server().tls(config);
    play(&mut greeted(&server), "C: UTF8\nS: +OK UTF-8 from here\nC: STLS\nS: -ERR not after UTF8");
    let mut session = greeted(&server);
    // What came with it belongs to nobody.
    play(&mut session, "C: STLS\nC: USER ann\nS: +OK begin");
    assert_eq!(server.counters().command("USER"), 0);
}

#[test]
fn a_server_that_wants_tls_hides_what_shows_a_password() {
    let server = server().quirk(Quirk::LoginWantsTls);
    let offered = say(&mut greeted(&server), "CAPA\r\n");
    assert!(offered.contains("\r\nSASL SCRAM-SHA-256\r\n") && !offered.contains("\r\nUSER\r\n"), "{offered}");
    for login in ["USER ann\r\n", "AUTH PLAIN\r\n", "AUTH XOAUTH2\r\n"] {
        let said = say(&mut greeted(&server), login);
        assert_eq!(said, "-ERR this login is taken over TLS only\r\n");
    }
}

#[test]
fn no_extension_is_forgotten() {
    let empty = MockPop::new().only([]);
    let offered = Extension::all().fold(empty, MockPop::with);
    // What has no word of its own: CAPA itself, APOP, STLS without TLS, and five words of SASL in one line.
    let said = say(&mut greeted(&offered), "CAPA\r\n");
    assert_eq!(said.lines().count() - 2, Extension::all().count() - 3 - 5 + 1, "{said}");
}
