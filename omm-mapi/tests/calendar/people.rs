//! Who takes part, and what was answered.

use crate::support::{Bag, converted, lines, text, time};
use omm_mapi::{
    StoredMessage,
    property::{Properties, Value, named::PSETID_APPOINTMENT},
};

fn recipient(name: &str, address: &str) -> Properties {
    Bag::default()
        .id(0x3001, text(name))
        .id(0x3003, text(address))
        .id(0x0C15, Value::Integer32(1))
        .id(0x5FFF, Value::Integer32(0))
        .done()
}

fn meeting(response: Option<i32>, owner: (u16, &str), recipients: Vec<Properties>) -> StoredMessage {
    let mut bag = Bag::default()
        .id(0x001A, text("IPM.Appointment"))
        .id(0x0065, text("anna@example.org"))
        .id(owner.0, text(owner.1))
        .named(PSETID_APPOINTMENT, 0x8217, Value::Integer32(3))
        .named(PSETID_APPOINTMENT, 0x820D, time("2024-07-01T07:00:00"))
        .named(PSETID_APPOINTMENT, 0x820E, time("2024-07-01T08:00:00"));
    if let Some(response) = response {
        bag = bag.named(PSETID_APPOINTMENT, 0x8218, Value::Integer32(response));
    }
    StoredMessage { properties: bag.done(), recipients, ..Default::default() }
}

/// What PidLidResponseStatus says of the owner of a mailbox ([MS-OXOCAL] §2.2.1.11), and how the owner is known.
#[test]
fn the_owners_own_answer_is_among_the_answers() {
    const REPRESENTING_SMTP: (u16, &str) = (0x5D08, "BEN@example.org");
    let other = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE";
    for (response, owner, expected) in [
        (Some(2), REPRESENTING_SMTP, "PARTSTAT=TENTATIVE"),
        (Some(3), REPRESENTING_SMTP, "PARTSTAT=ACCEPTED"),
        (Some(4), REPRESENTING_SMTP, "PARTSTAT=DECLINED"),
        (Some(5), REPRESENTING_SMTP, other),
        (Some(0), REPRESENTING_SMTP, "PARTSTAT=NEEDS-ACTION"),
        (None, REPRESENTING_SMTP, other),
        (Some(3), (0x5D07, "ben@example.org"), "PARTSTAT=ACCEPTED"),
        (Some(3), (0x0078, "ben@example.org"), "PARTSTAT=ACCEPTED"),
        (Some(3), (0x0076, "ben@example.org"), "PARTSTAT=ACCEPTED"),
        // In the address book of Exchange alone.
        (Some(3), (0x0044, "Ben"), "PARTSTAT=ACCEPTED"),
        (Some(3), (0x5D08, "dora@example.org"), other),
    ] {
        let people = vec![recipient("Ben", "ben@example.org"), recipient("Cleo", "cleo@example.org")];
        let text = converted(&meeting(response, owner, people)).0;
        let found = lines(&text);
        for (who, expected) in [("Ben;mailto:ben", expected), ("Cleo;mailto:cleo", other)] {
            let (name, address) = who.split_once(';').unwrap();
            let line = format!("ATTENDEE;ROLE=REQ-PARTICIPANT;{expected};CN={name}:{address}@example.org");
            assert!(found.contains(&line), "{response:?} {owner:?}: {line}\n{text}");
        }
    }
}

#[test]
fn people_who_are_left_out_are_counted() {
    let many = (0..10_003).map(|at| recipient("Ben", &format!("ben{at}@example.org"))).collect();
    let losses = converted(&meeting(None, (0x5D08, "a@example.org"), many)).1;
    assert_eq!(losses, ["3 of its people are more than one item may have: they are left out"]);
}
