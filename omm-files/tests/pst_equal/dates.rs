//! Appointments and tasks: when they are, as an independent reader expands them, and as they were meant.

use crate::{FILES, pairs};
use calcard::{
    common::timezone::Tz as Zone,
    icalendar::{ICalendar, dates::TimeOrDelta},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{Europe::Berlin, Tz};
use omm_testkit::pst::filled::{End, Pattern, Recurrence, recurrences};

/// How long is looked at.
const UNTIL: (i32, u32, u32) = (2026, 1, 1);

type Span = (DateTime<Utc>, DateTime<Utc>);

/// What an independent reader makes of it.
fn expanded(body: &[u8]) -> Vec<Span> {
    let (text, until) = without_end(String::from_utf8(body.to_vec()).unwrap().replace("\r\n ", ""));
    let calendar = ICalendar::parse(&text).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    let zone: Tz = Berlin;
    let found = calendar.expand_dates(Zone::Tz(zone), 3_000);
    assert!(found.errors.is_empty(), "{:?}: {text}", found.errors);
    let last = limit();
    let mut spans: Vec<Span> = found
        .events
        .into_iter()
        .map(|event| {
            let start = event.start.to_utc();
            let end = match event.end {
                TimeOrDelta::Time(end) => end.to_utc(),
                TimeOrDelta::Delta(length) => start + length,
            };
            (start, end)
        })
        .filter(|(start, _)| *start < last && until.is_none_or(|until| *start <= until))
        .collect();
    spans.sort();
    spans
}

/// The rule without its end, and the end (RFC 5545 §3.3.10): calcard 0.3.14 compares the end, which is in UTC, with local times.
fn without_end(text: String) -> (String, Option<DateTime<Utc>>) {
    let rule = text.find("BEGIN:VEVENT").unwrap_or_default();
    let Some(at) = text[rule..].find(";UNTIL=").map(|at| rule + at) else { return (text, None) };
    let end = &text[at + 7..at + 23];
    let until = NaiveDateTime::parse_from_str(end, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
    (text.replacen(&text[at..at + 23], "", 1), Some(until))
}

fn limit() -> DateTime<Utc> {
    let (year, month, day) = UNTIL;
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0).unwrap()
}

fn time(minutes: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1601, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap()
        + Duration::minutes(minutes.into())
}

fn utc(local: NaiveDateTime) -> DateTime<Utc> {
    Berlin.from_local_datetime(&local).earliest().unwrap().to_utc()
}

/// Whether a day is one of the recurrence: every day is asked.
fn is_one(recurrence: &Recurrence, day: NaiveDate) -> bool {
    let first = time(recurrence.start).date();
    let days = (day - first).num_days();
    let months = (day.year() - first.year()) * 12 + day.month0() as i32 - first.month0() as i32;
    let bit = |day: NaiveDate| 1_u8 << day.weekday().num_days_from_sunday();
    let length = u32::from(day.num_days_in_month());
    let nth = |mask: u8, nth: u32| {
        let of_month: Vec<_> =
            (1..=length).filter_map(|at| day.with_day(at)).filter(|day| mask & bit(*day) != 0).collect();
        let wanted = if nth == 5 { of_month.last() } else { of_month.get(nth as usize - 1) };
        wanted == Some(&day)
    };
    if days < 0 {
        return false;
    }
    match recurrence.pattern {
        Pattern::Daily(period) => days % i64::from(period) == 0,
        Pattern::Weekdays => bit(day) & 0x3e != 0,
        Pattern::Weekly(period, mask) => {
            let sunday = |day: NaiveDate| day - Duration::days(day.weekday().num_days_from_sunday().into());
            let weeks = (sunday(day) - sunday(first)).num_days() / 7;
            mask & bit(day) != 0 && weeks % i64::from(period) == 0
        }
        Pattern::Monthly(period, wanted) => months % period as i32 == 0 && day.day() == wanted.min(length),
        Pattern::MonthlyNth(period, mask, which) => months % period as i32 == 0 && nth(mask, which),
        Pattern::MonthEnd(period) => months % period as i32 == 0 && day.day() == length,
        Pattern::Yearly(period, wanted) => {
            months % (12 * period as i32) == 0 && day.day() == wanted.min(length)
        }
        Pattern::YearlyNth(period, mask, which) => months % (12 * period as i32) == 0 && nth(mask, which),
    }
}

/// As it was meant.
fn meant(recurrence: &Recurrence) -> Vec<Span> {
    let first = time(recurrence.start).date();
    let mut days: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|day| day.year() < UNTIL.0)
        .filter(|day| is_one(recurrence, *day))
        .collect();
    match recurrence.end {
        End::Never => {}
        End::Date(last, _) => days.retain(|day| *day <= time(last).date()),
        End::Count(count, _) => days.truncate(count as usize),
    }
    let gone: Vec<NaiveDate> = recurrence
        .deleted
        .iter()
        .copied()
        .chain(recurrence.exceptions.iter().map(|one| one.original))
        .map(|minutes| time(minutes).date())
        .collect();
    days.retain(|day| !gone.contains(day));
    let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap();
    let at = |day: NaiveDate, minutes: u32| utc(midnight(day) + Duration::minutes(minutes.into()));
    let usual = days.into_iter().map(|day| (at(day, recurrence.hours.0), at(day, recurrence.hours.1)));
    let different = recurrence.exceptions.iter().map(|one| (utc(time(one.start)), utc(time(one.end))));
    let mut spans: Vec<Span> = usual.chain(different).filter(|(start, _)| *start < limit()).collect();
    spans.sort();
    spans
}

#[test]
fn series_are_when_they_were_meant() {
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        let mut counted = 0;
        for (subject, recurrence) in recurrences() {
            let pair =
                pairs.iter().find(|pair| pair.class() == "IPM.Appointment" && pair.subject() == subject);
            let pair = pair.expect(subject);
            let (wanted, found) = (meant(&recurrence), expanded(&pair.body));
            let text = String::from_utf8_lossy(&pair.body);
            let first = wanted.iter().zip(&found).find(|(wanted, found)| wanted != found);
            assert_eq!((wanted.len(), None), (found.len(), first), "{subject} {}\n{text}", pair.file);
            counted += wanted.len();
        }
        assert!(counted > 400, "{counted}");
    }
}

#[test]
fn an_exception_has_its_own_words() {
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        let pair = pairs.iter().find(|pair| pair.subject() == "Weekly with exceptions").unwrap();
        let text = crate::text::of_lines(&pair.body);
        // 16:00 in the zone, where it is winter until the 26th.
        for part in [
            "RECURRENCE-ID;TZID=Europe/Berlin:20230320T100000",
            "DTSTART;TZID=Europe/Berlin:20230321T140000",
            "SUMMARY:Moved – größer",
            "LOCATION:Another room",
            "TRIGGER:-PT60M",
            "This occurrence is different.",
        ] {
            let other = part.replace("PT60M", "PT1H");
            assert!(text.contains(part) || text.contains(&other), "{part}: {text}");
        }
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 4, "{text}");
    }
}

/// Single ones: the lines that say when.
#[test]
fn single_ones_are_when_they_were_meant() {
    let utc = |month, day, hour, minute| Utc.with_ymd_and_hms(2023, month, day, hour, minute, 0).unwrap();
    for (format, crypt) in FILES {
        let pairs = pairs(format, crypt, 0);
        for (subject, span) in [
            ("Dentist; bring, papers", (utc(11, 15, 9, 0), utc(11, 15, 9, 45))),
            ("Planning", (utc(11, 20, 13, 0), utc(11, 20, 14, 30))),
        ] {
            let pair = pairs.iter().find(|pair| pair.subject() == subject).unwrap();
            assert_eq!(expanded(&pair.body), [span], "{subject}");
        }
        let text = |subject: &str| {
            crate::text::of_lines(&pairs.iter().find(|pair| pair.subject() == subject).unwrap().body)
        };
        let rows: [(&str, &[&str]); 4] = [
            (
                "Christmas",
                &["DTSTART;VALUE=DATE:20231224", "DTEND;VALUE=DATE:20231227", "TRANSP:TRANSPARENT"],
            ),
            (
                "Dentist; bring, papers",
                &["CLASS:PRIVATE", "TRIGGER", "Health", "Privé", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"],
            ),
            (
                "Planning",
                &[
                    "ORGANIZER",
                    "PARTSTAT=ACCEPTED",
                    "PARTSTAT=DECLINED",
                    "PARTSTAT=TENTATIVE",
                    "ROLE=OPT-PARTICIPANT",
                ],
            ),
            (
                "Write the report",
                &[
                    "DUE;VALUE=DATE:20230831",
                    "DTSTART;VALUE=DATE:20230801",
                    "PERCENT-COMPLETE:50",
                    "STATUS:IN-PROCESS",
                ],
            ),
        ];
        for (subject, parts) in rows {
            let text = text(subject);
            for part in parts {
                assert!(text.contains(part), "{subject}, {part}: {text}");
            }
        }
    }
}
