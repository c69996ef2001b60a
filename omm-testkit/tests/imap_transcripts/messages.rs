//! FETCH, STORE, SEARCH, APPEND, COPY, MOVE.

use crate::talk::{ann, in_inbox, play, say, server};
use omm_testkit::imap::{Extension, Keywords, MockMessage};

#[test]
fn fetch_shows_every_part() {
    let server = server();
    let text = "From: \"A, B\" <a@x>\r\nTo: c@y, D <d@z>\r\nSubject: parts\r\nDate: Mon, 7 Feb 2022 21:52:25 -0800\r\n\
        Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\none\r\n--q\r\n\
        Content-Type: text/html\r\n\r\ntwo\r\n--q--\r\n";
    server.account("ann").add("INBOX", MockMessage::new(text));
    play(
        &mut in_inbox(&server),
        r#"
        C: a FETCH 3 (BODY.PEEK[2] BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[1.MIME] BODY.PEEK[9])
        S: * 3 FETCH (BODY[2] {3}
        S: two BODY[HEADER.FIELDS (SUBJECT)] {18}
        S: Subject: parts
        S:
        S:  BODY[1.MIME] {28}
        S: Content-Type: text/plain
        S:
        S:  BODY[9] NIL)
        S: a OK fetched
        C: b FETCH 3 BODY.PEEK[TEXT]<2.4>
        S: * 3 FETCH (BODY[TEXT]<2> {4}
        S: q
        S: C)
        S: b OK fetched
        C: c FETCH 3 ENVELOPE
        S: * 3 FETCH (ENVELOPE ("Mon, 7 Feb 2022 21:52:25 -0800" "parts" (("A, B" NIL "a" "x")) (("A, B" NIL "a" "x")) (("A, B" NIL "a" "x")) ((NIL NIL "c" "y")("D" NIL "d" "z")) NIL NIL NIL NIL))
        S: c OK fetched
        C: d FETCH 3 BODY
        S: * 3 FETCH (BODY (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 0)("TEXT" "HTML" NIL NIL NIL "7BIT" 3 0) "MIXED"))
        S: d OK fetched
        C: e FETCH 9 UID
        S: e BAD no such message
        C: f UID FETCH 9 UID
        S: f OK fetched
        C: g FETCH 2 RFC822.TEXT
        S: * 2 FETCH (RFC822.TEXT {7}
        S: other
        S:  FLAGS (odd \Seen \Recent))
        S: g OK fetched
        C: h FETCH 1 FAST
        S: * 1 FETCH (FLAGS (\Seen \Recent) INTERNALDATE " 1-Jan-2026 00:00:01 +0000" RFC822.SIZE 22)
        S: h OK fetched
        C: i FETCH 1 (EMAILID THREADID)
        S: * 1 FETCH (EMAILID (E1) THREADID (T1))
        S: i OK fetched
        "#,
    );
}

#[test]
fn search_finds() {
    let server = server();
    let dated = chrono::DateTime::parse_from_rfc3339("2020-05-05T23:00:00+02:00").expect("a date");
    server
        .account("ann")
        .add("INBOX", MockMessage::new("Subject: three\r\nX-A: b\r\n\r\nlong long body\r\n").received(dated));
    let mut session = in_inbox(&server);
    for (criteria, found) in [
        ("ALL", " 1 2 3"),
        ("UID 2:*", " 2 3"),
        ("2:3 UNSEEN", " 2 3"),
        ("HEADER X-A \"\"", " 3"),
        ("HEADER SUBJECT tWo", " 2"),
        ("OR SUBJECT one SUBJECT three", " 1 3"),
        ("NOT (SEEN)", " 2 3"),
        ("KEYWORD odd", " 2"),
        ("UNKEYWORD odd SEEN", " 1"),
        ("LARGER 25", " 3"),
        ("SMALLER 23", " 1"),
        ("SINCE 1-Jan-2026", " 1 2"),
        ("BEFORE 1-Jan-2026", " 3"),
        ("ON \"5-May-2020\"", " 3"),
        ("BODY \"long body\"", " 3"),
        ("DELETED", ""),
        ("UNDELETED", " 1 2 3"),
        ("CHARSET UTF-8 TEXT three", " 3"),
    ] {
        let answer = say(&mut session, &format!("a SEARCH {criteria}\r\n"));
        assert_eq!(answer, format!("* SEARCH{found}\r\na OK searched\r\n"), "{criteria}");
    }
    play(
        &mut session,
        r#"
        C: b UID SEARCH RETURN (MIN MAX COUNT) ALL
        S: * ESEARCH (TAG "b") UID MIN 1 MAX 3 COUNT 3
        S: b OK searched
        C: c SEARCH RETURN () UNSEEN
        S: * ESEARCH (TAG "c") ALL 2:3
        S: c OK searched
        C: d SEARCH RETURN (SAVE) KEYWORD odd
        S: * ESEARCH (TAG "d")
        S: d OK searched
        C: e FETCH $ UID
        S: * 2 FETCH (UID 2)
        S: e OK fetched
        C: f SEARCH CHARSET KOI8-R TEXT x
        S: f NO [BADCHARSET (UTF-8 US-ASCII)] no such charset
        C: g SEARCH NONSENSE 1
        S: g BAD unknown search key
        "#,
    );
}

#[test]
fn multiappend_is_all_or_none() {
    let server = server().refuse_message("bad one");
    play(
        &mut ann(&server),
        r"
        C: a APPEND INBOX {4+}
        C: A: b (\Seen) {4+}
        C: C: d
        S: a OK [APPENDUID 1700000002 3:4] stored
        ",
    );
    play(
        &mut ann(&server),
        "
        C: b APPEND INBOX {4+}
        C: A: b {7+}
        C: bad one
        S: b NO message refused
        C: c APPEND nowhere {4+}
        C: A: b
        S: c NO [TRYCREATE] no such mailbox
        ",
    );
    assert_eq!(server.account("ann").messages("INBOX").len(), 4);
    let single = server.without(Extension::MultiAppend);
    let answer = say(&mut ann(&single), "a APPEND INBOX {1+}\r\nx {1+}\r\ny\r\n");
    assert_eq!(answer, "a BAD one message expected\r\n");
}

#[test]
fn literals_as_far_as_they_are_allowed() {
    let big = "x".repeat(5000);
    for (server, text, answer) in [
        (server(), format!("a APPEND INBOX {{5000+}}\r\n{big}\r\n"), "a OK "),
        (
            server().without(Extension::LiteralPlus),
            format!("a APPEND INBOX {{5000+}}\r\n{big}\r\n"),
            "* BYE ",
        ),
        (server().without(Extension::LiteralPlus), "a APPEND INBOX {3+}\r\nA:b\r\n".to_owned(), "a OK "),
        (server().plain(), "a APPEND INBOX {3+}\r\nA:b\r\n".to_owned(), "* BYE "),
        (server().append_limit(100), "a APPEND INBOX {5000}\r\n".to_owned(), "a NO [TOOBIG]"),
        (server().append_limit(100), format!("a APPEND INBOX {{5000+}}\r\n{big}\r\n"), "a NO [TOOBIG]"),
    ] {
        let mut session = ann(&server);
        let said = say(&mut session, &text);
        assert!(said.starts_with(answer), "{answer}: {said}");
        if answer.starts_with('a') {
            assert_eq!(say(&mut session, "b NOOP\r\n"), "b OK nothing done\r\n", "the session goes on");
        }
    }
    assert!(say(&mut ann(&server().append_limit(100)), "a CAPABILITY\r\n").contains(" APPENDLIMIT=100 "));
}

#[test]
fn copy_and_move_say_where_things_went() {
    let server = server();
    server.account("ann").add_folder("x");
    play(
        &mut in_inbox(&server),
        r"
        C: a COPY 1 x
        S: a OK [COPYUID 1700000003 1 1] copied
        C: b UID MOVE 1:2 x
        S: * OK [COPYUID 1700000003 1:2 2:3] moved
        S: * 2 EXPUNGE
        S: * 1 EXPUNGE
        S: b OK moved
        C: c COPY 1 x
        S: c BAD no such message
        ",
    );
    assert_eq!(server.account("ann").messages("x").len(), 3);
    let old = crate::talk::server().without(Extension::UidPlus);
    old.account("ann").add_folder("x");
    assert_eq!(say(&mut in_inbox(&old), "a COPY 1 x\r\n"), "a OK copied\r\n");
}

#[test]
fn keywords_are_kept_as_far_as_they_can_be() {
    for (keywords, told, kept) in [
        (Keywords::Any, "odd \\*)", vec!["a", "b", "odd"]),
        (Keywords::Only(vec!["a".to_owned()]), "odd a)", vec!["a", "odd"]),
        (Keywords::AtMost(2), "odd \\*)", vec!["a", "odd"]),
        (Keywords::AtMost(1), "odd)", vec!["odd"]),
    ] {
        let server = server().keywords(keywords.clone());
        let selected = say(&mut ann(&server), "a SELECT INBOX\r\n");
        let line = selected.lines().find(|line| line.contains("PERMANENTFLAGS")).expect("it says so");
        assert!(line.contains(told), "{keywords:?}: {line}");
        say(&mut in_inbox(&server), "a STORE 2 +FLAGS.SILENT (a b)\r\n");
        assert_eq!(server.account("ann").messages("INBOX")[1].flags, kept, "{keywords:?}");
    }
}

#[test]
fn a_read_only_folder_stays_as_it_is() {
    let server = server();
    server.account("ann").read_only("INBOX", true);
    play(
        &mut in_inbox(&server),
        r"
        C: a STORE 1 +FLAGS (\Deleted)
        C: b EXPUNGE
        S: a NO [READ-ONLY] not in a mailbox that is only looked at
        S: b NO [READ-ONLY] not in a mailbox that is only looked at
        C: c APPEND INBOX {3+}
        C: A:b
        S: c NO [NOPERM] read-only
        ",
    );
}

#[test]
fn gmail_has_labels_without_copies() {
    let server = server().with(Extension::Gmail);
    let account = server.account("ann");
    account.special_use("[Gmail]/All Mail", "\\All").special_use("[Gmail]/Sent", "\\Sent");
    account.add("[Gmail]/All Mail", MockMessage::new("Subject: x\r\n\r\nx\r\n"));
    let mut session = ann(&server);
    say(&mut session, "0 SELECT \"[Gmail]/All Mail\"\r\n");
    play(
        &mut session,
        r#"
        C: a FETCH 1 (X-GM-LABELS X-GM-MSGID)
        S: * 1 FETCH (X-GM-LABELS () X-GM-MSGID 1278455344230334868)
        S: a OK fetched
        C: b STORE 1 +X-GM-LABELS (\Inbox \Sent "a new one")
        S: * 1 FETCH (UID 1 X-GM-LABELS ("\\Inbox" "\\Sent" "a new one"))
        S: b OK labelled
        C: c STORE 1 -X-GM-LABELS (\Sent)
        S: * 1 FETCH (UID 1 X-GM-LABELS ("\\Inbox" "a new one"))
        S: c OK labelled
        "#,
    );
    assert_eq!(account.messages("a new one").len(), 1);
    say(&mut session, "d APPEND \"a new one\" {8+}\r\nA: b\r\n\r\n\r\n");
    assert_eq!((account.messages("a new one").len(), account.messages("[Gmail]/All Mail").len()), (2, 2));
    assert_eq!(
        say(&mut in_inbox(&crate::talk::server()), "a FETCH 1 X-GM-LABELS\r\n"),
        "a BAD unknown fetch item\r\n"
    );
}
