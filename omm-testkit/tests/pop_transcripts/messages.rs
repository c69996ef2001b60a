//! What lies in the maildrop, and what happens to it.

use crate::talk::{ann, greeted, play, say, server};
use omm_testkit::{
    mailbox,
    pop::{MockMessage, MockPop},
};

#[test]
fn everything_is_listed_and_read() {
    let server = server();
    let before = server.maildrop("ann").snapshot();
    play(
        &mut ann(&server),
        "
        C: STAT
        S: +OK 3 85
        C: LIST
        S: +OK 3 messages (85 octets)
        S: 1 22
        S: 2 30
        S: 3 33
        S: .
        C: list 2
        S: +OK 2 30
        C: UIDL
        S: +OK unique-ids follow
        S: 1 a1
        S: 2 b2
        S: 3 c3
        S: .
        C: UIDL 3
        S: +OK 3 c3
        C: RETR 2
        S: +OK 30 octets
        S: Subject: two
        S:
        S: ..
        S: ...
        S: three
        S: .
        C: RETR 3
        S: +OK 33 octets
        S: Subject: three
        S:
        S: lone
        S: the end
        S: .
        C: TOP 2 1
        S: +OK the top of it
        S: Subject: two
        S:
        S: ..
        S: .
        C: TOP 1 0
        S: +OK the top of it
        S: Subject: one
        S:
        S: .
        C: NOOP
        S: +OK nothing done
        C: QUIT
        S: +OK see you
        ",
    );
    let counters = server.counters();
    assert_eq!((counters.bodies_fetched, counters.command("RETR"), counters.command("TOP")), (3, 2, 2));
    assert_eq!((counters.command("DELE"), counters.messages_removed, counters.logins), (0, 0, 1));
    assert_eq!(server.maildrop("ann").snapshot(), before);
}

#[test]
fn what_is_marked_is_removed_by_quit_and_by_nothing_else() {
    let server = server();
    let mut session = ann(&server);
    play(
        &mut session,
        "
        C: DELE 1
        S: +OK message 1 is marked as deleted
        C: DELE 1
        S: -ERR message 1 is deleted
        C: RETR 1
        S: -ERR message 1 is deleted
        C: STAT
        S: +OK 2 63
        C: LIST
        S: +OK 2 messages (63 octets)
        S: 2 30
        S: 3 33
        S: .
        C: UIDL 1
        S: -ERR message 1 is deleted
        C: RSET
        S: +OK nothing is marked as deleted
        C: STAT
        S: +OK 3 85
        C: DELE 2
        S: +OK message 2 is marked as deleted
        ",
    );
    drop(session);
    assert_eq!(server.maildrop("ann").snapshot().len(), 3, "the connection broke");
    let mut session = ann(&server);
    say(&mut session, "DELE 2\r\nQUIT\r\n");
    assert!(session.is_closed());
    let left: Vec<String> =
        server.maildrop("ann").snapshot().into_iter().map(|message| message.uid).collect();
    assert_eq!(left, ["a1", "c3"]);
    assert_eq!((server.counters().command("DELE"), server.counters().messages_removed), (4, 1));
}

#[test]
fn a_session_sees_what_there_was_when_it_began() {
    let server = server();
    let maildrop = server.maildrop("ann");
    let mut session = ann(&server);
    let uid = maildrop.add(MockMessage::new("Subject: four\r\n\r\n"));
    maildrop.delete("a1");
    play(
        &mut session,
        "
        C: STAT
        S: +OK 3 85
        C: RETR 1
        S: -ERR the message is gone
        C: RETR 4
        S: -ERR no such message, only 3 in the maildrop
        ",
    );
    drop(session);
    assert_eq!(say(&mut ann(&server), "UIDL 3\r\n"), format!("+OK 3 {uid}\r\n"));
}

#[test]
fn what_is_no_command_is_refused_and_the_session_goes_on() {
    play(
        &mut ann(&server()),
        "
        C: FROB
        S: -ERR unknown command
        C:
        S: -ERR unknown command
        C: RETR
        S: -ERR a number expected
        C: RETR 0
        S: -ERR no such message, only 3 in the maildrop
        C: RETR +1
        S: -ERR a number expected
        C: TOP 1
        S: -ERR a number expected
        C: LIST 99999999999999999999999
        S: -ERR a number expected
        C: STAT 1
        S: -ERR no argument expected
        C: USER ann
        S: -ERR not allowed now
        C: STLS
        S: -ERR not allowed now
        C: NOOP
        S: +OK nothing done
        ",
    );
    assert_eq!(say(&mut greeted(&server()), "STAT\r\n"), "-ERR not allowed now\r\n");
    let long = format!("LIST {}\r\n", " ".repeat(249));
    assert_eq!(say(&mut ann(&server()), &long), "-ERR the line is too long\r\n");
    let endless = "x".repeat(70_000);
    assert_eq!(say(&mut ann(&server()), &endless), "-ERR this line has no end\r\n");
}

#[test]
fn a_conversation_is_the_same_wherever_it_is_cut() {
    let script = "USER ann\r\nPASS secret\r\nUIDL\r\nRETR 2\r\nTOP 3 1\r\nQUIT\r\n";
    let mut whole = server().session();
    let whole = say(&mut whole, script);
    for cut in 0..=script.len() {
        let mut session = server().session();
        let said = say(&mut session, &script[..cut]) + &say(&mut session, &script[cut..]);
        assert_eq!(said, whole, "{cut}");
    }
}

#[test]
fn a_generated_inbox_and_its_oddities_travel_as_they_are() {
    let server = MockPop::new().user("ann", "secret").user("bob", "secret");
    server.maildrop("ann").fill(&mailbox::plain(7, 2, 20));
    assert_eq!(server.maildrop("ann").snapshot().len(), 20, "other folders are not in a maildrop");
    server.maildrop("bob").add_all(mailbox::odd_messages());
    let mut session = greeted(&server);
    session.receive(b"USER bob\r\nPASS secret\r\nRETR 8\r\nRETR 9\r\nRETR 10\r\n");
    let said = session.take_output();
    for part in [
        &b"Subject: a NUL\r\n\r\nbe\0fore\r\n.\r\n"[..],
        b"Subject: bare line feeds\r\n\r\nfrom a unix tool\r\n",
        b"Subject: bare returns\r\rfrom an old Mac\r\r\n.\r\n",
    ] {
        assert!(said.windows(part.len()).any(|window| window == part), "{part:?}");
    }
}
