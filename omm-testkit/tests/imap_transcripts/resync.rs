//! CONDSTORE and QRESYNC (RFC 7162).

use crate::talk::{ann, in_inbox, play, say, server};
use omm_testkit::imap::Extension;

#[test]
fn condstore_counts_changes() {
    let server = server();
    play(
        &mut in_inbox(&server),
        r#"
        C: a FETCH 1:2 (FLAGS) (CHANGEDSINCE 2)
        S: * 2 FETCH (FLAGS (odd \Recent) MODSEQ (3))
        S: a OK fetched
        C: b STORE 1 (UNCHANGEDSINCE 2) +FLAGS.SILENT (x)
        S: * 1 FETCH (MODSEQ (4))
        S: b OK stored
        C: c STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (y)
        S: * 2 FETCH (MODSEQ (5))
        S: c OK [MODIFIED 1] not all
        C: d SEARCH MODSEQ 5
        S: * SEARCH 2 (MODSEQ 5)
        S: d OK searched
        C: e STATUS INBOX (HIGHESTMODSEQ)
        S: * STATUS "INBOX" (HIGHESTMODSEQ 5)
        S: e OK that is all
        "#,
    );
    let off = crate::talk::server().without(Extension::CondStore);
    let mut session = ann(&off);
    assert!(!say(&mut session, "a SELECT INBOX\r\n").contains("HIGHESTMODSEQ"));
    for command in [
        "FETCH 1 MODSEQ",
        "FETCH 1 FLAGS (CHANGEDSINCE 1)",
        "STORE 1 (UNCHANGEDSINCE 1) FLAGS ()",
        "SEARCH MODSEQ 1",
    ] {
        let said = say(&mut session, &format!("b {command}\r\n"));
        assert!(said.starts_with("b BAD "), "{command}: {said}");
    }
}

#[test]
fn an_equal_store_changes_nothing() {
    let server = server();
    let before = server.account("ann").messages("INBOX");
    say(&mut in_inbox(&server), "a STORE 1 +FLAGS (\\Seen)\r\nb STORE 2 FLAGS (ODD)\r\n");
    assert_eq!(server.account("ann").messages("INBOX"), before);
}

#[test]
fn qresync_tells_what_vanished() {
    let server = server();
    let account = server.account("ann");
    let folder = account.snapshot().remove(0);
    let (validity, modseq) = (folder.uid_validity, folder.highest_modseq);
    account.delete("INBOX", 1);
    account.set_flags("INBOX", 2, &["\\Flagged"]);
    let mut session = ann(&server);
    let early = say(&mut session, &format!("a SELECT INBOX (QRESYNC ({validity} {modseq}))\r\n"));
    assert!(early.starts_with("a BAD "), "not enabled: {early}");
    say(&mut session, "b ENABLE QRESYNC\r\n");
    for (parameters, told) in [
        (format!("({validity} {modseq})"), true),
        (format!("({validity} {modseq} 1:2 (1,2 1,2))"), true),
        (format!("({} {modseq})", validity - 1), false),
    ] {
        let said = say(&mut session, &format!("c SELECT INBOX (QRESYNC {parameters})\r\n"));
        assert_eq!(said.contains("* VANISHED (EARLIER) 1\r\n"), told, "{said}");
        assert_eq!(said.contains("* 1 FETCH (UID 2 FLAGS (\\Flagged"), told, "{said}");
    }
    assert!(say(&mut session, "d SELECT INBOX\r\n").starts_with("* OK [CLOSED]"));
    account.delete("INBOX", 2);
    play(
        &mut session,
        &format!(
            "
            C: e NOOP
            S: * VANISHED 2
            S: e OK nothing done
            C: f UID FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq} VANISHED)
            S: * VANISHED (EARLIER) 1:2
            S: f OK fetched
            "
        ),
    );
}
