//! Every bad habit shown once, beside the server without it.

use crate::talk::{ann, greeted, say, server};
use omm_testkit::pop::{MockMessage, MockPop, Quirk};

/// What is said to a server without and with the habit, after the login.
fn differs(quirk: Quirk, text: &str, without: &str, with: &str) {
    for (server, expected) in [(server(), without), (server().quirk(quirk), with)] {
        let said = say(&mut ann(&server), text);
        assert!(said.contains(expected), "{quirk:?}: expected {expected:?} in {said:?}");
    }
}

#[test]
fn unique_ids_are_not_what_they_should_be() {
    differs(Quirk::TwinUids, "UIDL\r\n", "1 a1\r\n2 b2\r\n", "1 a1\r\n2 a1\r\n3 c3\r\n");
    differs(Quirk::OddUids, "UIDL 1\r\n", "1 a1\r\n", "1 a1 naïve~ \t(1)\r\n");
    let long = format!("1 a1{}\r\n", "x".repeat(71));
    differs(Quirk::LongUids, "UIDL\r\n", "1 a1\r\n", &long);
    let server = server().quirk(Quirk::NewUidsEachSession);
    for session in 1..=3 {
        assert_eq!(say(&mut ann(&server), "UIDL 2\r\n"), format!("+OK 2 b2-{session}\r\n"));
    }
}

#[test]
fn sizes_are_not_what_travels() {
    differs(Quirk::SizeOff(-5), "STAT\r\n", "3 85", "3 70");
    differs(Quirk::SizeOff(7), "LIST 1\r\n", "1 22", "1 29");
    differs(Quirk::SizeOff(7), "RETR 1\r\n", "22 octets", "22 octets");
    differs(Quirk::SizesAsStored, "LIST 3\r\n", "3 33", "3 28");
}

#[test]
fn bodies_are_not_what_they_should_be() {
    differs(Quirk::RetrRefused(2), "RETR 2\r\n", "three", "-ERR [SYS/PERM] the message cannot be read\r\n");
    differs(Quirk::RetrRefused(2), "TOP 2 0\r\n", "+OK", "-ERR [SYS/PERM]");
    differs(Quirk::RetrRefused(2), "LIST\r\nRETR 1\r\n", "\r\n2 30\r\n", "\r\n2 30\r\n");
    differs(
        Quirk::LoneLineFeeds,
        "RETR 3\r\n",
        "three\r\n\r\nlone\r\nthe end\r\n.\r\n",
        "three\n\nlone\nthe end\r\n.\r\n",
    );
    differs(Quirk::BodiesCutAt(15), "RETR 1\r\n", "body", "+OK 22 octets\r\nSubject: one\r\n\r\r\n.\r\n");
    differs(Quirk::TopLinesAtMost(0), "TOP 1 9\r\n", "one\r\n\r\nbody\r\n.\r\n", "one\r\n\r\n.\r\n");
    differs(Quirk::TopSendsAll, "TOP 1 0\r\n", "one\r\n\r\n.\r\n", "one\r\n\r\nbody\r\n.\r\n");
    let sent = server().quirk(Quirk::TopSendsAll);
    say(&mut ann(&sent), "TOP 1 0\r\n");
    assert_eq!(sent.counters().bodies_fetched, 1, "a body is a body");
    let first = "+OK 1 22\r\n+OK unique-ids follow\r\n1 a1\r\n.\r\n";
    differs(Quirk::ShowsOnly(1), "STAT\r\nUIDL\r\n", "3 85", first);
    differs(Quirk::EmptyMaildrop, "STAT\r\nUIDL\r\n", "3 85", "+OK 0 0\r\n+OK unique-ids follow\r\n.\r\n");
}

#[test]
fn headers_in_utf8_want_to_be_asked_for() {
    let server = server().quirk(Quirk::Utf8Wanted);
    server.maildrop("ann").add(MockMessage::new("Subject: Übersicht\r\n\r\n"));
    server.maildrop("ann").add(MockMessage::new("Subject: plain\r\n\r\nÜ\r\n"));
    let mut session = ann(&server);
    let refused = "-ERR [UTF8] the message wants UTF8 to be asked for\r\n";
    assert_eq!(say(&mut session, "RETR 4\r\n"), refused);
    assert!(say(&mut session, "RETR 5\r\n").starts_with("+OK"));
    drop(session);
    let mut session = greeted(&server);
    let said = say(&mut session, "UTF8\r\nSTLS\r\nUSER ann\r\nPASS secret\r\nRETR 4\r\n");
    assert!(said.contains("+OK UTF-8 from here\r\n") && said.ends_with("Übersicht\r\n\r\n.\r\n"), "{said}");
}

#[test]
fn answers_have_odd_forms() {
    differs(Quirk::BareStatus, "NOOP\r\n", "+OK nothing done", "+OK\r\n");
    differs(Quirk::BareStatus, "RETR 1\r\n", "+OK 22 octets", "+OK\r\nSubject");
    differs(Quirk::BareStatus, "STAT\r\n", "+OK 3 85", "+OK 3 85");
    differs(
        Quirk::BareLineFeeds,
        "LIST 1\r\nUIDL\r\n",
        "22\r\n+OK",
        "+OK 1 22\n+OK unique-ids follow\n1 a1\n",
    );
    differs(Quirk::ListingSaysMore, "LIST\r\n", "\r\n1 22\r\n", "\r\n1 22 and more\r\n");
}

#[test]
fn the_connection_ends_after_some_bodies() {
    let server = server().quirk(Quirk::ClosesAfterRetrs(2));
    for _ in 0..2 {
        let mut session = ann(&server);
        let said = say(&mut session, "RETR 1\r\nRETR 2\r\nRETR 3\r\n");
        assert!(said.ends_with("three\r\n.\r\n") && session.is_closed(), "{said}");
        assert!(!server.maildrop("ann").is_open());
    }
    assert_eq!(server.counters().bodies_fetched, 4);
}

#[test]
fn locks_are_shared_or_stay_too_long() {
    let login = "USER ann\r\nPASS secret\r\n";
    let shared = server().quirk(Quirk::SharedMaildrop);
    let (_first, _second) = (ann(&shared), ann(&shared));
    let lingering = server().quirk(Quirk::LockLingers(2));
    drop(ann(&lingering));
    for _ in 0..2 {
        assert!(say(&mut greeted(&lingering), login).contains("-ERR [IN-USE] "));
    }
    let mut session = ann(&lingering);
    say(&mut session, "QUIT\r\n");
    drop(session);
    drop(ann(&lingering));
}

#[test]
fn what_was_retrieved_is_marked_as_read_by_quit() {
    let read = |server: &MockPop| -> Vec<bool> {
        server.maildrop("ann").snapshot().iter().map(|message| message.is_read).collect()
    };
    let server = server().quirk(Quirk::RetrMarksRead);
    let mut broken = ann(&server);
    say(&mut broken, "RETR 1\r\n");
    drop(broken);
    assert_eq!(read(&server), [false; 3]);
    say(&mut ann(&server), "RETR 2\r\nTOP 3 9\r\nQUIT\r\n");
    say(&mut ann(&server), "QUIT\r\n");
    assert_eq!(read(&server), [false, true, false]);
    let usual = crate::talk::server();
    say(&mut ann(&usual), "RETR 1\r\nQUIT\r\n");
    assert_eq!(read(&usual), [false; 3]);
}

#[test]
fn what_was_retrieved_expires() {
    let server = server().expire("0").quirk(Quirk::RetrievedExpires);
    let mut broken = ann(&server);
    say(&mut broken, "RETR 1\r\nTOP 2 0\r\n");
    drop(broken);
    assert_eq!(server.maildrop("ann").snapshot().len(), 3, "without QUIT nothing is removed");
    say(&mut ann(&server), "RETR 2\r\nQUIT\r\n");
    assert_eq!(server.maildrop("ann").snapshot().len(), 2);
    assert_eq!((server.counters().messages_removed, server.counters().command("DELE")), (1, 0));
}
