//! Appointments that become several.

use super::*;

#[test]
fn what_one_series_cannot_hold() {
    let dates = |times: &[&str]| -> Vec<_> { times.iter().map(|time| zoned(time, BERLIN)).collect() };
    // Occurrences beside the rule, one of them left out again.
    let mut event = lessons();
    event.recurrence.also = dates(&["2024-01-02T12:00:00", "2024-01-03T12:00:00"]);
    event.recurrence.except = dates(&["2024-01-03T12:00:00"]);
    let (events, losses) = round_trip(&event, &[]);
    assert_eq!((events.len(), losses.len()), (2, 1), "{losses:?}");
    assert_eq!(events[1].start, zoned("2024-01-02T12:00:00", BERLIN));
    assert_eq!(events[1].end, Some(zoned("2024-01-02T13:30:00", BERLIN)));
    assert_eq!(events[1].entry.uid, "event@x-omm-1");
    // Days alone.
    event.recurrence = Recurrence { rule: None, also: dates(&["2024-02-01T09:30:00"]), except: Vec::new() };
    let starts: Vec<_> = round_trip(&event, &[]).0.into_iter().map(|event| event.start).collect();
    assert_eq!(starts, dates(&["2024-01-01T09:30:00", "2024-02-01T09:30:00"]));
    // A start that its rule does not have.
    let start = zoned("2024-01-02T09:30:00", BERLIN);
    let (events, losses) = round_trip(&Event { start, end: None, ..lessons() }, &[]);
    let starts: Vec<_> = events.iter().map(|event| event.start.clone()).collect();
    assert_eq!(starts, dates(&["2024-01-04T09:30:00", "2024-01-02T09:30:00"]));
    assert_eq!(
        (events[0].recurrence.is_none(), events[1].recurrence.is_none(), losses.len()),
        (false, true, 1)
    );
    // Everything left out.
    let mut event = lessons();
    event.recurrence = Recurrence {
        rule: None,
        also: dates(&["2024-01-01T09:30:00"]),
        except: dates(&["2024-01-01T09:30:00"]),
    };
    let (events, losses) = round_trip(&event, &[]);
    assert_eq!((events.len(), losses.len()), (1, 1), "{losses:?}");
}

#[test]
fn an_occurrence_that_passes_its_neighbours_is_an_appointment_of_its_own() {
    let mut event = lessons();
    event.exceptions = vec![
        exception("2024-01-08T09:30:00", "2024-01-11T15:00:00", 45),
        exception("2024-01-15T09:30:00", "2024-01-16T09:30:00", 90),
    ];
    let (events, losses) = round_trip(&event, &[]);
    let [series, own] = &events[..] else { panic!("{events:#?}") };
    assert_eq!(series.recurrence.except, [zoned("2024-01-08T09:30:00", BERLIN)]);
    assert_eq!(series.exceptions.len(), 1);
    assert_eq!(
        (&own.start, own.instead_of.as_ref(), losses.len()),
        (&zoned("2024-01-11T15:00:00", BERLIN), None, 1)
    );
}

/// Kills: all but the first of several occurrences that come without their series.
#[test]
fn occurrences_without_their_series_are_appointments() {
    let mut event = exception("2024-01-08T09:30:00", "2024-01-08T09:30:00", 90);
    event.exceptions = vec![
        exception("2024-01-15T09:30:00", "2024-01-16T09:30:00", 90),
        exception("2024-01-22T09:30:00", "2024-01-22T10:30:00", 45),
    ];
    let (events, losses) = round_trip(&event, &[]);
    let starts: Vec<_> = events.iter().map(|event| (event.start.clone(), event.entry.uid.as_str())).collect();
    let expected = [
        ("2024-01-08T09:30:00", "event@x"),
        ("2024-01-16T09:30:00", "event@x-omm-1"),
        ("2024-01-22T10:30:00", "event@x-omm-2"),
    ];
    assert_eq!(starts, expected.map(|(time, uid)| (zoned(time, BERLIN), uid)));
    assert_eq!(losses.len(), 1, "{losses:?}");
}

/// Kills: an appointment beside the one that its series has already.
#[test]
fn what_occurs_is_a_set() {
    let dates = |times: &[&str]| -> Vec<_> { times.iter().map(|time| zoned(time, BERLIN)).collect() };
    let mut event = lessons();
    event.recurrence.also =
        dates(&["2024-01-01T09:30:00", "2024-01-08T09:30:00", "2024-01-02T12:00:00", "2024-01-02T12:00:00"]);
    let (events, losses) = round_trip(&event, &[]);
    assert_eq!(events.len(), 2, "{events:#?}");
    assert_eq!(events[1].start, zoned("2024-01-02T12:00:00", BERLIN));
    assert_eq!(losses, ["1 occurrences beside its rule are appointments of their own"]);
    event.recurrence.rule = None;
    let starts: Vec<_> = round_trip(&event, &[]).0.into_iter().map(|event| event.start).collect();
    assert_eq!(starts, dates(&["2024-01-01T09:30:00", "2024-01-08T09:30:00", "2024-01-02T12:00:00"]));
}

/// Kills: an old version of an occurrence that goes before the new one, or stands beside it.
#[test]
fn the_newest_version_of_an_occurrence_goes() {
    let version = |to: &str, sequence: u32| {
        let mut one = exception("2024-01-08T09:30:00", to, 90);
        one.entry.sequence = Some(sequence);
        one
    };
    let (old, new) = (version("2024-01-08T11:00:00", 1), version("2024-01-08T14:00:00", 3));
    for exceptions in
        [vec![old.clone(), new.clone()], vec![new.clone(), old.clone()], vec![old, new.clone(), new]]
    {
        let (events, losses) = round_trip(&Event { exceptions, ..lessons() }, &[]);
        let [series] = &events[..] else { panic!("{events:#?}") };
        let starts: Vec<_> = series.exceptions.iter().map(|one| one.start.clone()).collect();
        assert_eq!(starts, [zoned("2024-01-08T14:00:00", BERLIN)]);
        assert_eq!(losses, ["1 older versions of changed occurrences are left out"]);
    }
}

/// Kills: a reading that others do not share, of which nobody is told.
#[test]
fn what_can_be_read_otherwise_is_said() {
    let until = |time: &str| End::Until(Time::Floating(at(time)));
    let say = |change: &dyn Fn(&mut Event)| {
        let mut event = lessons();
        change(&mut event);
        round_trip(&event, &[]).1
    };
    let end = |event: &mut Event, end: End| {
        if let Some(rule) = &mut event.recurrence.rule {
            rule.end = end;
        }
    };
    let an_hour_later = || zoned("2024-01-08T10:30:00", BERLIN);
    let floating = |event: &mut Event| {
        (event.start, event.end) = (Time::Floating(at("2024-01-01T09:30:00")), None);
        end(event, End::Until(Time::Utc(at("2024-02-05T09:30:00"))));
    };
    let in_no_zone = say(&floating);
    assert!(
        in_no_zone.iter().any(|loss| loss.contains("is in UTC and its start in no zone")),
        "{in_no_zone:?}"
    );
    for (losses, words) in [
        (say(&|event| end(event, End::Until(day("2024-02-05")))), "on that day is the last"),
        (say(&|event| event.recurrence.also.push(day("2024-03-01"))), "is a day, which its series is not"),
        (say(&|event| end(event, until("2024-02-05T09:30:00"))), "in no zone"),
        (say(&|event| end(event, End::Until(day("2023-12-31")))), "ends before it begins"),
        (
            say(&|event| event.recurrence.except.push(an_hour_later())),
            "the occurrence of its day is left out",
        ),
        (
            say(&|event| {
                let one = exception("2024-01-08T09:30:00", "2024-01-08T11:00:00", 90);
                event.exceptions.push(Event { instead_of: Some(an_hour_later()), ..one });
            }),
            "it stands for the one of its day",
        ),
        (
            say(&|event| {
                event.recurrence.except.push(zoned("2024-01-08T09:30:00", BERLIN));
                event.exceptions.push(exception("2024-01-08T09:30:00", "2024-01-08T11:00:00", 90));
            }),
            "is kept as it was changed",
        ),
        (say(&|event| event.instead_of = Some(an_hour_later())), "a rule of its own"),
    ] {
        assert!(losses.iter().any(|loss| loss.contains(words)), "{words}: {losses:?}");
    }
}

/// Kills: a day more or less, where the mailbox is not in the zone of what is said beside days.
#[test]
fn days_are_as_they_are_written() {
    let days = |mailbox: &Mailbox| {
        let mut event = series(day("2024-03-04"), day("2024-03-05"), Rule::each(Frequency::Daily));
        if let Some(rule) = &mut event.recurrence.rule {
            rule.end = End::Until(Time::Utc(at("2024-03-08T23:59:59")));
        }
        event.recurrence.except = vec![Time::Utc(at("2024-03-05T00:00:00")), day("2024-03-07")];
        let written = plans(&event, &[], mailbox);
        let [plan] = &written.plans[..] else { panic!("{written:?}") };
        let (master, _) = server::keep(plan);
        let range =
            master.child("Recurrence").and_then(|one| one.child("EndDateRecurrence")).expect("a range");
        let gone: Vec<_> = plan.deleted.iter().map(|deleted| deleted.index).collect();
        (range.text_of("EndDate").map(str::to_owned), gone)
    };
    for zone in [Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York, Tz::Pacific__Auckland] {
        let found = days(&Mailbox::new(15).in_zone(Zone::Iana(zone)));
        assert_eq!(found, (Some("2024-03-08".to_owned()), vec![2, 4]), "{zone}");
    }
}
