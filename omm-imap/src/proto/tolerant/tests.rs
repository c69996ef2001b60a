use super::{super::*, *};
use chrono::DateTime;

fn read(line: &[u8]) -> Response {
    let mut scan = Scan::new(line, &[], 1);
    untagged(&mut scan).unwrap_or_else(|| panic!("unreadable: {}", line.escape_ascii()))
}

fn fetched(items: &str) -> Fetched {
    match read(format!("* 7 FETCH ({items})").as_bytes()) {
        Response::Fetch(fetched) => fetched,
        other => panic!("{other:?}"),
    }
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text.as_bytes()).expect("a set")
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn fetch_metadata() {
    let date = |text| DateTime::parse_from_rfc3339(text).ok();
    let bare = Fetched { sequence: 7, ..Fetched::default() };
    for (items, expected) in [
        (
            "UID 12 RFC822.SIZE 5000000000",
            Fetched { uid: Some(12), size: Some(5_000_000_000), ..bare.clone() },
        ),
        ("RFC822.SIZE -3 UID 1", Fetched { uid: Some(1), ..bare.clone() }),
        (
            "FLAGS (\\Seen $Junk [odd] \u{fc} NonJunk) UID 1",
            Fetched {
                uid: Some(1),
                flags: Some(strings(&["\\Seen", "$Junk", "[odd]", "\u{fc}", "NonJunk"])),
                ..bare.clone()
            },
        ),
        ("FLAGS ( ) ", Fetched { flags: Some(vec![]), ..bare.clone() }),
        (
            "INTERNALDATE \" 1-Jan-2024 10:11:12 +0130\"",
            Fetched { internal_date: date("2024-01-01T10:11:12+01:30"), ..bare.clone() },
        ),
        (
            "INTERNALDATE \"1-jan-2024 10:11:60 -0500\"",
            Fetched { internal_date: date("2024-01-01T10:11:59-05:00"), ..bare.clone() },
        ),
        ("INTERNALDATE \"00-Jan-0000 00:00:00 +0000\"", bare.clone()),
        ("INTERNALDATE \"01-Jan-2024 10:11:12 +9900\"", bare.clone()),
        ("INTERNALDATE NIL", bare.clone()),
        (
            "MODSEQ (99) X-NEW (a (\"b)\" {2}\r\n)) c)) UID 3",
            Fetched { mod_seq: Some(99), uid: Some(3), ..bare.clone() },
        ),
        ("MODSEQ 98", Fetched { mod_seq: Some(98), ..bare.clone() }),
        (
            "EMAILID (M1) THREADID NIL SAVEDATE \"x\" PREVIEW NIL",
            Fetched { email_id: Some("M1".to_owned()), ..bare.clone() },
        ),
        (
            "X-GM-THRID 5 X-GM-MSGID 18446744073709551615 X-GM-LABELS (\"\\\\Inbox\" \\Sent &APw- \"a b\" {1}\r\n\")",
            Fetched {
                gm_thrid: Some(5),
                gm_msgid: Some(u64::MAX),
                gm_labels: Some(vec![
                    b"\\Inbox".to_vec(),
                    b"\\Sent".to_vec(),
                    b"&APw-".to_vec(),
                    b"a b".to_vec(),
                    b"\"".to_vec(),
                ]),
                ..bare.clone()
            },
        ),
        (
            "BODY[HEADER.FIELDS (\"Message-ID\")] {4}\r\na\0\r\n UID 9",
            Fetched {
                uid: Some(9),
                sections: vec![("HEADER.FIELDS (MESSAGE-ID)".to_owned(), Some(b"a\0\r\n".to_vec()))],
                ..bare.clone()
            },
        ),
        (
            "BODY[]<5> \"q\" BODY[1.MIME] NIL BODY (\"TEXT\" NIL) BINARY.SIZE[1] 5 BODYSTRUCTURE (((x)) y)",
            Fetched {
                origin: Some(5),
                sections: vec![(String::new(), Some(b"q".to_vec())), ("1.MIME".to_owned(), None)],
                ..bare.clone()
            },
        ),
    ] {
        assert_eq!(fetched(items), expected, "{items}");
    }
}

#[test]
fn a_streamed_literal_is_known_by_its_place() {
    let line = b"* 1 FETCH (BODY[] {0}\r\n BODY[1] {0}\r\n UID 5)";
    let Some(Response::Fetch(one)) = untagged(&mut Scan::new(line, &[18], 1)) else { panic!("no fetch") };
    assert!(one.streamed);
    assert_eq!(one.sections, [("1".to_owned(), Some(vec![]))]);
    assert_eq!(one.uid, Some(5));
}

#[test]
fn lists() {
    let entry = |attributes: &[&str], delimiter, name: &[u8]| {
        Response::List(ListEntry { attributes: strings(attributes), delimiter, name: name.to_vec() })
    };
    for (line, expected) in [
        (
            &b"* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\""[..],
            entry(&["\\HasNoChildren", "\\Sent"], Some('/'), b"Sent Items"),
        ),
        (b"* LIST () \"\\\\\" \"a\\\\b\\\"c\"", entry(&[], Some('\\'), b"a\\b\"c")),
        // Domino.
        (b"* LIST () \"\\\\\" \"a\\b\"", entry(&[], Some('\\'), b"a\\b")),
        (b"* LIST (\\Noselect) NIL INBOX", entry(&["\\Noselect"], None, b"INBOX")),
        (b"* LIST () \".\" Sent Items", entry(&[], Some('.'), b"Sent Items")),
        (b"* LIST () \".\" Entw\xfcrfe", entry(&[], Some('.'), b"Entw\xfcrfe")),
        (b"* LIST () \"/\" {3}\r\na\"b", entry(&[], Some('/'), b"a\"b")),
        (b"* LIST () \"/\" {2}\r\nab (\"CHILDINFO\" (\"SUBSCRIBED\"))", entry(&[], Some('/'), b"ab")),
        (b"* LIST () \"/\" ab (\"OLDNAME\" (\"c\"))", entry(&[], Some('/'), b"ab")),
        (b"* LIST () \"/\" a (b)", entry(&[], Some('/'), b"a (b)")),
        (b"* LIST (\\Noselect) \"/\" \"\"", entry(&["\\Noselect"], Some('/'), b"")),
        (b"* XLIST (\\Inbox) \"/\" \"x\"", entry(&["\\Inbox"], Some('/'), b"x")),
    ] {
        assert_eq!(read(line), expected, "{}", line.escape_ascii());
    }
}

#[test]
fn status_of_mailboxes() {
    let bare = StatusOf { name: b"a b".to_vec(), ..StatusOf::default() };
    for (line, expected) in [
        (
            "* STATUS \"a b\" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5 HIGHESTMODSEQ 6 SIZE 7 X (y) UNSEEN 0)",
            StatusOf {
                messages: Some(3),
                uid_next: Some(4),
                uid_validity: Some(5),
                highest_mod_seq: Some(6),
                size: Some(7),
                ..bare.clone()
            },
        ),
        ("* STATUS a b (MESSAGES 3)", StatusOf { messages: Some(3), ..bare.clone() }),
        (
            "* STATUS {3}\r\na b (MAILBOXID (F1) APPENDLIMIT NIL) ",
            StatusOf { mailbox_id: Some("F1".to_owned()), append_limit: Some(None), ..bare.clone() },
        ),
        ("* STATUS \"a b\" (APPENDLIMIT 10 )", StatusOf { append_limit: Some(Some(10)), ..bare.clone() }),
        ("* STATUS \"a b\" ()", bare.clone()),
    ] {
        assert_eq!(read(line.as_bytes()), Response::StatusOf(expected), "{line}");
    }
}

#[test]
fn sets_of_messages() {
    let search = |all: &str| Search {
        all: if all.is_empty() { UidSet::default() } else { uids(all) },
        ..Search::default()
    };
    for (line, expected) in [
        ("* SEARCH", Response::Search(search(""))),
        ("* SEARCH 1 2 3 9 ", Response::Search(search("1:3,9"))),
        ("* SEARCH 2 (MODSEQ 917)", Response::Search(Search { mod_seq: Some(917), ..search("2") })),
        (
            "* ESEARCH (TAG \"a1\") UID MIN 2 MAX 9 COUNT 4 ALL 2,7:9 MODSEQ 5 PARTIAL (1:2 3)",
            Response::Search(Search {
                min: Some(2),
                max: Some(9),
                count: Some(4),
                mod_seq: Some(5),
                ..search("2,7:9")
            }),
        ),
        ("* ESEARCH (TAG \"a1\") UID", Response::Search(search(""))),
        ("* VANISHED (EARLIER) 41,43:116", Response::Vanished { earlier: true, uids: uids("41,43:116") }),
        ("* VANISHED 5", Response::Vanished { earlier: false, uids: uids("5") }),
    ] {
        assert_eq!(read(line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn about_server_and_account() {
    let id = |fields: &[(&str, Option<&str>)]| {
        Response::Id(
            fields.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect(),
        )
    };
    let namespace = |prefix: &str, delimiter| Namespace { prefix: prefix.as_bytes().to_vec(), delimiter };
    for (line, expected) in [
        ("* CAPABILITY IMAP4rev1  IDLE ", Response::Capability(strings(&["IMAP4rev1", "IDLE"]))),
        ("* ENABLED", Response::Enabled(vec![])),
        ("* ID NIL", id(&[])),
        ("* ID (\"name\" \"Dovecot\" \"version\" NIL )", id(&[("name", Some("Dovecot")), ("version", None)])),
        (
            "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-P\" (\"a\"))) NIL ((\"Shared.\" \".\"))",
            Response::Namespace(Namespaces {
                personal: vec![namespace("", Some('/')), namespace("#mh/", Some('/'))],
                other_users: vec![],
                shared: vec![namespace("Shared.", Some('.'))],
            }),
        ),
        (
            "* QUOTA \"\" (STORAGE 10 512 message 1 5)",
            Response::Quota {
                root: String::new(),
                resources: vec![
                    QuotaResource { name: "STORAGE".to_owned(), used: 10, limit: 512 },
                    QuotaResource { name: "MESSAGE".to_owned(), used: 1, limit: 5 },
                ],
            },
        ),
        (
            "* QUOTAROOT INBOX \"\" a",
            Response::QuotaRoot { mailbox: "INBOX".to_owned(), roots: strings(&["", "a"]) },
        ),
        ("* FLAGS (\\Seen a)", Response::Flags(strings(&["\\Seen", "a"]))),
        ("* 5 EXISTS ", Response::Exists(5)),
        ("* 0 RECENT", Response::Recent(0)),
        ("* 4294967295 EXPUNGE", Response::Expunge(u32::MAX)),
    ] {
        assert_eq!(read(line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn codes() {
    let other =
        |name: &str, arguments: &str| Code::Other { name: name.to_owned(), arguments: arguments.to_owned() };
    for (text, code, shown) in [
        ("[UIDVALIDITY 5] ok", Some(Code::UidValidity(5)), "ok"),
        (
            "[PERMANENTFLAGS (\\Seen [x] \\*)] Limited",
            Some(Code::PermanentFlags(strings(&["\\Seen", "[x]", "\\*"]))),
            "Limited",
        ),
        ("[APPENDUID 1 2:3,9] a", Some(Code::AppendUid { uid_validity: 1, uids: uids("2:3,9") }), "a"),
        ("[APPENDUID 1 0]", Some(other("APPENDUID", "1 0")), ""),
        (
            "[COPYUID 1 4,2 7:8] a",
            Some(Code::CopyUid { uid_validity: 1, from: uids("4,2"), to: uids("7:8") }),
            "a",
        ),
        ("[MODIFIED 7,9]", Some(Code::Modified(uids("7,9"))), ""),
        ("[MAILBOXID (F2)] x", Some(Code::MailboxId("F2".to_owned())), "x"),
        ("[capability IMAP4rev1 X] hi", Some(Code::Capability(strings(&["IMAP4rev1", "X"]))), "hi"),
        ("[REFERRAL imap://x/;y=[z]] a", Some(other("REFERRAL", "imap://x/;y=[z")), "] a"),
        ("[BADCHARSET (\"a]b\" c)] t", Some(other("BADCHARSET", "(\"a]b\" c)")), "t"),
        ("[ALERT] voll", Some(other("ALERT", "")), "voll"),
        ("[THROTTLED", None, "[THROTTLED"),
        ("[] x", Some(other("", "")), "x"),
        ("", None, ""),
    ] {
        let status = answer(format!(" NO {text}").as_bytes());
        assert_eq!((status.code, status.text.as_str()), (code, shown), "{text}");
    }
    assert_eq!(answer(b" NO Bo\xeete pleine").text, "Bo\u{fffd}te pleine");
}

#[test]
fn garbage_costs_only_itself() {
    for line in [
        &b"*"[..],
        b"* ",
        b"* WHAT is this",
        b"* 99999999999 EXISTS",
        b"* 1 FETCH",
        b"* 1 FETCH UID 5",
        b"* 1 FETCH (UID x)",
        b"* 1 FETCH (BODY[] {9}\r\nab)",
        b"* 1 FETCH (BODY[",
        b"* 1 FETCH (\"",
        b"* LIST",
        b"* LIST ( NIL",
        b"* STATUS",
        b"* SEARCH a",
        b"* VANISHED *",
        b"* ID x",
        b"* NAMESPACE x",
        b"* 1 FETCH (((((",
    ] {
        assert_eq!(untagged(&mut Scan::new(line, &[], 1)), None, "{}", line.escape_ascii());
    }
}
