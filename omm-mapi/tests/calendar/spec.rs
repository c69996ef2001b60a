//! The worked examples of [MS-OXOCAL] §4.1.1 and §4.1.4.

use chrono::{NaiveDate, NaiveTime, Weekday};
use omm_content::calendar::{Time, zone::Switch};
use omm_mapi::{
    recurrence::{Days, Ending, Kind, Rendered, Series, appointment},
    time_zone::definition,
};

const WEEKLY: &str = "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000000000000000000008020BC0C20ADBC0C\
    0630000009300000580200007602000000000000000000000000";
const WEEKLY_CHANGED: &str = "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000\
    A096BC0C8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563\
    757272656E6365207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C5299BC0C\
    F898BC0C2100530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800\
    630065007000740069006F006E0073000700330034002F0034003100340031000000000000000000";
const DAILY: &str = "043004300A2000000000A0050000E010000000000000212000000A0000000000000002000000A0C1DC0C80D2DC0C00000000207EDC0C\
    0016DD0C0630000009300000E0010000FE01000000000000000000000000";
const HEBREW: &str = "043004300D200200080080750A000C0000000000000003000000232000000A0000000000000001000000207EDC0C01000000207EDC0C\
    6074C40CDF80E95A0630000009300000E0010000FE01000001000080DC0C1E80DC0C0080DC0C24023C000000010000000000000004000000000000\
    000000000000000000";
const PACIFIC: &str = "0201300002001500500061006300690066006900630020005300740061006E0064006100720064002000540069006D006500020002013E\
    000000D6070000000000000000000000000000E001000000000000C4FFFFFF00000A000000050002000000000000000000040000000100020000\
    000000000002013E000200D7070000000000000000000000000000E001000000000000C4FFFFFF00000B00000001000200000000000000000003\
    00000002000200000000000000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn read(hex: &str) -> Series {
    let series = appointment(&bytes(hex), 1252).unwrap();
    assert_eq!(series.losses, [""; 0]);
    series
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn weekly() {
    for (hex, exceptions) in [(WEEKLY, 0), (WEEKLY_CHANGED, 1)] {
        let series = read(hex);
        assert_eq!(series.pattern.kind, Kind::Week(Days(0x32)));
        assert_eq!(series.pattern.ending, Ending::Count(12));
        assert_eq!(series.pattern.start, Some(day("2007-03-26")));
        assert_eq!(series.pattern.end, Some(day("2007-04-20")));
        assert_eq!(series.minutes, Some((600, 630)));
        assert_eq!(series.exceptions.len(), exceptions);
        let Some(Rendered::Rule(first, rule)) = series.pattern.render(Time::Date) else { panic!("no rule") };
        assert_eq!(first, day("2007-03-26"));
        assert_eq!(rule.value(), "FREQ=WEEKLY;COUNT=12;BYDAY=MO,TH,FR;WKST=SU");
    }
    let changed = &read(WEEKLY_CHANGED).exceptions[0];
    assert_eq!(changed.subject.as_deref(), Some("Simple Recurrence with exceptions"));
    assert_eq!(changed.location.as_deref(), Some("34/4141"));
    assert_eq!(changed.original.to_string(), "2007-04-16 10:00:00");
    assert_eq!(changed.start.to_string(), "2007-04-16 11:00:00");
    assert_eq!(changed.end.to_string(), "2007-04-16 11:30:00");
}

#[test]
fn daily() {
    let series = read(DAILY);
    assert_eq!(series.pattern.deleted, [day("2011-04-19"), day("2011-04-22")]);
    let Some(Rendered::Rule(first, rule)) = series.pattern.render(Time::Date) else { panic!("no rule") };
    assert_eq!((first, rule.value().as_str()), (day("2011-04-07"), "FREQ=DAILY;UNTIL=20110504;INTERVAL=3"));
}

#[test]
fn hebrew() {
    let series = read(HEBREW);
    assert_eq!(series.pattern.start, Some(day("2008-04-08")));
    let Some(Rendered::Dates(days, false)) = series.pattern.render(Time::Date) else { panic!("no days") };
    // 3 Nisan of 5768 to 5773; the second was changed on 2011-04-07, which is 3 Nisan 5771.
    let expected = ["2008-04-08", "2009-03-28", "2010-03-18", "2011-04-07", "2012-03-26", "2013-03-14"];
    assert_eq!(days[..6], expected.map(day));
    let changed = &series.exceptions[0];
    assert_eq!(changed.original.date(), day("2011-04-07"));
    assert_eq!((changed.reminder_minutes, changed.busy, changed.body), (Some(60), Some(1), true));
}

#[test]
fn zone() {
    let zone = definition(&bytes(PACIFIC)).unwrap();
    assert_eq!(zone.name, "Pacific Standard Time");
    let at = |month, nth| Switch {
        month,
        weekday: Some(Weekday::Sun),
        nth,
        time: NaiveTime::from_hms_opt(2, 0, 0).unwrap(),
    };
    let found: Vec<_> =
        zone.rules.iter().map(|rule| (rule.year, rule.effective, rule.rules.switches.unwrap())).collect();
    assert_eq!(found, [(2006, false, (at(10, 5), at(4, 1))), (2007, true, (at(11, 1), at(3, 2)))]);
    assert!(zone.rules.iter().all(|rule| (rule.rules.standard, rule.rules.daylight) == (-480, -420)));
}

#[test]
fn a_blob_without_the_unicode_text_of_its_exceptions_says_so() {
    let blob = bytes(WEEKLY_CHANGED);
    let ends = blob.windows(7).position(|letters| letters == b"34/4141").unwrap() + 7;
    for (length, whole) in [(blob.len(), true), (ends, false), (ends + 4, false)] {
        let series = appointment(&blob[..length], 1252).unwrap();
        assert_eq!(series.losses.is_empty(), whole, "{length}");
        assert_eq!(series.exceptions[0].location.as_deref(), Some("34/4141"));
    }
}
