//! The days of a rule (RFC 5545 §3.3.10), as far as the model has its parts.

use super::MOST_DAYS;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use omm_content::calendar::{End, Frequency, Rule};

/// Rules that reckon in vain so often have no day any more.
const LONGEST_REST: usize = 4_000;

/// The days of a rule that begins on `first`, up to `last`, in their order: [`MOST_DAYS`] at most. A count ends it; of
/// UNTIL the caller knows the day.
pub(crate) fn expand(rule: &Rule, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let most = match rule.end {
        End::Count(count) => usize::try_from(count).unwrap_or(MOST_DAYS).min(MOST_DAYS),
        End::Never | End::Until(_) => MOST_DAYS,
    };
    // No year of a calendar has five digits (RFC 5545 §3.3.4): what is counted may go on for a hundred thousand years.
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).map_or(last, |end| last.min(end));
    let mut found = Vec::new();
    let mut rest = 0;
    for period in 0..u64::MAX {
        let Some(days) = in_period(rule, first, period) else { break };
        if days.first().is_some_and(|day| *day > last) {
            break;
        }
        let counted = found.len();
        for day in days.into_iter().filter(|day| *day >= first) {
            if day > last || found.len() >= most {
                return found;
            }
            found.push(day);
        }
        rest = if found.len() > counted { 0 } else { rest + 1 };
        if rest > LONGEST_REST {
            break;
        }
    }
    found
}

/// The days of the nth period that counts; nothing beyond the calendar.
fn in_period(rule: &Rule, first: NaiveDate, nth: u64) -> Option<Vec<NaiveDate>> {
    let ahead = nth.checked_mul(u64::from(rule.interval.max(1)))?;
    let days = match rule.frequency {
        Frequency::Daily => {
            let day = first.checked_add_days(Days::new(ahead))?;
            let is = in_months(rule, day) && on_month_days(rule, day) && on_days(rule, day.weekday());
            if is { vec![day] } else { Vec::new() }
        }
        Frequency::Weekly => {
            let week = first.week(rule.week_start.unwrap_or(Weekday::Mon)).checked_first_day()?;
            let week = week.checked_add_days(Days::new(ahead.checked_mul(7)?))?;
            let all = (0..7).filter_map(|day| week.checked_add_days(Days::new(day)));
            let is = |day: &NaiveDate| {
                let named = if rule.by_day.is_empty() {
                    day.weekday() == first.weekday()
                } else {
                    on_days(rule, day.weekday())
                };
                named && in_months(rule, *day) && on_month_days(rule, *day)
            };
            all.filter(is).collect()
        }
        Frequency::Monthly => {
            let month = first.with_day(1)?.checked_add_months(Months::new(u32::try_from(ahead).ok()?))?;
            if in_months(rule, month) { of_month(rule, month, first.day()) } else { Vec::new() }
        }
        Frequency::Yearly => {
            let year = first.year().checked_add(i32::try_from(ahead).ok()?)?;
            of_year(rule, first, NaiveDate::from_ymd_opt(year, 1, 1)?)
        }
    };
    Some(positioned(rule, days))
}

fn in_months(rule: &Rule, day: NaiveDate) -> bool {
    rule.by_month.is_empty() || rule.by_month.contains(&day.month())
}

fn on_month_days(rule: &Rule, day: NaiveDate) -> bool {
    let length = i32::from(day.num_days_in_month());
    let from_start = day.day().cast_signed();
    rule.by_month_day.is_empty()
        || rule.by_month_day.iter().any(|named| *named == from_start || *named == from_start - length - 1)
}

fn on_days(rule: &Rule, day: Weekday) -> bool {
    rule.by_day.is_empty() || rule.by_day.iter().any(|named| named.day == day)
}

/// The days of a month; `day` where no part names one.
fn of_month(rule: &Rule, month: NaiveDate, day: u32) -> Vec<NaiveDate> {
    let all = (1..=u32::from(month.num_days_in_month())).filter_map(|day| month.with_day(day));
    if rule.by_day.is_empty() && rule.by_month_day.is_empty() {
        return month.with_day(day).into_iter().collect();
    }
    let named = |one: &NaiveDate| {
        rule.by_day.is_empty() || is_nth(rule, *one, month, u32::from(month.num_days_in_month()))
    };
    all.filter(|one| on_month_days(rule, *one) && named(one)).collect()
}

fn of_year(rule: &Rule, first: NaiveDate, year: NaiveDate) -> Vec<NaiveDate> {
    if !rule.by_month.is_empty() || !rule.by_month_day.is_empty() {
        let months =
            (1..=12).filter_map(|month| year.with_month(month)).filter(|month| in_months(rule, *month));
        return months.flat_map(|month| of_month(rule, month, first.day())).collect();
    }
    if rule.by_day.is_empty() {
        return NaiveDate::from_ymd_opt(year.year(), first.month(), first.day()).into_iter().collect();
    }
    let length: u32 = if year.leap_year() { 366 } else { 365 };
    let all = (0..u64::from(length)).filter_map(|day| year.checked_add_days(Days::new(day)));
    all.filter(|day| is_nth(rule, *day, year, length)).collect()
}

/// Whether a day is one that BYDAY names: the nth from the beginning or the end of a month or a year.
fn is_nth(rule: &Rule, day: NaiveDate, begin: NaiveDate, length: u32) -> bool {
    let before = (day - begin).num_days();
    let behind = i64::from(length) - 1 - before;
    rule.by_day.iter().any(|named| {
        named.day == day.weekday()
            && match named.nth.map(i64::from) {
                None => true,
                Some(nth) if nth > 0 => before / 7 + 1 == nth,
                Some(nth) => behind / 7 + 1 == -nth,
            }
    })
}

/// BYSETPOS.
fn positioned(rule: &Rule, days: Vec<NaiveDate>) -> Vec<NaiveDate> {
    if rule.by_position.is_empty() {
        return days;
    }
    let length = i32::try_from(days.len()).unwrap_or(i32::MAX);
    let is =
        |at: i32| rule.by_position.iter().any(|position| *position == at + 1 || *position == at - length);
    days.into_iter().zip(0..).filter(|(_, at)| is(*at)).map(|(day, _)| day).collect()
}
