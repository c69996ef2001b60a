//! A pattern as a rule, and a rule as a pattern if one has the same days.

use super::pattern::{Pattern, Range, Series};
use crate::convert::weekday;
use chrono::{Datelike, NaiveDate, Weekday};
use omm_content::calendar::{ByDay, End, Frequency, Rule, Time};

impl Series {
    /// As a rule of iCalendar, for a series whose first day is `first`. `until` makes UNTIL of a day.
    pub(crate) fn rule(&self, first: NaiveDate, until: impl FnOnce(NaiveDate) -> Time) -> Rule {
        let end = match self.range {
            Range::NoEnd => End::Never,
            Range::Count(count) => End::Count(count),
            Range::Until(last) => End::Until(until(last.max(first))),
        };
        Rule { end, ..self.without_end(first) }
    }

    fn without_end(&self, first: NaiveDate) -> Rule {
        match &self.pattern {
            Pattern::Daily(interval) => Rule { interval: *interval, ..Rule::each(Frequency::Daily) },
            Pattern::Weekly(interval, days, week_start) => Rule {
                interval: *interval,
                by_day: days.iter().copied().map(ByDay::each).collect(),
                week_start: *week_start,
                ..Rule::each(Frequency::Weekly)
            },
            Pattern::AbsoluteMonthly(interval, day) => by_months(day_of_month(*day), *interval, first),
            Pattern::RelativeMonthly(interval, days, nth) => {
                by_months(nth_of_month(days, *nth), *interval, first)
            }
            Pattern::AbsoluteYearly(day, month) => yearly(day_of(*day, *month), *month),
            Pattern::RelativeYearly(days, nth, month) => yearly(nth_of_month(days, *nth), *month),
        }
    }
}

fn by_months(rule: Rule, interval: u32, first: NaiveDate) -> Rule {
    match interval {
        interval if interval.is_multiple_of(12) => {
            Rule { interval: interval / 12, ..yearly(rule, first.month()) }
        }
        interval => Rule { interval, ..rule },
    }
}

fn yearly(rule: Rule, month: u32) -> Rule {
    Rule { frequency: Frequency::Yearly, by_month: vec![month], ..rule }
}

/// Exchange takes the last day of a month that is shorter; RRULE would leave the month out.
fn day_of_month(day: u32) -> Rule {
    let monthly = Rule::each(Frequency::Monthly);
    match day.cast_signed() {
        day @ ..=28 => Rule { by_month_day: vec![day], ..monthly },
        day @ (29 | 30) => Rule { by_month_day: (28..=day).collect(), by_position: vec![-1], ..monthly },
        _ => Rule { by_month_day: vec![-1], ..monthly },
    }
}

/// The same for a month of which one knows how long it is.
fn day_of(day: u32, month: u32) -> Rule {
    if day <= shortest(month) {
        return Rule { by_month_day: vec![day.cast_signed()], ..Rule::each(Frequency::Monthly) };
    }
    day_of_month(if month == 2 && day == 29 { 29 } else { 31 })
}

/// The length of a month, that of February in most years.
fn shortest(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn nth_of_month(days: &[Weekday], nth: i32) -> Rule {
    let monthly = Rule::each(Frequency::Monthly);
    match days {
        [day] => Rule { by_day: vec![ByDay { nth: Some(nth), day: *day }], ..monthly },
        _ => Rule {
            by_day: days.iter().copied().map(ByDay::each).collect(),
            by_position: vec![nth],
            ..monthly
        },
    }
}

/// The pattern that has exactly the days of a rule that begins on `first`; nothing if none has.
pub(crate) fn exact(rule: &Rule, first: NaiveDate) -> Option<Pattern> {
    let interval = rule.interval.max(1);
    let pattern = match rule.frequency {
        Frequency::Daily => daily(rule, interval)?,
        Frequency::Weekly => weekly(rule, interval, first)?,
        Frequency::Monthly if rule.by_month.is_empty() => monthly(rule, interval, first)?,
        // Each month that is one of these is each year in these months.
        Frequency::Monthly if interval == 1 => of_year(rule, interval, first)?,
        Frequency::Monthly => return None,
        Frequency::Yearly => of_year(rule, interval, first)?,
    };
    pattern.fits().then_some(pattern)
}

fn daily(rule: &Rule, interval: u32) -> Option<Pattern> {
    let bare = rule.by_month.is_empty() && rule.by_month_day.is_empty() && rule.by_position.is_empty();
    match each_day(rule)? {
        _ if !bare => None,
        days if days.is_empty() => Some(Pattern::Daily(interval)),
        days if interval == 1 => Some(Pattern::Weekly(1, days, rule.week_start)),
        _ => None,
    }
}

fn weekly(rule: &Rule, interval: u32, first: NaiveDate) -> Option<Pattern> {
    let bare = rule.by_month.is_empty() && rule.by_month_day.is_empty() && rule.by_position.is_empty();
    let days = each_day(rule).filter(|_| bare)?;
    let days = if days.is_empty() { vec![first.weekday()] } else { days };
    // Where weeks are left out it matters with which day they begin: RFC 5545 says Monday, servers as they like.
    let week_start = rule.week_start.or((interval > 1).then_some(Weekday::Mon));
    Some(Pattern::Weekly(interval, days, week_start))
}

/// The days of the week that a rule names, Sunday first; nothing if it numbers them.
fn each_day(rule: &Rule) -> Option<Vec<Weekday>> {
    let named = |day: &Weekday| rule.by_day.iter().any(|by| by.day == *day);
    rule.by_day.iter().all(|by| by.nth.is_none()).then(|| weekday::ALL.into_iter().filter(named).collect())
}

fn monthly(rule: &Rule, interval: u32, first: NaiveDate) -> Option<Pattern> {
    if let Some(day) = day(rule, first, 28) {
        return Some(Pattern::AbsoluteMonthly(interval, day));
    }
    let (days, nth) = nth_days(rule)?;
    Some(Pattern::RelativeMonthly(interval, days, nth))
}

fn of_year(rule: &Rule, interval: u32, first: NaiveDate) -> Option<Pattern> {
    let months = match rule.by_month.as_slice() {
        [] if rule.by_day.is_empty() && rule.by_month_day.is_empty() => vec![first.month()],
        // The nth day of a year, and days of every month.
        [] => return None,
        months => months.to_vec(),
    };
    // Each year once, or each so many months.
    let (each, month) = match months.as_slice() {
        [month] => (interval.checked_mul(12)?, *month),
        months if interval == 1 => (spacing(months)?, first.month()),
        _ => return None,
    };
    let in_month = Rule { by_month: Vec::new(), ..rule.clone() };
    // A year's BYSETPOS counts the days of all its months.
    if months.len() > 1 && !rule.by_position.is_empty() || !months.contains(&first.month()) && each != 12 {
        return None;
    }
    let known = months.iter().map(|month| shortest(*month)).min().unwrap_or(28);
    match (day(&in_month, first, known), each) {
        (Some(day), 12) => Some(Pattern::AbsoluteYearly(day, month)),
        (Some(day), each) => Some(Pattern::AbsoluteMonthly(each, day)),
        (None, 12) => nth_days(&in_month).map(|(days, nth)| Pattern::RelativeYearly(days, nth, month)),
        (None, each) => nth_days(&in_month).map(|(days, nth)| Pattern::RelativeMonthly(each, days, nth)),
    }
}

/// How many months lie between months that are equally far apart, over the end of the year too.
fn spacing(months: &[u32]) -> Option<u32> {
    let mut sorted = months.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let count = u32::try_from(sorted.len()).ok()?;
    let each = 12_u32.checked_div(count).filter(|each| each * count == 12)?;
    sorted.windows(2).all(|pair| matches!(pair, [one, two] if one + each == *two)).then_some(each)
}

/// The day of the month, if it is one that all months have that count: the shortest has `shortest`.
fn day(rule: &Rule, first: NaiveDate, shortest: u32) -> Option<u32> {
    if !rule.by_day.is_empty() {
        return None;
    }
    let last_of = |days: &[i32], upto: i32| days.iter().copied().eq(28..=upto) && rule.by_position == [-1];
    match rule.by_month_day.as_slice() {
        [] if rule.by_position.is_empty() && first.day() <= shortest => Some(first.day()),
        [day] if matches!(rule.by_position.as_slice(), [] | [-1 | 1]) => match *day {
            -1 => Some(31),
            day => u32::try_from(day).ok().filter(|day| (1..=shortest).contains(day)),
        },
        days if last_of(days, 29) => Some(29),
        days if last_of(days, 30) => Some(30),
        days if last_of(days, 31) => Some(31),
        _ => None,
    }
}

/// The days of the week and which of them in a month, if Exchange has a word for both.
fn nth_days(rule: &Rule) -> Option<(Vec<Weekday>, i32)> {
    if !rule.by_month_day.is_empty() {
        return None;
    }
    let (days, nth) = match (rule.by_day.as_slice(), rule.by_position.as_slice()) {
        ([ByDay { nth: Some(nth), day }], [] | [-1 | 1]) => (vec![*day], *nth),
        (_, [position]) => (each_day(rule)?, *position),
        _ => return None,
    };
    weekday::one_word(&days).and(weekday::index(nth))?;
    Some((days, nth))
}
