//! LIST and its kin, CREATE, DELETE, RENAME, subscriptions, quota.

use crate::talk::{ann, play, say, server};
use omm_testkit::imap::{Extension, MockImap};

fn with_folders() -> MockImap {
    let server = server();
    let account = server.account("ann");
    account.special_use("Sent", "\\Sent").subscribe("Sent");
    account.add_folder("a/b").subscribe("a/b").no_select("hidden").subscribe("gone");
    server
}

#[test]
fn list_shows_what_is_there() {
    play(
        &mut ann(&with_folders()),
        r#"
        C: a LIST "" ""
        S: * LIST (\Noselect) "/" ""
        S: a OK that is the delimiter
        C: b LIST "" %
        S: * LIST (\HasNoChildren) "/" "INBOX"
        S: * LIST (\HasNoChildren \Sent) "/" "Sent"
        S: * LIST (\NonExistent \Noselect \HasChildren) "/" "a"
        S: * LIST (\Noselect \HasNoChildren) "/" "hidden"
        S: b OK listed
        C: c LIST (SUBSCRIBED) "" *
        S: * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent"
        S: * LIST (\HasNoChildren \Subscribed) "/" "a/b"
        S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "gone"
        S: c OK listed
        C: d LIST (SUBSCRIBED RECURSIVEMATCH) "" %
        S: * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent"
        S: * LIST (\NonExistent \HasChildren) "/" "a" ("CHILDINFO" ("SUBSCRIBED"))
        S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "gone"
        S: d OK listed
        C: e LIST "" (INBOX Sent) RETURN (SUBSCRIBED STATUS (MESSAGES))
        S: * LIST (\HasNoChildren) "/" "INBOX"
        S: * STATUS "INBOX" (MESSAGES 2)
        S: * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent"
        S: * STATUS "Sent" (MESSAGES 0)
        S: e OK listed
        C: f LSUB "" *
        S: * LSUB () "/" "Sent"
        S: * LSUB () "/" "a/b"
        S: * LSUB (\Noselect) "/" "gone"
        S: f OK listed
        C: g LIST (SPECIAL-USE) "" *
        S: * LIST (\HasNoChildren \Sent) "/" "Sent"
        S: g OK listed
        "#,
    );
}

#[test]
fn what_lists_can_do_is_switched_off_one_by_one() {
    let plain = || with_folders().without(Extension::Imap4Rev2);
    for (extension, command) in [
        (Extension::ListExtended, "LIST (SUBSCRIBED) \"\" *"),
        (Extension::ListExtended, "LIST \"\" * RETURN (CHILDREN)"),
        (Extension::ListStatus, "LIST \"\" * RETURN (STATUS (MESSAGES))"),
        (Extension::SpecialUse, "LIST (SPECIAL-USE) \"\" *"),
        (Extension::CreateSpecialUse, "CREATE x (USE (\\Junk))"),
        (Extension::StatusSize, "STATUS INBOX (SIZE)"),
        (Extension::CondStore, "STATUS INBOX (HIGHESTMODSEQ)"),
        (Extension::ObjectId, "STATUS INBOX (MAILBOXID)"),
        (Extension::Quota, "GETQUOTAROOT INBOX"),
        (Extension::Enable, "ENABLE CONDSTORE"),
        (Extension::Idle, "IDLE"),
        (Extension::Compress, "COMPRESS DEFLATE"),
    ] {
        let on = say(&mut ann(&plain()), &format!("a {command}\r\n"));
        assert!(on.contains("a OK ") || on.starts_with("+ "), "{command}: {on}");
        let off = say(&mut ann(&plain().without(extension)), &format!("a {command}\r\n"));
        assert!(off.contains("a BAD "), "{command} without: {off}");
    }
}

#[test]
fn folders_come_and_go() {
    let server = with_folders().refuse_name("forbidden");
    play(
        &mut ann(&server),
        r#"
        C: a CREATE Sent
        S: a NO [ALREADYEXISTS] there is one
        C: b CREATE Junk/ (USE (\Junk))
        S: b OK [MAILBOXID (M5)] created
        C: c CREATE "a forbidden one"
        S: c NO [CANNOT] this name is not allowed
        C: d CREATE x//y
        S: d NO [CANNOT] not a name
        C: e RENAME a z
        S: e OK renamed
        C: f LIST "" z*
        S: * LIST (\NonExistent \Noselect \HasChildren) "/" "z"
        S: * LIST (\HasNoChildren) "/" "z/b"
        S: f OK listed
        C: g DELETE INBOX
        S: g NO [CANNOT] INBOX stays
        C: h RENAME INBOX old
        S: h OK renamed
        C: i STATUS old (MESSAGES UIDNEXT)
        S: * STATUS "old" (MESSAGES 2 UIDNEXT 3)
        S: i OK that is all
        C: j DELETE old
        S: j OK deleted
        C: k STATUS old (MESSAGES)
        S: k NO [NONEXISTENT] no such mailbox
        C: l SUBSCRIBE z/b
        C: m UNSUBSCRIBE Sent
        S: l OK subscribed
        S: m OK unsubscribed
        C: n CREATE Entw&APw-rfe
        S: n OK [MAILBOXID (M7)] created
        C: o CREATE &AGE-
        S: o NO [CANNOT] not a valid mailbox name
        "#,
    );
    let account = server.account("ann");
    assert_eq!(account.subscriptions(), ["a/b", "gone", "z/b"]);
    let names: Vec<String> = account.snapshot().into_iter().map(|folder| folder.name).collect();
    assert_eq!(names, ["INBOX", "Sent", "z/b", "hidden", "Junk", "Entwürfe"]);
    assert_eq!(account.snapshot()[4].special_use, ["\\Junk"]);
}

#[test]
fn prefix_and_delimiter_are_told_and_kept() {
    let server = server().delimiter(Some('.')).prefix("INBOX.");
    play(
        &mut ann(&server),
        r#"
        C: a NAMESPACE
        S: * NAMESPACE (("INBOX." ".")) NIL NIL
        S: a OK that is all
        C: b CREATE Sent
        S: b NO [NOPERM] outside the personal namespace
        C: c CREATE INBOX.Sent
        S: c OK [MAILBOXID (M2)] created
        C: d LIST "" inbox.%
        S: d OK listed
        C: e LIST "" INBOX.%
        S: * LIST (\HasNoChildren) "." "INBOX.Sent"
        S: e OK listed
        "#,
    );
    let flat = server.delimiter(None);
    assert!(say(&mut ann(&flat), "a LIST \"\" \"\"\r\n").starts_with("* LIST (\\Noselect) NIL \"\""));
}

#[test]
fn a_generated_mailbox_is_filled_in() {
    let server = MockImap::new().delimiter(Some('.')).prefix("INBOX.").user("ann", "secret");
    server.account("ann").fill(&omm_testkit::mailbox::small(1));
    let snapshot = server.account("ann").snapshot();
    let shown: Vec<(&str, usize)> =
        snapshot.iter().map(|folder| (folder.name.as_str(), folder.messages.len())).collect();
    assert_eq!(shown, [("INBOX", 3), ("INBOX.a/b_ c", 3), ("INBOX.a/b_ c.رسائل", 1)]);
}

#[test]
fn quota_is_told_and_kept() {
    let server = server();
    server.account("ann").quota(2048);
    play(
        &mut ann(&server),
        r#"
        C: a GETQUOTAROOT INBOX
        S: * QUOTAROOT "INBOX" "User quota"
        S: * QUOTA "User quota" (STORAGE 1 2)
        S: a OK that is all
        C: b GETQUOTA "User quota"
        S: * QUOTA "User quota" (STORAGE 1 2)
        S: b OK that is all
        "#,
    );
    let message = "x".repeat(2040);
    let answer = say(&mut ann(&server), &format!("a APPEND INBOX {{2040+}}\r\n{message}\r\n"));
    assert_eq!(answer, "a NO [OVERQUOTA] Quota exceeded\r\n");
}

#[test]
fn names_are_utf8_for_those_who_enabled_it() {
    let server = server();
    server.account("ann").add_folder("Entwürfe");
    for enable in ["UTF8=ACCEPT", "IMAP4rev2"] {
        let mut session = ann(&server);
        assert!(say(&mut session, "a LIST \"\" Ent*\r\n").contains("\"Entw&APw-rfe\""));
        assert!(
            say(&mut session, &format!("b ENABLE {enable}\r\n"))
                .starts_with(&format!("* ENABLED {enable}\r\n"))
        );
        assert!(say(&mut session, "c LIST \"\" Ent*\r\n").contains("\"Entwürfe\""));
        assert!(say(&mut session, "d STATUS \"Entwürfe\" (MESSAGES)\r\n").contains("d OK"));
    }
}
