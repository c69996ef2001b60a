//! What goes wrong, and when.

use crate::talk::{ann, in_inbox, say, server};
use omm_testkit::imap::{Act, Fault, When};

const NOOP: &str = "NOOP\r\n";

#[test]
fn the_nth_command_of_all_or_of_a_name() {
    for (fault, answers) in [
        (Fault::at_command(3, Act::No("[INUSE] busy".into())), ["OK", "NO", "OK"]),
        (Fault::at("NOOP", 1, Act::Bad("[CLIENTBUG] no".into())), ["BAD", "OK", "OK"]),
        (Fault::at("NOOP", 2, Act::No("x".into())).times(2), ["OK", "NO", "NO"]),
        (Fault::at("NOOP", 1, Act::No("x".into())).always(), ["NO", "NO", "NO"]),
        (Fault::at("NOOP", 1, Act::No("x".into())).on_connection(2), ["OK", "OK", "OK"]),
    ] {
        let server = server().fault(fault.clone());
        let mut session = ann(&server);
        let said = answers.map(|_| say(&mut session, &format!("a {NOOP}")));
        let kinds = said.each_ref().map(|line| line.split(' ').nth(1).unwrap_or_default());
        assert_eq!(kinds, answers, "{fault:?}");
    }
}

#[test]
fn the_end_comes_with_and_without_a_word() {
    for (act, last) in [
        (Act::Bye("[UNAVAILABLE] down".into()), "* BYE [UNAVAILABLE] down\r\n"),
        (Act::Close, ""),
        (Act::LoseAnswer, ""),
    ] {
        let server = server().fault(Fault::at("NOOP", 1, act));
        let mut session = ann(&server);
        assert_eq!(say(&mut session, &format!("a {NOOP}b {NOOP}")), last);
        assert!(session.is_closed());
    }
    let server = server().fault(Fault::at("NOOP", 1, Act::Stall));
    let mut session = ann(&server);
    assert_eq!(say(&mut session, &format!("a {NOOP}b {NOOP}")), "");
    assert!(session.is_stalled() && !session.is_closed());
}

#[test]
fn a_login_is_refused_and_a_greeting_is_bye() {
    let refused = server().fault(Fault::at("*LOGIN", 1, Act::No("[LIMIT] too many connections".into())));
    let mut session = refused.session();
    session.take_output();
    assert_eq!(say(&mut session, "a LOGIN ann secret\r\n"), "a NO [LIMIT] too many connections\r\n");
    let away = server().fault(Fault::new(When::Connection(2), Act::Bye("not today".into())));
    assert!(away.session().take_output().starts_with(b"* OK"));
    assert_eq!(away.session().take_output(), b"* BYE not today\r\n");
    assert!(away.session().take_output().starts_with(b"* OK"));
}

#[test]
fn garbage_and_wrong_sizes_are_said() {
    let server = server().fault(Fault::at("NOOP", 1, Act::Say(b"%&$!\r\n".to_vec()))).fault(Fault::at(
        "UID FETCH",
        1,
        Act::LiteralOff(-2),
    ));
    let mut session = in_inbox(&server);
    assert_eq!(say(&mut session, &format!("a {NOOP}")), "%&$!\r\na OK nothing done\r\n");
    let fetched = say(&mut session, "b UID FETCH 1 BODY.PEEK[TEXT]\r\n");
    assert_eq!(fetched, "* 1 FETCH (UID 1 BODY[TEXT] {4}\r\nbody\r\n)\r\nb OK fetched\r\n");
}

#[test]
fn uidvalidity_changes_under_the_client() {
    let server = server().fault(Fault::at("FETCH", 1, Act::Renumber("INBOX".into())));
    server.account("ann").delete("INBOX", 1);
    let before = server.account("ann").snapshot()[0].uid_validity;
    let mut session = in_inbox(&server);
    assert!(say(&mut session, "a FETCH 1 UID\r\n").ends_with("* BYE the mailbox is not what it was\r\n"));
    let after = server.account("ann").snapshot().remove(0);
    assert!(after.uid_validity > before);
    assert_eq!((after.messages[0].uid, after.uid_next), (1, 2));
}
