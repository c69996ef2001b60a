//! What is offered is true, before and after the login, whatever is switched off.

use crate::talk::{ann, play, say, server};
use omm_testkit::imap::{Extension, MockImap};

fn offered(server: &MockImap) -> Vec<String> {
    let said = say(&mut ann(server), "a CAPABILITY\r\n");
    said.lines().next().unwrap_or_default().split(' ').skip(2).map(str::to_owned).collect()
}

#[test]
fn every_extension_is_offered_exactly_when_it_is_on() {
    for extension in Extension::all() {
        let name = extension.name().split(' ').next().unwrap_or_default().to_owned();
        // What concerns the way in is not offered to who is in; LITERAL+ makes LITERAL- needless.
        let shown = !name.starts_with("AUTH=") && !["", "STARTTLS", "LITERAL-"].contains(&name.as_str());
        let on = offered(&server().with(extension));
        assert_eq!(on.contains(&name), shown, "{extension:?} on: {on:?}");
        if extension != Extension::Login {
            let off = offered(&server().without(extension));
            assert!(!off.contains(&name), "{extension:?} off: {off:?}");
        }
    }
    let minus = offered(&server().without(Extension::LiteralPlus));
    assert!(minus.contains(&"LITERAL-".to_owned()));
}

#[test]
fn before_the_login_the_ways_in_are_offered() {
    let mut session = server().session();
    let greeting = String::from_utf8_lossy(&session.take_output()).into_owned();
    assert!(greeting.contains(" SASL-IR ") && greeting.contains(" AUTH=SCRAM-SHA-256"), "{greeting}");
    assert!(!greeting.contains("UIDPLUS") && !greeting.contains("STARTTLS"), "{greeting}");
    assert_eq!(offered(&server().plain()), ["IMAP4rev1"]);
}

#[test]
fn rev2_alone_has_its_own_ways() {
    let server = server().only([Extension::Imap4Rev2, Extension::Login]);
    play(
        &mut ann(&server),
        r#"
        C: a SELECT INBOX
        S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft odd)
        S: * 2 EXISTS
        S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft odd \*)] what stays
        S: * OK [UIDVALIDITY 1700000002] valid
        S: * OK [UIDNEXT 3] next
        S: * LIST () "/" "INBOX"
        S: a OK [READ-WRITE] yours
        C: b SEARCH UNSEEN
        S: * ESEARCH (TAG "b") ALL 2
        S: b OK searched
        C: c CHECK
        C: d LSUB "" *
        C: e STATUS INBOX (RECENT)
        S: c BAD unknown command
        S: d BAD unknown command
        S: e BAD unknown status item
        C: f UID MOVE 1 INBOX
        S: * OK [COPYUID 1700000002 1 3] moved
        S: * 1 EXPUNGE
        S: * 2 EXISTS
        S: f OK moved
        "#,
    );
}

#[test]
fn what_is_part_of_rev2_takes_it_away() {
    let on = offered(&server());
    assert!(on.contains(&"IMAP4rev2".to_owned()) && on.contains(&"MOVE".to_owned()));
    let off = offered(&server().without(Extension::Move));
    assert!(!off.contains(&"IMAP4rev2".to_owned()), "{off:?}");
    let other = offered(&server().without(Extension::Quota));
    assert!(other.contains(&"IMAP4rev2".to_owned()), "{other:?}");
}

#[test]
fn nonsense_is_bad_and_the_session_goes_on() {
    let mut session = ann(&server());
    for line in [
        "",
        "a",
        "+ NOOP",
        "a FROB",
        "a SELECT",
        "a SELECT \"x",
        "a LIST \"\"",
        "a FETCH 1 UID",
        "a NOOP x",
        "a UID",
        "a UID FROB",
    ] {
        let said = say(&mut session, &format!("{line}\r\n"));
        assert!(said.contains("BAD "), "{line:?}: {said}");
    }
    assert_eq!(say(&mut session, "b NOOP\r\n"), "b OK nothing done\r\n");
}

#[test]
fn id_is_answered() {
    let server = server().named("ready", "Domino");
    play(
        &mut ann(&server),
        r#"
        C: a ID ("name" "omm" "version" NIL)
        S: * ID ("name" "Domino")
        S: a OK pleased to meet you
        C: b ID NIL
        S: * ID ("name" "Domino")
        S: b OK pleased to meet you
        C: c ID ("name")
        S: c BAD pairs of field and value expected
        "#,
    );
}
