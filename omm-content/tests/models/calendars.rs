//! Events with exceptions, tasks and notes.

use crate::random::Lots;
use chrono::{Duration, NaiveTime, Weekday};
use omm_content::{
    calendar::{
        Alarm, Attachment, Attendee, Busy, ByDay, Class, Conference, Document, End, Entry, Event, EventFacts,
        Frequency, Importance, Instance, Method, Part, Person, Recurrence, Response, Role, Rule, Stage,
        Status, Task, TaskFacts, Time, Trigger, Zone,
        read::{Item, Note, read},
        zone::{Rules, Switch},
    },
    data::Data,
    journal::Journal,
    line::Line,
};

const SEEDS: u64 = 400;

#[test]
fn events() {
    for seed in 0..SEEDS {
        let lots = &mut Lots::new(seed);
        let zone = zone(lots);
        let mut event = event(lots, &zone);
        event.exceptions = lots.several(|lots| exception(lots, &zone));
        event.recurrence = recurrence(lots, &zone);
        let document = document(lots, [&event].into_iter().chain(&event.exceptions).collect(), &zone);
        let text = document.event(event.clone()).into_bytes().unwrap();
        let back = read(text.clone()).unwrap();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(back.losses, [], "seed {seed}\n{shown}");
        assert_eq!(back.item, Item::Event(Box::new(event)), "seed {seed}\n{shown}");
        assert_eq!(back.document, document, "seed {seed}\n{shown}");
    }
}

#[test]
fn tasks() {
    for seed in 0..SEEDS {
        let lots = &mut Lots::new(seed);
        let task = task(lots);
        let document = Document { extra: lots.several(extra), ..Document::default() };
        let text = document.task(task.clone()).into_bytes().unwrap();
        let back = read(text.clone()).unwrap();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(back.losses, [], "seed {seed}\n{shown}");
        assert_eq!(back.item, Item::Task(Box::new(task)), "seed {seed}\n{shown}");
        assert_eq!(back.document, document, "seed {seed}\n{shown}");
    }
}

#[test]
fn notes() {
    for seed in 0..SEEDS {
        let lots = &mut Lots::new(seed);
        let journal = journal(lots);
        let attachments = lots.several(|lots| Attachment {
            name: lots.maybe(Lots::param),
            media_type: lots.maybe(|_| "image/png".to_owned()),
            content_id: None,
            data: Data::bytes(lots.bytes()),
            uri: None,
        });
        let note = Note { journal, attachments };
        let text = note.write().into_bytes().unwrap();
        let back = read(text.clone()).unwrap();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(back.losses, [], "seed {seed}\n{shown}");
        assert_eq!(back.item, Item::Note(Box::new(note)), "seed {seed}\n{shown}");
    }
}

fn zone(lots: &mut Lots) -> Zone {
    let switch = |month, nth, hour| Switch {
        month,
        weekday: Some(Weekday::Sun),
        nth,
        time: NaiveTime::from_hms_opt(hour, 0, 0).expect("a time"),
    };
    let rules = |standard, winter, summer| Rules {
        standard,
        daylight: standard + 60,
        switches: Some((winter, summer)),
    };
    let european = rules(60, switch(10, 5, 3), switch(3, 5, 2));
    let american = rules(-300, switch(11, 1, 2), switch(3, 2, 2));
    let southern = rules(570, switch(4, 1, 3), switch(10, 1, 2));
    let custom = |name: &str, rules: Vec<(i32, Rules)>| Zone::custom(name, rules).expect("rules");
    match lots.below(7) {
        0 => Zone::Iana("Europe/Berlin".parse().expect("a zone")),
        1 => Zone::Iana("America/New_York".parse().expect("a zone")),
        2 => custom("Customized, Time: Zone", vec![(1601, european)]),
        3 => custom("", vec![(1601, Rules::fixed(345))]),
        4 => custom("Moved", vec![(1601, european), (2007, american)]),
        5 => custom("Down", vec![(1601, southern)]),
        _ => custom("Ended", vec![(1601, american), (2012, Rules::fixed(-240))]),
    }
}

fn time(lots: &mut Lots, zone: &Zone) -> Time {
    let time = lots.time();
    match lots.below(4) {
        0 => Time::Date(time.date()),
        1 => Time::Floating(time),
        2 => Time::Utc(time),
        _ => Time::Zoned(time, zone.id().to_owned()),
    }
}

fn later(lots: &mut Lots, start: &Time) -> Time {
    let more = Duration::minutes(1 + lots.below(10_000) as i64);
    match start {
        Time::Date(day) => Time::Date(*day + Duration::days(1 + lots.below(9) as i64)),
        Time::Floating(time) => Time::Floating(*time + more),
        Time::Utc(time) => Time::Utc(*time + more),
        Time::Zoned(time, zone) => Time::Zoned(*time + more, zone.clone()),
    }
}

fn event(lots: &mut Lots, zone: &Zone) -> Event {
    let start = time(lots, zone);
    Event {
        entry: entry(lots),
        end: lots.maybe(|lots| later(lots, &start)),
        transparent: lots.often(),
        facts: event_facts(lots),
        ..Event::at(start)
    }
}

fn exception(lots: &mut Lots, zone: &Zone) -> Event {
    let instead_of = Some(time(lots, zone));
    Event { instead_of, ..event(lots, zone) }
}

/// The reader gives zones that are named, and only those.
fn document(lots: &mut Lots, events: Vec<&Event>, zone: &Zone) -> Document {
    let times = events.iter().flat_map(|event| {
        let lists = event.recurrence.also.iter().chain(&event.recurrence.except);
        [&event.start].into_iter().chain(&event.end).chain(&event.instead_of).chain(lists)
    });
    let is_named = times.into_iter().any(|time| matches!(time, Time::Zoned(..)));
    let method = lots.one(&[None, Some(Method::Request), Some(Method::Cancel), Some(Method::Counter)]);
    Document {
        method,
        zones: is_named.then(|| zone.clone()).into_iter().collect(),
        extra: lots.several(extra),
    }
}

fn entry(lots: &mut Lots) -> Entry {
    let created = lots.maybe(Lots::time);
    Entry {
        // The same in every component of an item.
        uid: "uid, with; separators\\@example.org".to_owned(),
        modified: lots.maybe(Lots::time),
        created,
        summary: lots.maybe(Lots::word),
        description: lots.maybe(Lots::word),
        html: lots.maybe(|lots| format!("<p class=\"a\">{}</p>", lots.text())),
        location: lots.maybe(Lots::word),
        url: lots.maybe(Lots::uri),
        class: lots
            .maybe(|lots| lots.one(&[Class::Public, Class::Personal, Class::Private, Class::Confidential])),
        priority: lots.maybe(|lots| lots.below(10) as u32),
        status: lots.maybe(|lots| {
            lots.one(&[
                Status::Tentative,
                Status::Confirmed,
                Status::Cancelled,
                Status::NeedsAction,
                Status::Completed,
                Status::InProcess,
            ])
        }),
        sequence: lots.maybe(|lots| lots.below(1000) as u32),
        categories: lots.several(Lots::text),
        contacts: lots.several(Lots::text),
        organizer: lots.maybe(person),
        attendees: lots.several(|lots| Attendee {
            person: person(lots),
            role: lots.one(&[Role::Chair, Role::Required, Role::Optional, Role::Resource]),
            part: lots.one(&[Part::NeedsAction, Part::Accepted, Part::Tentative, Part::Declined]),
            rsvp: lots.often(),
        }),
        alarms: lots.several(alarm),
        conferences: lots.several(|lots| Conference { uri: lots.uri(), label: lots.param() }),
        attachments: lots.several(attachment),
        companies: lots.several(Lots::text),
        mileage: lots.maybe(Lots::text),
        billing: lots.maybe(Lots::text),
        extra: lots.several(extra),
    }
}

fn person(lots: &mut Lots) -> Person {
    Person { name: lots.maybe(Lots::param), address: lots.maybe(Lots::address) }
}

fn alarm(lots: &mut Lots) -> Alarm {
    let before = Duration::seconds(lots.one(&[0, 60, 900, 3600, 86_400, 7 * 86_400, -300, 90, -15]));
    let trigger = if lots.often() { Trigger::Before(before) } else { Trigger::At(lots.time()) };
    Alarm { trigger }
}

fn attachment(lots: &mut Lots) -> Attachment {
    let uri = (!lots.often()).then(|| lots.uri());
    Attachment {
        name: lots.maybe(Lots::param),
        media_type: lots.maybe(|_| "text/plain".to_owned()),
        content_id: lots.maybe(Lots::param),
        data: if uri.is_some() { Data::default() } else { Data::bytes(lots.bytes()) },
        uri,
    }
}

/// A line of which the model knows nothing.
fn extra(lots: &mut Lots) -> Line {
    match lots.below(4) {
        0 => Line::new("X-OTHER").param("X-A", &lots.param()).text(&lots.text()),
        1 => Line::new("X-LIST").text(&lots.text()).text(&lots.text()),
        2 => Line::new("X-PLAIN").plain("1;2,3:4"),
        _ => Line::new("X-FIELDS").params("TYPE", ["a,b", "c"]).field(&lots.text()).field(&lots.text()),
    }
}

fn event_facts(lots: &mut Lots) -> EventFacts {
    let busy = |lots: &mut Lots| {
        lots.one(&[Busy::Free, Busy::Tentative, Busy::Busy, Busy::OutOfOffice, Busy::WorkingElsewhere])
    };
    EventFacts {
        busy: lots.maybe(busy),
        intended: lots.maybe(busy),
        all_day: lots.maybe(Lots::often),
        importance: lots.maybe(|lots| lots.one(&[Importance::Low, Importance::Normal, Importance::High])),
        instance: lots.maybe(|lots| {
            lots.one(&[Instance::Single, Instance::Master, Instance::Occurrence, Instance::Exception])
        }),
        owner_id: lots.maybe(|lots| lots.one(&[-1, 5, i64::MIN])),
        disallow_counter: lots.maybe(Lots::often),
        response: lots.maybe(|lots| {
            lots.one(&[
                Response::Organized,
                Response::Tentative,
                Response::Accepted,
                Response::Declined,
                Response::NotResponded,
            ])
        }),
    }
}

fn recurrence(lots: &mut Lots, zone: &Zone) -> Recurrence {
    Recurrence {
        rule: lots.maybe(rule),
        also: lots.several(|lots| time(lots, zone)),
        except: lots.several(|lots| time(lots, zone)),
    }
}

fn rule(lots: &mut Lots) -> Rule {
    let days = [Weekday::Mon, Weekday::Wed, Weekday::Sun];
    Rule {
        frequency: lots.one(&[Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly]),
        interval: 1 + lots.below(5) as u32,
        by_month: lots.several(|lots| 1 + lots.below(12) as u32),
        by_month_day: lots.several(|lots| lots.one(&[1, 31, -1, -31])),
        by_day: lots.several(|lots| ByDay {
            nth: lots.one(&[None, Some(1), Some(-1), Some(53)]),
            day: lots.one(&days),
        }),
        by_position: lots.several(|lots| lots.one(&[1, -1, 366])),
        week_start: lots.maybe(|lots| lots.one(&days)),
        end: match lots.below(5) {
            0 => End::Never,
            1 => End::Count(1 + lots.below(100) as u32),
            2 => End::Until(Time::Date(lots.day())),
            3 => End::Until(Time::Floating(lots.time())),
            _ => End::Until(Time::Utc(lots.time())),
        },
    }
}

fn task(lots: &mut Lots) -> Task {
    let start = lots.maybe(|lots| match lots.below(3) {
        0 => Time::Date(lots.day()),
        1 => Time::Floating(lots.time()),
        _ => Time::Utc(lots.time()),
    });
    let due = match &start {
        Some(start) => lots.maybe(|lots| later(lots, start)),
        None => lots.maybe(|lots| Time::Date(lots.day())),
    };
    Task {
        entry: entry(lots),
        start,
        due,
        completed: lots.maybe(Lots::time),
        percent: lots.maybe(|lots| lots.below(101) as u32),
        recurrence: Recurrence {
            rule: lots.maybe(rule),
            also: lots.several(|lots| Time::Date(lots.day())),
            except: lots.several(|lots| Time::Utc(lots.time())),
        },
        facts: TaskFacts {
            stage: lots.maybe(|lots| lots.one(&[Stage::Waiting, Stage::Deferred])),
            owner: lots.maybe(Lots::text),
            assigner: lots.maybe(Lots::text),
            actual_minutes: lots.maybe(|lots| 1 + lots.below(9999) as u32),
            total_minutes: lots.maybe(|lots| 1 + lots.below(9999) as u32),
            team: lots.often(),
            regenerates: lots.maybe(rule),
        },
    }
}

fn journal(lots: &mut Lots) -> Journal {
    let day = (!lots.often()).then(|| lots.day());
    Journal {
        uid: lots.text(),
        modified: lots.maybe(Lots::instant),
        created: lots.maybe(Lots::instant),
        start: if day.is_some() { None } else { lots.maybe(Lots::instant) },
        day,
        duration: lots.maybe(|lots| Duration::minutes(1 + lots.below(3000) as i64)),
        summary: lots.word(),
        description: lots.word(),
        categories: lots.several(Lots::text),
        contacts: lots.several(Lots::text),
        colour: lots.one(&["", "yellow", "cornflowerblue"]).into(),
        class: lots.one(&["", "PRIVATE", "CONFIDENTIAL"]).into(),
        extras: lots
            .several(|lots| (lots.one(&["X-ENTRY-TYPE", "X-NOTE-WIDTH", "X-COMPANY"]).into(), lots.text())),
        extra: lots.several(extra),
    }
}
