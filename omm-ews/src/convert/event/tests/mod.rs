mod apart;
mod oracle;
mod server;

use super::*;
use crate::{
    convert::mailbox::Mailbox,
    xml::{Element, Limits, read as parse},
};
use chrono::{Duration, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use omm_content::calendar::{
    Alarm, Attendee, Busy, ByDay, Class, Conference, End, Entry, Event, EventFacts, Frequency, Importance,
    Instance, Part, Person, Recurrence, Response, Role, Rule, Status, Time, Trigger, Zone,
    zone::{Rules, Switch},
};

const BERLIN: &str = "Europe/Berlin";

fn mailbox() -> Mailbox {
    let mut mailbox = Mailbox::new(15).in_zone(Zone::Iana(Tz::Europe__Berlin));
    mailbox.owner.push("me@x.org".into());
    mailbox
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a time")
}

fn zoned(text: &str, zone: &str) -> Time {
    Time::Zoned(at(text), zone.to_owned())
}

fn day(text: &str) -> Time {
    Time::Date(text.parse().expect("a day"))
}

/// An appointment with all that a reader says of one of which nothing is known.
fn event(start: Time, end: Time) -> Event {
    let all_day = matches!(start, Time::Date(_));
    Event {
        entry: Entry {
            uid: "event@x".into(),
            summary: Some("Talk".into()),
            status: Some(Status::Confirmed),
            ..Entry::default()
        },
        end: Some(end),
        facts: EventFacts {
            busy: Some(Busy::Busy),
            all_day: Some(all_day),
            instance: Some(Instance::Single),
            ..EventFacts::default()
        },
        ..Event::at(start)
    }
}

fn talk() -> Event {
    event(zoned("2024-02-28T09:30:00", BERLIN), zoned("2024-02-28T10:15:00", BERLIN))
}

/// The items that are made of an event, as they are read again, and what is lost on either way.
fn round_trip(event: &Event, zones: &[Zone]) -> (Vec<Event>, Vec<String>) {
    let mut written = plans(event, zones, &mailbox());
    let mut events = Vec::new();
    for plan in &written.plans {
        let (master, occurrences) = server::keep(plan);
        let found = super::event(&master, &occurrences, &mailbox()).expect("an appointment");
        written.losses.extend(found.losses);
        events.push(found.event);
    }
    (events, written.losses)
}

fn comes_back(event: &Event, zones: &[Zone]) {
    let (events, losses) = round_trip(event, zones);
    assert_eq!(events.as_slice(), std::slice::from_ref(event));
    assert_eq!(losses, [""; 0], "{event:?}");
}

fn person(name: &str, address: &str) -> Person {
    Person { name: Some(name.into()), address: Some(address.into()) }
}

fn full() -> Event {
    let attendee = |name: &str, role, part, rsvp| Attendee {
        person: person(name, &format!("{name}@x.org")),
        role,
        part,
        rsvp,
    };
    let entry = Entry {
        description: Some("one".into()),
        html: Some("<p>one</p>".into()),
        location: Some("here & there".into()),
        url: Some("http://w/".into()),
        class: Some(Class::Confidential),
        priority: Some(1),
        status: Some(Status::Tentative),
        sequence: Some(3),
        categories: vec!["a".into(), "b".into()],
        contacts: vec!["Jane".into()],
        companies: vec!["Example".into()],
        mileage: Some("5".into()),
        billing: Some("6".into()),
        organizer: Some(person("Boss", "boss@x.org")),
        attendees: vec![
            attendee("me", Role::Required, Part::Accepted, false),
            attendee("joe", Role::Required, Part::NeedsAction, true),
            attendee("jim", Role::Optional, Part::Declined, false),
            attendee("jon", Role::Optional, Part::Tentative, false),
            attendee("room", Role::Resource, Part::Accepted, false),
        ],
        alarms: vec![Alarm { trigger: Trigger::Before(Duration::minutes(10)) }],
        conferences: vec![
            Conference { uri: "https://teams/x".into(), label: "Microsoft Teams".into() },
            Conference { uri: "https://meet/y".into(), label: "Online meeting".into() },
            Conference { uri: "http://show/".into(), label: "NetShow".into() },
        ],
        ..talk().entry
    };
    let facts = EventFacts {
        busy: Some(Busy::Tentative),
        intended: Some(Busy::OutOfOffice),
        importance: Some(Importance::High),
        owner_id: Some(7),
        disallow_counter: Some(true),
        response: Some(Response::Accepted),
        ..talk().facts
    };
    Event { entry, facts, ..talk() }
}

#[test]
fn an_appointment_with_everything_comes_back() {
    // What was answered by the owner of the mailbox is the server's to say.
    let mut event = full();
    comes_back(&event, &[]);
    event.entry.status = Some(Status::Cancelled);
    comes_back(&event, &[]);
}

#[test]
fn busy_or_free() {
    for (busy, transparent, status) in [
        (Busy::Free, true, Status::Confirmed),
        (Busy::Tentative, false, Status::Tentative),
        (Busy::Busy, false, Status::Confirmed),
        (Busy::OutOfOffice, false, Status::Confirmed),
        (Busy::WorkingElsewhere, true, Status::Confirmed),
    ] {
        let mut event = Event { transparent, ..talk() };
        (event.facts.busy, event.entry.status) = (Some(busy), Some(status));
        comes_back(&event, &[]);
    }
    let elsewhere =
        Event { facts: EventFacts { busy: Some(Busy::WorkingElsewhere), ..talk().facts }, ..talk() };
    let mut old = mailbox();
    old.version = 14;
    let written = plans(&elsewhere, &[], &old);
    assert_eq!(server::item(&written.plans[0].master).text_of("LegacyFreeBusyStatus"), Some("Free"));
}

#[test]
fn times_of_every_kind_come_back() {
    let switch = |month| Switch { month, weekday: Some(Weekday::Sun), nth: 5, time: NaiveTime::MIN };
    let odd = Rules { standard: 100, daylight: 160, switches: Some((switch(10), switch(3))) };
    let custom = Zone::custom("Odd", vec![(1601, odd)]).expect("rules");
    let zones = [custom.clone()];
    for event in [
        talk(),
        event(day("2024-02-28"), day("2024-02-29")),
        // Clocks are put forward in between.
        event(day("2024-03-29"), day("2024-04-02")),
        event(Time::Utc(at("2024-02-28T09:30:00")), Time::Utc(at("2024-02-28T09:45:00"))),
        // A flight.
        event(zoned("2024-02-28T09:30:00", BERLIN), zoned("2024-02-28T11:30:00", "America/New_York")),
        event(zoned("2024-07-01T09:30:00", custom.id()), zoned("2024-07-01T10:30:00", custom.id())),
        event(zoned("2024-03-30T23:00:00", BERLIN), zoned("2024-03-31T04:00:00", BERLIN)),
    ] {
        comes_back(&event, &zones);
    }
    let floating =
        event(Time::Floating(at("2024-02-28T09:30:00")), Time::Floating(at("2024-02-28T10:15:00")));
    let (events, losses) = round_trip(&floating, &[]);
    assert_eq!((&events[0], losses.len()), (&talk(), 1), "as in the zone of the mailbox");
}

#[test]
fn reminders() {
    let alarm = |trigger| Alarm { trigger };
    let before = |minutes| alarm(Trigger::Before(Duration::minutes(minutes)));
    for (alarms, expected, lost) in [
        (vec![], None, 0),
        (vec![before(0)], Some(0), 0),
        (vec![before(20_160)], Some(20_160), 0),
        (vec![alarm(Trigger::At(at("2024-02-28T08:00:00")))], Some(30), 0),
        (vec![before(-5)], None, 1),
        (vec![before(5), before(60)], Some(5), 1),
    ] {
        let mut event = talk();
        event.entry.alarms = alarms;
        let (found, losses) = round_trip(&event, &[]);
        let alarms: Vec<_> = expected.map(before).into_iter().collect();
        assert_eq!((&found[0].entry.alarms, losses.len()), (&alarms, lost));
    }
}

/// A series by a rule, with what a reader says of one.
fn series(start: Time, end: Time, rule: Rule) -> Event {
    let mut event = event(start, end);
    event.facts.instance = Some(Instance::Master);
    event.recurrence.rule = Some(rule);
    event
}

fn weekly() -> Rule {
    Rule {
        by_day: vec![ByDay::each(Weekday::Mon), ByDay::each(Weekday::Thu)],
        ..Rule::each(Frequency::Weekly)
    }
}

fn lessons() -> Event {
    series(zoned("2024-01-01T09:30:00", BERLIN), zoned("2024-01-01T11:00:00", BERLIN), weekly())
}

/// An occurrence of the lessons that differs.
fn exception(original: &str, start: &str, minutes: i64) -> Event {
    let start = at(start);
    let mut own = event(
        Time::Zoned(start, BERLIN.into()),
        Time::Zoned(start + Duration::minutes(minutes), BERLIN.into()),
    );
    own.instead_of = Some(zoned(original, BERLIN));
    own.facts.instance = Some(Instance::Exception);
    own
}

#[test]
fn series_with_changed_and_deleted_occurrences_come_back() {
    for end in [End::Never, End::Count(40), End::Until(Time::Utc(at("2024-07-01T07:30:00")))] {
        let mut event = lessons();
        event.recurrence.rule = Some(Rule { end, ..weekly() });
        // Before and after clocks are put forward.
        event.recurrence.except =
            ["2024-01-04T09:30:00", "2024-04-04T09:30:00"].map(|time| zoned(time, BERLIN)).into();
        event.entry.location = Some("A".into());
        let mut moved = exception("2024-01-08T09:30:00", "2024-01-09T15:00:00", 45);
        moved.entry.location = Some("B".into());
        let mut renamed = exception("2024-04-08T09:30:00", "2024-04-08T09:30:00", 90);
        renamed.entry.summary = Some("Exam".into());
        renamed.entry.alarms = vec![Alarm { trigger: Trigger::Before(Duration::minutes(5)) }];
        event.exceptions = vec![moved, renamed];
        comes_back(&event, &[]);
        let plan = &plans(&event, &[], &mailbox()).plans[0];
        let fields = |at: usize| -> Vec<_> {
            plan.changed[at]
                .set
                .fields()
                .iter()
                .map(|field| field.node.name().trim_start_matches("t:"))
                .collect()
        };
        assert_eq!(fields(0), ["Start", "End", "Location"]);
        assert_eq!(
            fields(1),
            ["Subject", "ReminderIsSet", "ReminderMinutesBeforeStart"],
            "no more than what differs"
        );
        assert_eq!(plan.changed[1].removed, [crate::ops::FieldPath::Field("calendar:Location")]);
        let indexes: Vec<_> = plan.changed.iter().map(|one| one.index).collect();
        assert_eq!((indexes, plan.deleted[0].index, plan.deleted[1].index), (vec![3, 29], 2, 28));
    }
}

#[test]
fn series_of_days_and_of_other_clocks_come_back() {
    let daily = || Rule { end: End::Count(9), ..Rule::each(Frequency::Daily) };
    let mut days = series(day("2024-03-29"), day("2024-03-30"), daily());
    days.recurrence.except = vec![day("2024-03-31")];
    let mut own = event(day("2024-04-02"), day("2024-04-03"));
    own.instead_of = Some(day("2024-04-02"));
    own.facts.instance = Some(Instance::Exception);
    own.entry.summary = Some("Other".into());
    days.exceptions = vec![own];
    comes_back(&days, &[]);
    let utc = |text: &str| Time::Utc(at(text));
    comes_back(&series(utc("2024-03-29T23:30:00"), utc("2024-03-30T00:30:00"), daily()), &[]);
    let far = |text: &str| zoned(text, "Pacific/Auckland");
    let rule = Rule { end: End::Until(utc("2024-04-30T20:30:00")), ..weekly() };
    comes_back(&series(far("2024-01-01T08:30:00"), far("2024-01-01T09:30:00"), rule), &[]);
}

fn of_text(text: &str) -> Element {
    parse(text.as_bytes(), Limits::SMALL).expect("well formed")
}

#[test]
fn what_servers_may_say() {
    let none = of_text("<CalendarItem><Subject>x</Subject></CalendarItem>");
    assert!(super::event(&none, &[], &mailbox()).is_err());
    // The end before the start, no zone, a pattern that nobody knows, an answer of the owner's.
    let odd = of_text(
        "<CalendarItem><UID>u</UID><Start>2024-02-28T09:00:00Z</Start><End>2024-02-27T09:00:00Z</End>\
         <TimeZone>(UTC-06:00) Central Time (US &amp; Canada)</TimeZone><MyResponseType>Tentative</MyResponseType>\
         <RequiredAttendees><Attendee><Mailbox><Name>Me</Name><EmailAddress>ME@x.org</EmailAddress></Mailbox>\
         <ResponseType>Unknown</ResponseType></Attendee><Attendee><Mailbox><Name>Legacy</Name>\
         <EmailAddress>/o=Org/cn=x</EmailAddress></Mailbox></Attendee></RequiredAttendees>\
         <Recurrence><HijriRecurrence/></Recurrence></CalendarItem>",
    );
    let found = super::event(&odd, &[], &mailbox()).expect("an appointment");
    assert_eq!(found.event.start, zoned("2024-02-28T03:00:00", "America/Chicago"));
    assert_eq!((found.event.end, found.event.recurrence.is_none(), found.losses.len()), (None, true, 2));
    assert_eq!(
        found.event.entry.attendees[0].part,
        Part::Tentative,
        "the item knows it before the list does"
    );
    // A changed occurrence whose item could not be fetched keeps its hours.
    let text = "<CalendarItem><Start>2024-01-01T09:00:00Z</Start><End>2024-01-01T10:00:00Z</End><StartTimeZone Id='UTC'/>\
        <Recurrence><DailyRecurrence><Interval>1</Interval></DailyRecurrence><NoEndRecurrence><StartDate>2024-01-01</StartDate>\
        </NoEndRecurrence></Recurrence><ModifiedOccurrences><Occurrence><ItemId Id='o' ChangeKey='k'/>\
        <Start>2024-01-03T12:00:00Z</Start><End>2024-01-03T13:00:00Z</End><OriginalStart>2024-01-03T09:00:00Z</OriginalStart>\
        </Occurrence></ModifiedOccurrences></CalendarItem>";
    let item = of_text(text);
    assert_eq!(changed(&item), [("o".to_owned(), Some("k".to_owned()))]);
    let found = super::event(&item, &[], &mailbox()).expect("an appointment");
    let [own] = &found.event.exceptions[..] else { panic!("{found:?}") };
    assert_eq!(
        (&own.start, own.instead_of.as_ref()),
        (&Time::Utc(at("2024-01-03T12:00:00")), Some(&Time::Utc(at("2024-01-03T09:00:00"))))
    );
    assert_eq!(found.losses.len(), 1);
}
