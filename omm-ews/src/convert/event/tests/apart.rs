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
    assert_eq!((events.len(), losses.len()), (1, 2));
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
