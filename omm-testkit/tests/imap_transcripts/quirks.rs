//! Every bad habit shown once, beside the server without it.

use crate::talk::{ann, in_inbox, say, server};
use omm_testkit::imap::{MockImap, Quirk, Session};

/// What is said to a server without and with the habit, after INBOX was selected.
fn differs(quirk: Quirk, text: &str, without: &str, with: &str) {
    for (server, expected) in [(server(), without), (server().quirk(quirk), with)] {
        let said = say(&mut in_inbox(&server), text);
        assert!(said.contains(expected), "{quirk:?}: expected {expected:?} in {said:?}");
    }
}

fn append(session: &mut Session, flags: &str, text: &str) -> String {
    say(session, &format!("a APPEND INBOX {flags}{{{}+}}\r\n{text}\r\n", text.len()))
}

fn appended(server: &MockImap, flags: &str, text: &str) -> String {
    append(&mut ann(server), flags, text)
}

fn last(server: &MockImap) -> (Vec<String>, String) {
    let message = server.account("ann").messages("INBOX").pop().expect("messages");
    (message.flags, String::from_utf8_lossy(&message.bytes).into_owned())
}

#[test]
fn exchange() {
    let quirk = || server().quirk(Quirk::LongLinesRefused(9900)).quirk(Quirk::FlaggedOnlyByStore);
    let long = format!("A: b\r\n\r\n{}\r\n", "x".repeat(9901));
    assert_eq!(appended(&quirk(), "", &long), "a BAD Command Argument Error. 11\r\n");
    let server = quirk();
    assert!(appended(&server, "(\\Flagged \\Seen) ", "A: b\r\n\r\n").starts_with("a OK "));
    assert_eq!(last(&server).0, ["\\Seen"]);
    say(&mut in_inbox(&server), "a STORE 3 +FLAGS (\\Flagged)\r\n");
    assert_eq!(last(&server).0, ["\\Flagged", "\\Seen"]);
    let mut session = ann(&crate::talk::server().quirk(Quirk::ByeAfterErrors(10)));
    let said: String = (0..10).map(|_| say(&mut session, "a FROB\r\n")).collect();
    assert!(
        said.ends_with("a BAD unknown command\r\n* BYE Connection is closed. 13\r\n") && session.is_closed()
    );
    differs(Quirk::SizeOff(-3), "a FETCH 1 RFC822.SIZE\r\n", "RFC822.SIZE 22)", "RFC822.SIZE 19)");
}

#[test]
fn netease_wants_an_id_before_select() {
    let server = server().quirk(Quirk::SelectWantsId);
    let mut session = ann(&server);
    assert!(say(&mut session, "a SELECT INBOX\r\n").starts_with("a NO SELECT Unsafe Login"));
    say(&mut session, "b ID (\"name\" \"x\")\r\n");
    assert!(say(&mut session, "c SELECT INBOX\r\n").contains("c OK"));
}

#[test]
fn yahoo_wants_a_line_end_at_the_end() {
    let server = server().quirk(Quirk::FinalLineEndWanted);
    assert!(appended(&server, "", "A: b\r\n\r\nx").starts_with("a BAD [CLIENTBUG] Additional arguments"));
    assert!(appended(&server, "", "A: b\r\n\r\nx\r\n").starts_with("a OK "));
}

#[test]
fn gmail_drops_what_it_has_and_loses_what_is_deleted() {
    let server = server().quirk(Quirk::EqualMessagesDropped).quirk(Quirk::DeletedOnAppendLost);
    let mut session = ann(&server);
    assert!(append(&mut session, "", "A: b\r\n\r\n").contains("[APPENDUID 1700000002 3]"));
    assert!(append(&mut session, "", "A: b\r\n\r\n").contains("[APPENDUID 1700000002 4]"));
    assert!(append(&mut session, "(\\Deleted) ", "A: c\r\n\r\n").contains("[APPENDUID 1700000002 5]"));
    assert_eq!(server.account("ann").messages("INBOX").len(), 3);
}

#[test]
fn courier_examines_another_uidvalidity() {
    differs(
        Quirk::ExamineDiffers,
        "a EXAMINE INBOX\r\n",
        "[UIDVALIDITY 1700000002]",
        "[UIDVALIDITY 1700001002]",
    );
}

#[test]
fn search_is_unusable_in_three_ways() {
    differs(Quirk::SearchRefused, "a UID SEARCH ALL\r\n", "* SEARCH 1 2\r\n", "a NO ");
    differs(Quirk::SearchUnknown, "a UID SEARCH ALL\r\n", "* SEARCH 1 2\r\n", "a BAD ");
    differs(Quirk::SearchFindsNothing, "a UID SEARCH ALL\r\n", "* SEARCH 1 2\r\n", "* SEARCH\r\n");
}

#[test]
fn appenduid_is_wrong_or_missing() {
    let two = "a APPEND INBOX {1+}\r\nx {1+}\r\ny\r\n";
    differs(Quirk::AppendUidOffByOne, two, "[APPENDUID 1700000002 3:4]", "[APPENDUID 1700000002 4:5]");
    differs(Quirk::AppendUidSwapped, two, "[APPENDUID 1700000002 3:4]", "[APPENDUID 1700000002 4,3]");
    differs(Quirk::NoAppendUid, two, "[APPENDUID 1700000002 3:4]", "a OK stored");
}

#[test]
fn domino_completes_message_ids() {
    let server = server().quirk(Quirk::MessageIdCompleted);
    appended(&server, "", "Message-Id: <12>\r\n\r\nx\r\n");
    assert_eq!(last(&server).1, "Message-Id: <12@mock.invalid>\r\n\r\nx\r\n");
    appended(&server, "", "Message-Id: <12@x>\r\n\r\nx\r\n");
    assert_eq!(last(&server).1, "Message-Id: <12@x>\r\n\r\nx\r\n");
}

#[test]
fn cyrus_refuses_bytes() {
    let server = server().quirk(Quirk::NulRefused).quirk(Quirk::EightBitHeadersRefused);
    assert_eq!(appended(&server, "", "A: b\r\n\r\n\0\r\n"), "a NO Message contains NUL characters\r\n");
    assert_eq!(appended(&server, "", "A: ü\r\n\r\n"), "a NO Message contains invalid header\r\n");
    assert!(appended(&server, "", "A: b\r\n\r\nü\r\n").starts_with("a OK "));
}

#[test]
fn answers_have_odd_forms() {
    differs(Quirk::OddInternalDate, "a FETCH 1 INTERNALDATE\r\n", "\" 1-Jan-2026", "\"1-Jan-2026");
    differs(Quirk::FlagsInCapitals, "a FETCH 1 FLAGS\r\n", "(\\Seen \\Recent)", "(\\Seen \\SEEN \\RECENT)");
    differs(Quirk::BareLineFeeds, "a FETCH 1 UID\r\n", "* 1 FETCH (UID 1)\r\n", "* 1 FETCH (UID 1)\na OK");
    differs(
        Quirk::UidAfterBody,
        "a UID FETCH 1 BODY.PEEK[]<0.1>\r\n",
        "(UID 1 BODY[]<0> {1}\r\nS)",
        "(BODY[]<0> {1}\r\nS UID 1)",
    );
    differs(Quirk::ChattyBetween, "a NOOP\r\n", "a OK", "* OK [ALERT] the weather is fine\r\n* X-CHAT");
    let closed = "a ENABLE QRESYNC\r\nb SELECT INBOX\r\n";
    differs(Quirk::NoClosedCode, closed, "* OK [CLOSED]", "a OK enabled\r\n* FLAGS");
}

#[test]
fn names_are_limited() {
    differs(Quirk::NoInboxChildren, "a CREATE INBOX/x\r\n", "a OK", "a NO [CANNOT]");
    differs(Quirk::NoChildren, "a CREATE x\r\nb CREATE x/y\r\n", "b OK", "b NO [CANNOT]");
    differs(Quirk::FoldsCase, "a CREATE Sent\r\nb CREATE SENT\r\n", "b OK", "b NO [ALREADYEXISTS]");
    differs(Quirk::TrailingBlankDrops, "a CREATE \"x \"\r\n", "a OK", "* BYE");
    let server = server().quirk(Quirk::NoInboxChildren);
    server.account("ann").add_folder("INBOX/x");
    assert_eq!(say(&mut ann(&server), "a LIST \"\" *\r\n").matches("* LIST").count(), 1);
}
