//! What is asked about a mailbox beside its items: its zone, the zones that its server knows, who is behind an address of
//! Exchange.

use crate::{
    items::agenda,
    world::{ANN, destination, server, source},
};
use omm_core::{engine::Migration, model::ItemKind, report::Report};
use omm_testkit::{
    ews::{MockEws, Version},
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxFolder, MailboxItem},
    memory::MemoryAccount,
    sim::{self, SimRuntime},
};

fn event(inside: &str) -> MemoryAccount {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:a@b.example\r\n\
         DTSTAMP:20250101T000000Z\r\nSUMMARY:Talk\r\n{inside}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let folder = MailboxFolder::new(agenda(), ItemKind::Event);
    let folder = folder.with_items([MailboxItem::new(ItemKind::Event, text)]);
    MemoryAccount::new().holding(&Mailbox { folders: vec![folder] })
}

fn into(from: &MemoryAccount, server: &MockEws) -> Report {
    let runtime = SimRuntime::new();
    let (to, env) = sim::run(&runtime, destination(server.clone(), &runtime, 443));
    let migration = Migration::new(from.source(), to, MemoryJournal::new().shared(), env);
    sim::run(&runtime, migration.run()).expect("a run")
}

/// The text of the only item that comes out.
fn out_of(server: &MockEws) -> String {
    told_out_of(server).0
}

/// The same, and what is told of it.
fn told_out_of(server: &MockEws) -> (String, Vec<String>) {
    let (runtime, last) = (SimRuntime::new(), MemoryAccount::new());
    let (from, env) = sim::run(&runtime, source(server.clone(), &runtime, 443));
    let migration = Migration::new(from, last.destination(), MemoryJournal::new().shared(), env);
    let report = sim::run(&runtime, migration.run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    let items: Vec<_> = last.paths().iter().flat_map(|path| last.items(path)).collect();
    let text = items.first().map(|(_, item)| String::from_utf8_lossy(&item.bytes).replace("\r\n ", ""));
    (text.expect("an item"), report.notes)
}

fn asked(server: &MockEws, operation: &str) -> usize {
    server.requests().iter().filter(|request| request.operation == operation).count()
}

fn stored(server: &MockEws, name: &str) -> String {
    let items = server.mailbox(ANN).items("calendar");
    items[0].text(name).unwrap_or_default().to_owned()
}

/// Kills: floating times and days that count as UTC where the mailbox has a zone; a question for each item.
#[test]
fn times_of_no_zone_are_those_of_the_mailbox() {
    for (zone, start, told) in [
        (Some("W. Europe Standard Time"), "2025-07-01T07:30:00Z", "Europe/Berlin"),
        (Some("Eastern Standard Time"), "2025-07-01T13:30:00Z", "America/New_York"),
        (None, "2025-07-01T09:30:00Z", "UTC"),
    ] {
        let server = server();
        if let Some(zone) = zone {
            server.mailbox(ANN).time_zone(zone);
        }
        let report = into(&event("DTSTART:20250701T093000\r\nDURATION:PT1H\r\n"), &server);
        assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
        assert_eq!(stored(&server, "Start"), start, "{zone:?}");
        let said = report.to_string();
        assert!(said.contains("its time is in no zone that is known") && said.contains(told), "{said}");
        assert_eq!(asked(&server, "GetUserConfiguration"), 1);
    }
    let server = server();
    server.mailbox(ANN).time_zone("W. Europe Standard Time");
    into(&event("DTSTART;VALUE=DATE:20250701\r\n"), &server);
    assert_eq!(stored(&server, "Start"), "2025-06-30T22:00:00Z");
}

/// Kills: a question that an old server does not know, and for which it would refuse everything.
#[test]
fn exchange_2007_is_not_asked() {
    let server = server().version(Version::Exchange2007);
    let report = into(&event("DTSTART:20250701T093000\r\n"), &server);
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    assert_eq!((asked(&server, "GetUserConfiguration"), asked(&server, "GetServerTimeZones")), (0, 0));
}

/// Kills: an appointment that is refused for the name of its zone.
#[test]
fn a_server_that_does_not_know_a_zone_gets_its_rules() {
    let server = server().version(Version::Exchange2010).zones(&["UTC", "Tokyo Standard Time"]);
    let inside =
        "DTSTART;TZID=Europe/Berlin:20250303T093000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=20\r\n";
    let report = into(&event(inside), &server);
    assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{report}");
    assert_eq!(asked(&server, "GetServerTimeZones"), 1);
    let text = out_of(&server);
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:20250303T093000"), "{text}");
}

/// Kills: a series of no zone that stays behind when the clocks change; a day that is the one before.
#[test]
fn what_programs_of_old_days_left_is_in_the_zone_of_the_mailbox() {
    for (item, expected) in [
        (
            "<t:CalendarItem><t:Subject>Old</t:Subject><t:Start>2025-03-03T08:30:00Z</t:Start><t:End>2025-03-03T09:30:00Z</t:End>\
             <t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>\
             <t:NumberedRecurrence><t:StartDate>2025-03-03</t:StartDate><t:NumberOfOccurrences>20</t:NumberOfOccurrences>\
             </t:NumberedRecurrence></t:Recurrence></t:CalendarItem>",
            "DTSTART;TZID=Europe/Berlin:20250303T093000",
        ),
        (
            "<t:CalendarItem><t:Subject>Day</t:Subject><t:Start>2025-06-30T22:00:00Z</t:Start><t:End>2025-07-01T22:00:00Z</t:End>\
             </t:CalendarItem>",
            "DTSTART;TZID=Europe/Berlin:20250701T000000",
        ),
    ] {
        let server = server();
        server.mailbox(ANN).time_zone("W. Europe Standard Time").add_xml("calendar", item);
        let text = out_of(&server);
        assert!(text.contains(&format!("{expected}\r\n")), "{text}");
    }
}

/// Kills: people to whom nobody can write after the move, and a question for each time that one of them is met.
#[test]
fn people_with_an_address_of_exchange_get_that_of_mail() {
    let server = server().shared_mailbox("boss@example.com");
    let boss = server.mailbox("boss@example.com").x500();
    let property = |tag: &str, value: &str| {
        format!(
            "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"{tag}\" PropertyType=\"String\"/><t:Value>{value}</t:Value>\
             </t:ExtendedProperty>"
        )
    };
    let attendee = |address: &str| {
        format!(
            "<t:Attendee><t:Mailbox><t:Name>X</t:Name><t:EmailAddress>{address}</t:EmailAddress><t:RoutingType>EX</t:RoutingType>\
             </t:Mailbox></t:Attendee>"
        )
    };
    let item = format!(
        "<t:CalendarItem><t:Subject>Meet</t:Subject>{}{}<t:Start>2025-03-03T08:30:00Z</t:Start><t:End>2025-03-03T09:30:00Z</t:End>\
         <t:RequiredAttendees>{}{}{}</t:RequiredAttendees></t:CalendarItem>",
        property("0x0065", &boss),
        property("0x0042", "Boss"),
        attendee(&boss.to_uppercase()),
        attendee("/o=Mock/cn=gone"),
        attendee("/o=Mock/cn=gone"),
    );
    server.mailbox(ANN).add_xml("calendar", &item);
    let text = out_of(&server);
    assert!(text.contains("ORGANIZER;CN=Boss:mailto:boss@example.com"), "{text}");
    assert_eq!(text.matches("mailto:boss@example.com").count(), 2, "{text}");
    // Each once: letter case means nothing. And once the owner.
    assert_eq!(asked(&server, "ResolveNames"), 3);
}

/// Kills: colours that go unsaid.
#[test]
fn colours_of_categories_are_told() {
    let item = |categories: &str| {
        format!(
            "<t:CalendarItem><t:Subject>Talk</t:Subject>{categories}<t:Start>2025-03-03T08:30:00Z</t:Start>\
             <t:End>2025-03-03T09:30:00Z</t:End></t:CalendarItem>"
        )
    };
    for (categories, asked_for) in
        [("<t:Categories><t:String>Red</t:String></t:Categories>", true), ("", false)]
    {
        let server = server();
        server
            .mailbox(ANN)
            .categories(&[("Red", 0), ("Blue", 7), ("Grey", -1)])
            .add_xml("calendar", &item(categories));
        let (_, notes) = told_out_of(&server);
        let line = "categories: 2 have colours of their own, which are not kept";
        assert_eq!(notes.iter().any(|note| note == line), asked_for, "{notes:?}");
    }
}
