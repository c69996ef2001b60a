//! INTERNALDATE as it comes (RFC 9051 §9, date-time).

use chrono::{FixedOffset, NaiveDate, TimeZone};
use omm_core::model::Received;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// ` 1-Jan-2024 00:00:00 +0100`; the day with or without its pad. What is no date is nothing.
pub(super) fn date_time(text: &str) -> Option<Received> {
    let mut words = text.split_ascii_whitespace();
    let date = date(words.next()?)?;
    let mut clock = words.next()?.split(':');
    let (hour, minute) = (digits(clock.next()?, 2)?, digits(clock.next()?, 2)?);
    // A leap second, which chrono does not have in zones.
    let second = digits(clock.next()?, 2)?.min(59);
    let at = date.and_hms_opt(hour, minute, second)?;
    zone(words.next())?.from_local_datetime(&at).single()
}

fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    // Year 0000 is what servers say for a date that they do not have.
    let year = digits(year, 4).filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()? + 1, digits(day, 2)?)
}

/// `+0100`; without a zone the time is taken as it stands.
fn zone(text: Option<&str>) -> Option<FixedOffset> {
    let Some(text) = text else { return FixedOffset::east_opt(0) };
    let (sign, number) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(number), _) => (1, number),
        (_, Some(number)) => (-1, number),
        _ => return matches!(text, "GMT" | "UTC" | "UT" | "Z").then(|| FixedOffset::east_opt(0)).flatten(),
    };
    let number = i32::try_from(digits(number, 4)?).ok()?;
    FixedOffset::east_opt(sign * (number / 100 * 60 + number % 100) * 60)
}

fn digits(text: &str, most: usize) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}
