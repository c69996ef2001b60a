//! RRULE (RFC 5545 §3.3.10), as far as the model goes: nothing of a rule that says more, for what is left of it would
//! happen at other times.

use super::time::Moment;
use crate::calendar::{ByDay, End, Frequency, Rule, Time};
use chrono::{NaiveDateTime, Timelike, Weekday};

/// A list of a rule has no more parts: RFC 5545 knows none with more.
const LONGEST: usize = 366;

/// Reads a rule of an item that begins then, as its clocks show it.
pub(super) fn read(value: &str, start: Option<NaiveDateTime>) -> Option<Rule> {
    let mut rule = None;
    // Seen: `FREQ=DAILY\;COUNT=10`, as if it were a text.
    let parts = || {
        let parts = value.split(';').map(|part| part.trim().trim_end_matches('\\'));
        parts.filter(|part| !part.is_empty())
    };
    for part in parts() {
        let (name, value) = part.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("FREQ") {
            rule = Some(Rule::each(frequency(value)?));
        }
    }
    let mut rule = rule?;
    for part in parts() {
        let (name, value) = part.split_once('=')?;
        add(&mut rule, name.trim().to_ascii_uppercase().as_str(), value.trim(), start)?;
    }
    Some(rule)
}

fn add(rule: &mut Rule, name: &str, value: &str, start: Option<NaiveDateTime>) -> Option<()> {
    match name {
        "FREQ" => {}
        // Seen: 0, which means nothing.
        "INTERVAL" => rule.interval = value.parse::<u32>().ok()?.max(1),
        "COUNT" if rule.end == End::Never => rule.end = End::Count(value.parse().ok()?),
        "UNTIL" if rule.end == End::Never => rule.end = End::Until(until(value)?),
        "BYMONTH" => {
            rule.by_month = list(value, |one| one.parse().ok().filter(|month| (1..=12).contains(month)))?
        }
        "BYMONTHDAY" => rule.by_month_day = list(value, |one| within(one, 31))?,
        "BYDAY" => rule.by_day = list(value, by_day)?,
        "BYSETPOS" => rule.by_position = list(value, |one| within(one, 366))?,
        "WKST" => rule.week_start = Some(weekday(value)?),
        // Of what the start says already.
        "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
            let start = start?;
            let said = match name {
                "BYHOUR" => start.hour(),
                "BYMINUTE" => start.minute(),
                _ => start.second(),
            };
            return (value.parse() == Ok(said)).then_some(());
        }
        "RSCALE" if value.eq_ignore_ascii_case("GREGORIAN") => {}
        name if name.starts_with("X-") => {}
        _ => return None,
    }
    Some(())
}

fn frequency(word: &str) -> Option<Frequency> {
    match word.trim().to_ascii_uppercase().as_str() {
        "DAILY" => Some(Frequency::Daily),
        "WEEKLY" => Some(Frequency::Weekly),
        "MONTHLY" => Some(Frequency::Monthly),
        "YEARLY" => Some(Frequency::Yearly),
        _ => None,
    }
}

fn until(value: &str) -> Option<Time> {
    Some(match Moment::of(value)? {
        Moment::Date(day) => Time::Date(day),
        Moment::Local(time) => Time::Floating(time),
        Moment::Utc(time) => Time::Utc(time),
    })
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if value.split(',').count() > LONGEST {
        return None;
    }
    value.split(',').map(|one| read(one.trim())).collect()
}

/// A number other than 0, counted from the end if below it.
fn within(text: &str, most: i32) -> Option<i32> {
    text.parse::<i32>().ok().filter(|number| *number != 0 && number.abs() <= most)
}

fn by_day(text: &str) -> Option<ByDay> {
    let split = text.len().checked_sub(2)?;
    let (nth, day) = text.split_at_checked(split)?;
    let nth = if nth.is_empty() { None } else { Some(within(nth, 53)?) };
    Some(ByDay { nth, day: weekday(day)? })
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.trim().to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written_or_not_at_all() {
        let start = "2026-01-05T09:00:00".parse().ok();
        for (value, expected) in [
            ("FREQ=DAILY", Some("FREQ=DAILY")),
            (
                "freq=weekly;interval=2;byday=mo,fr;wkst=su;count=12;",
                Some("FREQ=WEEKLY;COUNT=12;INTERVAL=2;BYDAY=MO,FR;WKST=SU"),
            ),
            (
                "UNTIL=20261231T235959Z;FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
                Some("FREQ=YEARLY;UNTIL=20261231T235959Z;BYMONTH=3;BYDAY=-1SU"),
            ),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20270101",
                Some("FREQ=MONTHLY;UNTIL=20270101;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=1,-1;INTERVAL=0", Some("FREQ=MONTHLY;BYMONTHDAY=1,-1")),
            ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;X-A=1;RSCALE=GREGORIAN", Some("FREQ=DAILY")),
            ("FREQ=DAILY\\;COUNT=10", Some("FREQ=DAILY;COUNT=10")),
            ("FREQ=DAILY;BYHOUR=9,17", None),
            ("FREQ=DAILY;BYHOUR=10", None),
            ("FREQ=HOURLY", None),
            ("FREQ=YEARLY;BYWEEKNO=20", None),
            ("FREQ=YEARLY;BYYEARDAY=1", None),
            ("FREQ=YEARLY;BYMONTH=5L;RSCALE=CHINESE", None),
            ("FREQ=DAILY;COUNT=5;UNTIL=20260101", None),
            ("INTERVAL=2", None),
            ("FREQ=DAILY;BYDAY=éX", None),
            ("", None),
        ] {
            assert_eq!(read(value, start).map(|rule| rule.value()).as_deref(), expected, "{value}");
        }
    }
}
