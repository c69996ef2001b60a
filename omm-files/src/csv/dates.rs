//! Dates as people and programs write them.

use chrono::NaiveDate;
use omm_content::card::CardDate;

/// Which comes first in `1/2/1990`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// The order that the dates of a file show: one number above 12 tells it for all. Otherwise that of its language.
pub(super) fn order<'a>(dates: impl Iterator<Item = &'a str>, is_english: bool) -> Order {
    for date in dates {
        match numbers(date).as_deref() {
            Some([(first, _), (second, _), _]) if (13..=31).contains(first) && *second <= 12 => {
                return Order::DayFirst;
            }
            Some([(first, _), (second, _), _]) if *first <= 12 && (13..=31).contains(second) => {
                return Order::MonthFirst;
            }
            _ => {}
        }
    }
    if is_english { Order::MonthFirst } else { Order::DayFirst }
}

/// A date, or the words that stand in its place; nothing for the ways to write "none".
pub(super) fn date(text: &str, order: Order) -> Option<CardDate> {
    let text = text.trim();
    // Outlook writes 0/0/00 for none, in the order and with the marks of its language.
    if !text.chars().any(|letter| letter.is_alphanumeric() && letter != '0') {
        return None;
    }
    Some(read(text, order).unwrap_or_else(|| CardDate::Text(text.to_owned())))
}

fn read(text: &str, order: Order) -> Option<CardDate> {
    if let Some(yearless) = text.strip_prefix("--") {
        let digits: String = yearless.chars().filter(char::is_ascii_digit).collect();
        let month = digits.get(..2)?.parse().ok()?;
        let day = digits.get(2..)?.parse().ok()?;
        // A leap year, so that the 29th of February is a day.
        return NaiveDate::from_ymd_opt(2000, month, day).map(|_| CardDate::Yearless { month, day });
    }
    let day = match numbers(text)?.as_slice() {
        [(year, 4), (month, _), (day, _)] => NaiveDate::from_ymd_opt(*year as i32, *month, *day),
        [(first, 1 | 2), (second, 1 | 2), (year, 4)] => {
            let year = *year as i32;
            let (day, month) = if order == Order::DayFirst { (first, second) } else { (second, first) };
            NaiveDate::from_ymd_opt(year, *month, *day)
                .or_else(|| NaiveDate::from_ymd_opt(year, *day, *month))
        }
        [(whole, 8)] => NaiveDate::from_ymd_opt((whole / 10_000) as i32, whole / 100 % 100, whole % 100),
        // Two digits of a year: nobody can say which.
        _ => None,
    };
    day.map(CardDate::Day)
}

/// The numbers of a date and how many digits each has; nothing if there is anything else. A time of day is left out.
fn numbers(text: &str) -> Option<Vec<(u32, usize)>> {
    let text = text.trim();
    let text = match text.find([' ', 'T']) {
        // `2000-01-01T00:00:00Z`, `1/2/1990 0:00`.
        Some(at) if text[at..].contains(':') => &text[..at],
        _ => text,
    };
    text.split(['/', '.', '-']).map(|part| Some((part.trim().parse().ok()?, part.trim().len()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_programs() {
        let day = |year, month, day| Some(CardDate::Day(NaiveDate::from_ymd_opt(year, month, day).unwrap()));
        for (text, order, expected) in [
            ("1975-12-12", Order::DayFirst, day(1975, 12, 12)),
            ("20/01/1991", Order::MonthFirst, day(1991, 1, 20)),
            ("1/2/1990", Order::MonthFirst, day(1990, 1, 2)),
            ("1.2.1990", Order::DayFirst, day(1990, 2, 1)),
            ("2000/9/13", Order::DayFirst, day(2000, 9, 13)),
            ("19900212", Order::DayFirst, day(1990, 2, 12)),
            ("1990-02-12T00:00:00Z", Order::DayFirst, day(1990, 2, 12)),
            ("2/12/1990 0:00", Order::MonthFirst, day(1990, 2, 12)),
            ("--02-29", Order::DayFirst, Some(CardDate::Yearless { month: 2, day: 29 })),
            ("0/0/00", Order::DayFirst, None),
            ("00-00-0000", Order::DayFirst, None),
            ("", Order::DayFirst, None),
            ("1/2/75", Order::DayFirst, Some(CardDate::Text("1/2/75".into()))),
            ("in May", Order::DayFirst, Some(CardDate::Text("in May".into()))),
            ("31/31/1990", Order::DayFirst, Some(CardDate::Text("31/31/1990".into()))),
            ("--1", Order::DayFirst, Some(CardDate::Text("--1".into()))),
        ] {
            assert_eq!(date(text, order), expected, "{text}");
        }
        for (dates, english, expected) in [
            (&["1/2/1990", "13/2/1990"][..], true, Order::DayFirst),
            (&["1/2/1990", "2/13/1990"], false, Order::MonthFirst),
            (&["1/2/1990"], true, Order::MonthFirst),
            (&[], false, Order::DayFirst),
        ] {
            assert_eq!(order(dates.iter().copied(), english), expected, "{dates:?}");
        }
    }
}
