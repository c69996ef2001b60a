//! Whose meetings those of a calendar are: what its owner answered tells it, and all the addresses of the owner.

use crate::{
    items::agenda,
    world::{ANN, destination_of, server, source_of},
};
use omm_core::{engine::Migration, model::ItemKind, report::Report};
use omm_testkit::{
    ews::{EwsAct, EwsFault, MockEws},
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};

const DOMAIN: &str = "EXAMPLE\\ann";
const ALIAS: &str = "ann.smith@mail.example.com";

fn into(server: &MockEws, login: &str, inside: &str) -> Report {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:a@b.example\r\n\
         DTSTAMP:20250101T000000Z\r\nDTSTART:20250701T093000Z\r\nSUMMARY:Talk\r\n\
         ATTENDEE:mailto:guest@far.example\r\n{inside}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let folder = MailboxFolder::new(agenda(), ItemKind::Event);
    let folder = folder.with_items([MailboxItem::new(ItemKind::Event, text)]);
    let (runtime, from) =
        (SimRuntime::new(), MemoryAccount::new().holding(&Mailbox { folders: vec![folder] }));
    let (to, env) = sim::run(&runtime, destination_of(server.clone(), login, &runtime, 443));
    let migration = Migration::new(from.source(), to, MemoryJournal::new().shared(), env);
    let report = sim::run(&runtime, migration.run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    report
}

/// Its user, another one whose name begins like hers, and her second address.
fn offices() -> MockEws {
    let server = server().shared_mailbox("annabel@example.com");
    server.mailbox(ANN).alias(ALIAS);
    server
}

/// Kills: cancellations in the owner's name of what others asked for; meetings of the owner's that she cannot change any more.
#[test]
fn a_meeting_is_of_whoever_asked_for_it() {
    let old = "ORGANIZER:mailto:ann@old.example\r\n";
    let own = format!("ORGANIZER:mailto:{ANN}\r\n");
    let alias = format!("ORGANIZER:MAILTO:{ALIAS}\r\n");
    let boss = "ORGANIZER:mailto:boss@far.example\r\n";
    let annabel = "ORGANIZER:mailto:annabel@example.com\r\n";
    let answered = |organizer: &str, answer: &str| format!("{organizer}X-OMM-RESPONSE:{answer}\r\n");
    for (login, inside, received) in [
        (DOMAIN, own.clone(), false),
        (DOMAIN, alias.clone(), false),
        (DOMAIN, boss.to_owned(), true),
        (DOMAIN, annabel.to_owned(), true),
        (ANN, own.clone(), false),
        (ANN, alias, false),
        (ANN, annabel.to_owned(), true),
        (ALIAS, own.clone(), false),
        // Another domain than before: what she answered goes with it, and what tells nothing is nobody's to cancel.
        (ANN, answered(old, "ORGANIZED"), false),
        (ANN, answered(&own, "ACCEPTED"), true),
        (ANN, answered("", "ACCEPTED"), true),
        (ANN, old.to_owned(), true),
        (ANN, String::new(), false),
    ] {
        let server = offices();
        into(&server, login, &inside);
        let item = &server.mailbox(ANN).items("calendar")[0];
        let state = item.text("AppointmentState");
        let expected = if received { "3" } else { "1" };
        assert_eq!(state, Some(expected), "{login} {inside}");
    }
}

/// Kills: a meeting that is the owner's because nobody could say who the owner is.
#[test]
fn of_an_owner_who_is_not_known_it_is_another_s() {
    let nobody = EwsAct::Code(None, "ErrorNameResolutionNoResults".to_owned());
    let server = server().fault(EwsFault::at("ResolveNames", 1, nobody).always());
    let report = into(&server, DOMAIN, "ORGANIZER:mailto:boss@far.example\r\n");
    assert_eq!(server.mailbox(ANN).items("calendar")[0].text("AppointmentState"), Some("3"));
    let said = report.to_string();
    assert!(said.contains("who the owner is is not known"), "{said}");
}

/// Kills: the owner's own answer that is lost, since the login is none of her addresses or another one.
#[test]
fn what_the_owner_answered_is_known_by_any_of_her_addresses() {
    let property = |id: u16, value: u8| {
        format!(
            "<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId=\"Appointment\" PropertyId=\"{id}\" \
             PropertyType=\"Integer\"/><t:Value>{value}</t:Value></t:ExtendedProperty>"
        )
    };
    let attendee = |address: &str| {
        format!("<t:Attendee><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:Attendee>")
    };
    let item = format!(
        "<t:CalendarItem><t:Subject>Meet</t:Subject>{}{}<t:Start>2025-03-03T08:30:00Z</t:Start><t:End>2025-03-03T09:30:00Z</t:End>\
         <t:RequiredAttendees>{}{}</t:RequiredAttendees></t:CalendarItem>",
        property(0x8217, 3),
        property(0x8218, 3),
        attendee(ALIAS),
        attendee("annabel@example.com"),
    );
    for login in [DOMAIN, ANN, ALIAS] {
        let server = offices();
        server.mailbox(ANN).add_xml("calendar", &item);
        let (runtime, last) = (SimRuntime::new(), MemoryAccount::new());
        let (from, env) = sim::run(&runtime, source_of(server, login, &runtime, 443));
        let migration = Migration::new(from, last.destination(), MemoryJournal::new().shared(), env);
        sim::run(&runtime, migration.run()).expect("a run");
        let items: Vec<_> = last.paths().iter().flat_map(|path| last.items(path)).collect();
        let text = String::from_utf8_lossy(&items[0].1.bytes).replace("\r\n ", "");
        let answers: Vec<_> = text.lines().filter(|line| line.contains("PARTSTAT=ACCEPTED")).collect();
        assert!(matches!(answers[..], [one] if one.ends_with(ALIAS)), "{login}: {text}");
    }
}
