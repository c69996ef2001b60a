//! The mock IMAP server as a machine: bytes in, bytes out.

use omm_testkit::{
    imap::{Act, Extension, Fault, MockImap, MockMessage, Session},
    mailbox::Random,
};

fn server() -> MockImap {
    let server = MockImap::new().user("ann", "secret");
    let account = server.account("ann");
    account.add("INBOX", MockMessage::new("Subject: one\r\n\r\nbody\r\n").flag("\\Seen"));
    account.add("INBOX", MockMessage::new("Subject: two\r\n\r\nother\r\n").flag("odd"));
    server
}

fn say(session: &mut Session, text: &str) -> String {
    session.receive(text.as_bytes());
    String::from_utf8(session.take_output()).expect("ASCII")
}

fn logged_in(server: &MockImap) -> Session {
    let mut session = server.session();
    let greeting = session.take_output();
    assert!(greeting.starts_with(b"* OK [CAPABILITY IMAP4rev1 "));
    assert!(say(&mut session, "a LOGIN ann secret\r\n").starts_with("a OK [CAPABILITY "));
    session
}

#[test]
fn the_daily_round() {
    let server = server();
    let mut session = logged_in(&server);
    let selected = say(&mut session, "b SELECT INBOX\r\n");
    assert!(selected.contains("* 2 EXISTS\r\n") && selected.contains("[UIDNEXT 3]"), "{selected}");
    assert!(selected.ends_with("b OK [READ-WRITE] yours\r\n"));
    let fetched = say(&mut session, "c UID FETCH 1:* (FLAGS BODY.PEEK[TEXT])\r\n");
    assert_eq!(
        fetched,
        "* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent) BODY[TEXT] {6}\r\nbody\r\n)\r\n\
         * 2 FETCH (UID 2 FLAGS (odd \\Recent) BODY[TEXT] {7}\r\nother\r\n)\r\nc OK fetched\r\n"
    );
    assert_eq!(
        say(&mut session, "d STORE 2 +FLAGS (\\Deleted)\r\n"),
        "* 2 FETCH (FLAGS (odd \\Deleted \\Recent))\r\nd OK stored\r\n"
    );
    assert_eq!(say(&mut session, "e SEARCH DELETED\r\n"), "* SEARCH 2\r\ne OK searched\r\n");
    assert_eq!(say(&mut session, "f EXPUNGE\r\n"), "* 2 EXPUNGE\r\nf OK expunged\r\n");
    let appended =
        say(&mut session, "g APPEND INBOX (\\Draft) \"17-Jul-1996 02:44:25 -0700\" {5+}\r\nA: b\n\r\n");
    assert!(appended.starts_with("* 2 EXISTS\r\n* 2 RECENT\r\ng OK [APPENDUID "), "{appended}");
    let stored = server.account("ann").messages("INBOX").pop().expect("two messages");
    assert_eq!(
        (stored.uid, stored.flags, &stored.bytes[..]),
        (3, vec!["\\Draft".to_owned()], &b"A: b\n"[..])
    );
    assert_eq!(
        say(&mut session, "h STATUS INBOX (MESSAGES UIDNEXT SIZE)\r\n"),
        "* STATUS \"INBOX\" (MESSAGES 2 UIDNEXT 4 SIZE 27)\r\nh OK that is all\r\n"
    );
    assert_eq!(
        say(&mut session, "i LIST \"\" *\r\n"),
        "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\ni OK listed\r\n"
    );
    assert_eq!(say(&mut session, "j LOGOUT\r\n"), "* BYE see you\r\nj OK logged out\r\n");
    assert!(session.is_closed());
    assert_eq!(server.counters().all_round_trips(), 8);
}

#[test]
fn others_learn_what_happened_at_the_end_of_their_commands() {
    let server = server();
    let (mut ann, mut other) = (logged_in(&server), logged_in(&server));
    say(&mut ann, "b SELECT INBOX\r\n");
    say(&mut other, "b SELECT INBOX\r\n");
    say(&mut ann, "c STORE 1 FLAGS (\\Deleted)\r\nd EXPUNGE\r\ne STORE 1 +FLAGS (new)\r\n");
    // RFC 9051 §7.5.1: not while numbers are in use.
    assert_eq!(
        say(&mut other, "c FETCH 2 UID\r\n"),
        "* 2 FETCH (UID 2)\r\n* 2 FETCH (UID 2 FLAGS (odd new))\r\nc OK fetched\r\n"
    );
    assert_eq!(say(&mut other, "d NOOP\r\n"), "* 1 EXPUNGE\r\nd OK nothing done\r\n");
    server.account("ann").renumber("INBOX");
    assert_eq!(say(&mut other, "e NOOP\r\n"), "* BYE the mailbox is not what it was\r\n");
    assert!(other.is_closed());
}

#[test]
fn a_message_is_recent_to_one_session_only() {
    let server = server();
    let mut first = logged_in(&server);
    let examined = say(&mut first, "b EXAMINE INBOX\r\n");
    assert!(examined.contains("* 2 RECENT"), "looking takes nothing: {examined}");
    assert!(say(&mut first, "c SELECT INBOX\r\n").contains("* 2 RECENT"));
    server.account("ann").add("INBOX", MockMessage::new("A: b\r\n\r\n"));
    assert!(say(&mut first, "d NOOP\r\n").contains("* 3 RECENT"));
    assert!(say(&mut logged_in(&server), "b SELECT INBOX\r\n").contains("* 0 RECENT"));
}

#[test]
fn answers_are_the_same_however_the_bytes_are_cut() {
    let script = b"a LOGIN ann {6}\r\nsecret\r\nb SELECT INBOX\r\nc APPEND INBOX {3+}\r\n\r\n{\r\n\r\nd FETCH 1:* BODY[]\r\n";
    let answers = |cut: usize| {
        let mut session = server().session();
        let mut out = session.take_output();
        for piece in script.chunks(cut) {
            session.receive(piece);
            out.extend(session.take_output());
        }
        out
    };
    let whole = answers(script.len());
    assert!(whole.windows(3).any(|window| window == b"d O"));
    for cut in 1..20 {
        assert_eq!(answers(cut), whole, "pieces of {cut}");
    }
}

#[test]
fn what_is_off_is_not_offered_and_is_bad() {
    for (extension, word, command) in [
        (Extension::Move, "MOVE", "MOVE 1 INBOX"),
        (Extension::Id, "ID", "ID NIL"),
        (Extension::Namespace, "NAMESPACE", "NAMESPACE"),
        (Extension::UidPlus, "UIDPLUS", "UID EXPUNGE 1"),
    ] {
        for is_on in [true, false] {
            let server = if is_on { server() } else { server().without(extension) };
            let mut session = logged_in(&server);
            let offered = say(&mut session, "b CAPABILITY\r\n");
            assert_eq!(offered.split([' ', '\r']).any(|one| one == word), is_on, "{offered}");
            say(&mut session, "c SELECT INBOX\r\n");
            let answer = say(&mut session, &format!("d {command}\r\n"));
            assert_eq!(answer.contains("d BAD"), !is_on, "{answer}");
        }
    }
}

#[test]
fn faults_happen_once_and_where_they_are_due() {
    let server = server().fault(Fault::at("NOOP", 2, Act::No("[THROTTLED] later".to_owned())));
    let mut session = logged_in(&server);
    assert_eq!(
        say(&mut session, "b NOOP\r\nc NOOP\r\nd NOOP\r\n"),
        "b OK nothing done\r\nc NO [THROTTLED] later\r\nd OK nothing done\r\n"
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let script = "a LOGIN ann secret\r\nb ENABLE QRESYNC UTF8=ACCEPT\r\nc SELECT INBOX (QRESYNC (1700000002 1 1:* (1 1)))\r\n\
        d UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (Subject)]<0.5> BODY[1.MIME] ENVELOPE BODYSTRUCTURE) (CHANGEDSINCE 1 VANISHED)\r\n\
        e SEARCH RETURN (MIN ALL SAVE) OR NOT (SEEN UID 1,2:*) HEADER Subject \"o\" SINCE 1-Jan-2020 EMAILID E1\r\n\
        f APPEND INBOX (\\Seen odd) \"17-Jul-1996 02:44:25 -0700\" {8+}\r\nA: b\r\n\r\n\r\n\
        g STORE 1:* (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Deleted x)\r\nh UID MOVE $ INBOX\r\ni UID EXPUNGE 1:*\r\n\
        j LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% *) RETURN (STATUS (MESSAGES SIZE) CHILDREN)\r\n\
        k CREATE a/b (USE (\\Sent))\r\nl RENAME a/b INBOX/c\r\nm STATUS INBOX/c (UIDNEXT MAILBOXID)\r\nn ID (\"a\" NIL)\r\n\
        o GETQUOTAROOT INBOX\r\np IDLE\r\nDONE\r\nq COPY 1 INBOX/c\r\nr CLOSE\r\ns LOGOUT\r\n";
    let mut random = Random::new(7);
    for _ in 0..3000 {
        let mut bytes = script.as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len() as u64) as usize;
            match random.below(3) {
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}()\"\\*%:,0\r\n"[random.below(13) as usize]),
            }
        }
        let mut session = server().session();
        session.receive(&bytes);
        session.take_output();
    }
}
