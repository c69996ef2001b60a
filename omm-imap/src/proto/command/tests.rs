use super::{super::UidSet, append::internal_date, *};
use chrono::DateTime;
use imap_codec::{CommandCodec, decode::Decoder};

const PLAIN: Dialect = Dialect { literals: Literals::Synchronising, utf8: false };
const MODERN: Dialect = Dialect { literals: Literals::Plus, utf8: true };

/// As on the wire, bodies as dots.
fn wire(command: &Command) -> Vec<u8> {
    let plus = |mode| if mode == LiteralMode::NonSynchronising { "+" } else { "" };
    let mut wire = Vec::new();
    for part in &command.parts {
        match part {
            Part::Text(text) => wire.extend_from_slice(text),
            Part::Literal { bytes, mode } => {
                wire.extend_from_slice(format!("{{{}{}}}\r\n", bytes.len(), plus(*mode)).as_bytes());
                wire.extend_from_slice(bytes);
            }
            Part::Body { len, mode, literal8, .. } => {
                let eight = if *literal8 { "~" } else { "" };
                wire.extend_from_slice(format!("{eight}{{{len}{}}}\r\n", plus(*mode)).as_bytes());
                wire.extend(std::iter::repeat_n(b'.', usize::try_from(*len).expect("a small body")));
            }
        }
    }
    wire
}

fn shown(command: &Command) -> String {
    wire(command).escape_ascii().to_string().replace("\\\"", "\"")
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text.as_bytes()).expect("a set")
}

/// Whether another implementation understands it.
fn is_understood(command: &Command) -> bool {
    let line = [&b"a1 "[..], &wire(command), b"\r\n"].concat();
    matches!(CommandCodec::default().decode(&line), Ok((rest, _)) if rest.is_empty())
}

#[test]
fn commands_that_another_implementation_knows() {
    let date = DateTime::parse_from_rfc3339("2024-01-02T03:04:05-07:30").ok();
    let message = AppendMessage { flags: &["\\Seen", "$A"], received: date, len: 3, wrapper: Wrapper::Plain };
    for (command, expected) in [
        (capability(), "CAPABILITY"),
        (logout(), "LOGOUT"),
        (namespace(), "NAMESPACE"),
        (compress_deflate(), "COMPRESS DEFLATE"),
        (enable(&["CONDSTORE", "UTF8=ACCEPT"]), "ENABLE CONDSTORE UTF8=ACCEPT"),
        (id(&[], PLAIN), "ID NIL"),
        (id(&[("name", "OMM"), ("version", "1")], PLAIN), "ID (\"name\" \"OMM\" \"version\" \"1\")"),
        (login("ann", "p\"w\\", PLAIN), "LOGIN \"ann\" \"p\\\\\"w\\\\\\\\\""),
        (login("ann", "pä", PLAIN), "LOGIN \"ann\" {3}\\r\\np\\xc3\\xa4"),
        (authenticate("PLAIN", None), "AUTHENTICATE PLAIN"),
        (authenticate("PLAIN", Some("AGEAYg==")), "AUTHENTICATE PLAIN AGEAYg=="),
        (authenticate("EXTERNAL", Some("")), "AUTHENTICATE EXTERNAL ="),
        (list(b"*", PLAIN), "LIST \"\" \"*\""),
        (lsub(b"%", PLAIN), "LSUB \"\" \"%\""),
        (status(b"a b", &["MESSAGES", "UIDNEXT"], PLAIN), "STATUS \"a b\" (MESSAGES UIDNEXT)"),
        (select(b"INBOX", Open::ReadWrite, false, PLAIN), "SELECT \"INBOX\""),
        (select(b"M\xfc", Open::ReadOnly, true, PLAIN), "EXAMINE {2}\\r\\nM\\xfc (CONDSTORE)"),
        (unselect(), "UNSELECT"),
        (close(), "CLOSE"),
        (create(b"a", None, PLAIN), "CREATE \"a\""),
        (delete(b"a", PLAIN), "DELETE \"a\""),
        (subscribe(b"a", PLAIN), "SUBSCRIBE \"a\""),
        (unsubscribe(b"a", PLAIN), "UNSUBSCRIBE \"a\""),
        (uid_fetch(&uids("1,3:5"), "UID FLAGS", None, false), "UID FETCH 1,3:5 (UID FLAGS)"),
        (uid_fetch(&uids("1"), "BODY.PEEK[]", Some(7), false), "UID FETCH 1 (BODY.PEEK[]) (CHANGEDSINCE 7)"),
        (uid_fetch_text("17:*", "FLAGS", Some(7), true), "UID FETCH 17:* (FLAGS) (CHANGEDSINCE 7 VANISHED)"),
        (uid_search(None, "UNDELETED"), "UID SEARCH UNDELETED"),
        (
            uid_store(&uids("1:2"), None, FlagChange::Add, &["\\Seen", "$A"]),
            "UID STORE 1:2 +FLAGS.SILENT (\\\\Seen $A)",
        ),
        (
            uid_store(&uids("1"), Some(9), FlagChange::Remove, &["a b", "\\Seen"]),
            "UID STORE 1 (UNCHANGEDSINCE 9) -FLAGS.SILENT (\\\\Seen)",
        ),
        (expunge(), "EXPUNGE"),
        (uid_expunge(&uids("1:3")), "UID EXPUNGE 1:3"),
        (get_quota_root(b"INBOX", PLAIN), "GETQUOTAROOT \"INBOX\""),
        (
            append(b"a", &[message], MODERN),
            "APPEND \"a\" (\\\\Seen $A) \" 2-Jan-2024 03:04:05 -0730\" {3+}\\r\\n...",
        ),
        (
            append(
                b"a",
                &[AppendMessage {
                    flags: &["\\Recent"],
                    received: None,
                    wrapper: Wrapper::Literal8,
                    ..message
                }],
                PLAIN,
            ),
            "APPEND \"a\" ~{3}\\r\\n...",
        ),
    ] {
        assert_eq!(shown(&command), expected);
        assert!(is_understood(&command), "{expected}");
    }
}

#[test]
fn commands_that_it_does_not_know() {
    let message = AppendMessage { flags: &[], received: None, len: 2, wrapper: Wrapper::Plain };
    let utf8 = AppendMessage { flags: &["a"], wrapper: Wrapper::Utf8, ..message };
    let status = ListReturn::Status(vec!["MESSAGES".to_owned(), "UIDNEXT".to_owned()]);
    for (command, expected) in [
        (start_tls(), "STARTTLS"),
        (
            list_extended(&[b"*"], &[ListReturn::SpecialUse, ListReturn::Subscribed, status], PLAIN),
            "LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED STATUS (MESSAGES UIDNEXT))",
        ),
        (list_extended(&[b"a", b"b"], &[], PLAIN), "LIST \"\" (\"a\" \"b\")"),
        (create(b"a", Some("\\Sent"), PLAIN), "CREATE \"a\" (USE (\\\\Sent))"),
        (uid_search(Some("ALL"), "ALL"), "UID SEARCH RETURN (ALL) ALL"),
        (append(b"a", &[message, message], MODERN), "APPEND \"a\" {2+}\\r\\n.. {2+}\\r\\n.."),
        (append("ä".as_bytes(), &[utf8], MODERN), "APPEND \"\\xc3\\xa4\" (a) UTF8 (~{2+}\\r\\n..)"),
    ] {
        assert_eq!(shown(&command), expected);
    }
}

#[test]
fn bodies_are_numbered_by_message() {
    let message = AppendMessage { flags: &[], received: None, len: 5000, wrapper: Wrapper::Plain };
    let minus = Dialect { literals: Literals::Minus, utf8: false };
    let command = append(b"a", &[message, AppendMessage { len: 4096, ..message }], minus);
    let bodies: Vec<&Part> = command.parts.iter().filter(|part| matches!(part, Part::Body { .. })).collect();
    let body = |index, len, mode| Part::Body { index, len, mode, literal8: false };
    // RFC 7888 §5: LITERAL- ends at 4096.
    let expected = [body(0, 5000, LiteralMode::Synchronising), body(1, 4096, LiteralMode::NonSynchronising)];
    assert_eq!(bodies, expected.iter().collect::<Vec<_>>());
}

#[test]
fn strings_that_cannot_be_quoted_are_literals() {
    let long = "x".repeat(1025);
    for text in ["a\rb", "a\nb", "ä", &long] {
        let command = subscribe(text.as_bytes(), PLAIN);
        assert!(
            matches!(&command.parts[1], Part::Literal { bytes, .. } if bytes[..] == *text.as_bytes()),
            "{text}"
        );
    }
    // 8-bit, and no UTF-8.
    assert!(matches!(subscribe(b"\xfc", MODERN).parts[1], Part::Literal { .. }));
    assert_eq!(shown(&subscribe(b"", PLAIN)), "SUBSCRIBE \"\"");
}

#[test]
fn flags_that_break_a_command_are_not_sent() {
    for flag in ["\\Seen", "$Forwarded", "a[b", "NonJunk", "\\X-Own"] {
        assert!(is_sendable_flag(flag), "{flag}");
    }
    for flag in [
        "",
        "\\",
        "\\Recent",
        "\\recent",
        "a b",
        "a)",
        "[x]",
        "ä",
        "a\r\nx1 LOGOUT",
        "\\*",
        "a{1}",
        "a\"",
        "\\\\a",
    ] {
        assert!(!is_sendable_flag(flag), "{flag}");
    }
}

#[test]
fn dates_as_they_were() {
    for (date, expected) in [
        ("2024-12-31T23:59:59+00:00", Some("31-Dec-2024 23:59:59 +0000")),
        ("1970-01-01T00:00:00+05:45", Some(" 1-Jan-1970 00:00:00 +0545")),
        ("0099-01-01T00:00:00-00:30", Some(" 1-Jan-0099 00:00:00 -0030")),
    ] {
        let date = DateTime::parse_from_rfc3339(date).expect("a date");
        assert_eq!(internal_date(&date).as_deref(), expected);
    }
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC.fixed_offset();
    assert_eq!(internal_date(&far), None);
}

#[test]
fn secrets_are_not_shown() {
    for command in
        [login("ann", "canary", PLAIN), login("ann", "canäry", PLAIN), authenticate("PLAIN", Some("canary"))]
    {
        let mut client =
            super::super::Client::new(super::super::Limits { response_bytes: 1, kept_literal_bytes: 1 });
        let shown = format!("{command:?} {command:#?} {:?}", command.parts);
        assert!(command.secret && !shown.contains("can") && !shown.contains("99, 97, 110"), "{shown}");
        client.submit(command);
        client.answer(b"canary");
        let shown = format!("{client:?}");
        assert!(!shown.contains("can"), "{shown}");
        client.due();
        assert!(!format!("{client:?}").contains("can"));
    }
}
