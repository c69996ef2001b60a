//! Dates of people, as both versions and their programs write them.

use crate::{card::CardDate, read::component::Property};
use chrono::NaiveDate;

/// What a property says, and whether it told a time of the day as well.
pub(super) fn read(property: &Property) -> Option<(CardDate, bool)> {
    let text = property.text();
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // Words have no other form than words (RFC 6350 §4.3.1).
    if property.has("VALUE", "text") {
        return Some((CardDate::Text(text.to_owned()), false));
    }
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) if time.starts_with(|first: char| first.is_ascii_digit()) => (day, Some(time)),
        _ => (text, None),
    };
    let Some(date) = day_of(day, property) else { return Some((CardDate::Text(text.to_owned()), false)) };
    // Midnight is what programs write that know no time.
    let is_midnight = |time: &str| {
        let hour = time.split(['Z', 'z', '+', '-']).next().unwrap_or_default();
        hour.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'))
    };
    Some((date, time.is_some_and(|time| !is_midnight(time))))
}

/// RFC 6350 §4.3.1: `20000102`, `--0102`; RFC 2426 §3.1.5: `2000-01-02`.
fn day_of(text: &str, property: &Property) -> Option<CardDate> {
    if let Some(rest) = text.strip_prefix("--") {
        let digits = rest.replace('-', "");
        let (month, day) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // A leap year has every day that there is.
        NaiveDate::from_ymd_opt(2000, month, day)?;
        return Some(CardDate::Yearless { month, day });
    }
    let digits = text.replace('-', "");
    let is_day = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let day = NaiveDate::parse_from_str(&digits, "%Y%m%d").ok().filter(|_| is_day)?;
    // Seen: address books of Apple write a year for "none", and say so.
    let omitted = property.param("X-APPLE-OMIT-YEAR").and_then(|year| year.parse::<i32>().ok());
    let year = chrono::Datelike::year(&day);
    if omitted == Some(year) {
        let (month, day) = (chrono::Datelike::month(&day), chrono::Datelike::day(&day));
        return Some(CardDate::Yearless { month, day });
    }
    Some(CardDate::Day(day))
}
