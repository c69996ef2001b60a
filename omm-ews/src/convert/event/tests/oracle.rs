//! Python's `icalendar` and `recurring-ical-events` say when an appointment happens: before it goes into Exchange, and
//! after it came back. Where they are not installed, nothing is said.

use super::*;
use omm_content::calendar::Document;
use std::{io::Write, process::Command};

const SCRIPT: &str = r#"
import sys, datetime
try:
    import icalendar, recurring_ical_events
except ImportError:
    sys.exit(77)
for path in sys.argv[1:]:
    calendar = icalendar.Calendar.from_ical(open(path, "rb").read())
    for one in recurring_ical_events.of(calendar).between((2024, 1, 1), (2026, 1, 1)):
        times = []
        for name in ("DTSTART", "DTEND"):
            value = one[name].dt if name in one else one["DTSTART"].dt
            if isinstance(value, datetime.datetime):
                value = value.astimezone(datetime.timezone.utc)
            times.append(value.isoformat())
        print(path, *times, one.get("SUMMARY"), sep="\t")
"#;

/// When each of these happens within two years, and what it is called; nothing without the libraries.
fn expand(documents: &[String]) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        let mut file = std::fs::File::create(&path).expect("a file");
        file.write_all(text.as_bytes()).expect("a file");
        path
    };
    let mut command = Command::new(std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned()));
    command.arg(write("oracle.py", SCRIPT));
    let paths: Vec<_> =
        documents.iter().enumerate().map(|(at, text)| write(&format!("{at}.ics"), text)).collect();
    let output = command.args(&paths).output().ok().filter(|output| output.status.code() != Some(77));
    let Some(output) = output else {
        println!("skipped: no python3 with icalendar and recurring-ical-events");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let of = |path: &std::path::PathBuf| {
        let begin = format!("{}\t", path.display());
        let mut lines: Vec<_> =
            said.lines().filter_map(|line| line.strip_prefix(&begin)).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    Some(paths.iter().map(of).collect())
}

/// One calendar with these events.
fn written(events: impl IntoIterator<Item = Event>) -> String {
    let zones = vec![Zone::Iana(Tz::Europe__Berlin), Zone::Iana(Tz::America__New_York)];
    let document = Document { zones, ..Document::default() };
    let text = |event: Event| {
        String::from_utf8(document.event(event).into_bytes().expect("in memory")).expect("UTF-8")
    };
    let all: Vec<String> = events.into_iter().map(text).collect();
    let begin = |text: &String| text.find("BEGIN:VEVENT").expect("an event");
    let end = |text: &String| text.rfind("END:VCALENDAR").expect("a calendar");
    let inside: String = all.iter().map(|text| &text[begin(text)..end(text)]).collect();
    format!("{}{inside}END:VCALENDAR\r\n", &all[0][..begin(&all[0])])
}

/// Rules that Exchange has and rules that it has not.
fn rules() -> Vec<Rule> {
    let monthly = || Rule::each(Frequency::Monthly);
    let nth = |nth, day| ByDay { nth: Some(nth), day };
    let working = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri].map(ByDay::each);
    vec![
        Rule { interval: 3, ..Rule::each(Frequency::Daily) },
        weekly(),
        Rule { interval: 2, week_start: Some(Weekday::Sun), ..weekly() },
        Rule { by_month_day: vec![1], ..monthly() },
        Rule { by_month_day: vec![-1, 1], ..monthly() },
        Rule { by_day: vec![nth(1, Weekday::Mon)], ..monthly() },
        Rule { by_day: vec![nth(1, Weekday::Mon), nth(-1, Weekday::Mon)], ..monthly() },
        Rule { by_day: vec![nth(5, Weekday::Mon), nth(1, Weekday::Mon)], ..monthly() },
        Rule { by_day: working.to_vec(), by_position: vec![1], ..monthly() },
        Rule { by_month_day: vec![1], by_month: vec![1, 5, 9], ..Rule::each(Frequency::Yearly) },
        Rule { by_month_day: vec![1, 31], by_month: vec![1, 2, 3, 4], ..Rule::each(Frequency::Yearly) },
        Rule { by_month: vec![1, 7], ..weekly() },
        Rule { by_day: working.to_vec(), by_position: vec![1, -2], ..monthly() },
    ]
}

#[test]
fn every_occurrence_of_two_years_is_the_same() {
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut names = Vec::new();
    for rule in rules() {
        for end in [End::Never, End::Count(12), End::Until(Time::Utc(at("2025-04-01T12:00:00")))] {
            // Clocks change on other days there; once for each rule is enough.
            let zones: &[&str] = if end == End::Never { &[BERLIN, "America/New_York"] } else { &[BERLIN] };
            for zone in zones.iter().copied() {
                let mut event = series(
                    zoned("2024-01-01T09:30:00", zone),
                    zoned("2024-01-01T11:00:00", zone),
                    Rule { end: end.clone(), ..rule.clone() },
                );
                event.recurrence.except = vec![zoned("2024-07-01T09:30:00", zone)];
                event.exceptions = vec![exception("2024-01-01T09:30:00", "2024-01-01T15:00:00", 45)];
                event.exceptions[0].instead_of = Some(zoned("2024-01-01T09:30:00", zone));
                event.exceptions[0].entry.summary = Some("Other".into());
                names.push(format!(
                    "{} {zone}",
                    event.recurrence.rule.as_ref().map(Rule::value).unwrap_or_default()
                ));
                let (events, _) = round_trip(&event, &[]);
                before.push(written([event]));
                after.push(written(events));
            }
        }
    }
    let documents: Vec<_> = before.into_iter().chain(after).collect();
    let Some(mut expanded) = expand(&documents) else { return };
    let after = expanded.split_off(names.len());
    for ((name, before), after) in names.iter().zip(expanded).zip(after) {
        assert!(before.len() > 1, "{name}: {before:?}");
        assert_eq!(after, before, "{name}");
    }
}
