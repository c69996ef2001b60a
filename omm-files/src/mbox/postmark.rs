//! The line that begins a message: `From sender Thu Jan  1 00:00:00 1970`.
//!
//! RFC 4155 App. A wants an asctime date in UTC. Seen: no seconds, a zone before or after the year, a date with a
//! comma, nothing but `From -` (Mozilla) or `From ` (Thunderbird).

use super::lines::trimmed;
use chrono::{FixedOffset, NaiveDate, TimeZone};
use omm_core::model::Received;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What a line may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Postmark {
    /// It says so with a date: a postmark wherever it stands.
    Sure(Option<Received>),
    /// `From -` without a date, as Mozilla writes it: a postmark only before a header.
    Dash,
    /// It begins like one: a postmark only after a blank line and before a header.
    Perhaps,
    /// An ordinary line.
    No,
}

/// Whether a file that begins with this line is an mbox.
pub(crate) fn looks_like_postmark(line: &[u8]) -> bool {
    classify(line) != Postmark::No
}

/// What this line may be.
pub(super) fn classify(line: &[u8]) -> Postmark {
    let Some(rest) = trimmed(line).strip_prefix(b"From ") else { return Postmark::No };
    let text = String::from_utf8_lossy(rest);
    let words: Vec<&str> = text.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let date = words.iter().position(|word| clock(word).is_some()).filter(|at| {
        // A time of day in a sentence is no date: a month and a day stand beside it.
        let before = &words[at.saturating_sub(3)..*at];
        before.iter().any(|word| month(word).is_some()) && before.iter().any(|word| day(word).is_some())
    });
    match date {
        Some(at) if weekday_near(&words, at) || words.len() <= at + 4 => Postmark::Sure(received(&words, at)),
        _ if words == ["-"] => Postmark::Dash,
        _ if words.len() <= 1 => Postmark::Perhaps,
        _ => Postmark::No,
    }
}

fn weekday_near(words: &[&str], clock_at: usize) -> bool {
    words[..clock_at].iter().any(|word| DAYS.iter().any(|day| day.eq_ignore_ascii_case(word)))
}

/// The date around the clock; none if it is no date of the calendar. Without a numeric zone it is taken as UTC,
/// as RFC 4155 says.
fn received(words: &[&str], clock_at: usize) -> Option<Received> {
    let before = &words[clock_at.saturating_sub(3)..clock_at];
    let after = &words[clock_at + 1..];
    let month = before.iter().find_map(|word| month(word))?;
    let day = before.iter().rev().find_map(|word| day(word))?;
    let year = after.iter().chain(before).find_map(|word| year(word))?;
    let (hour, minute, second) = clock(words[clock_at])?;
    let local = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, second.min(59))?;
    let zone = after.iter().find_map(|word| zone(word)).or_else(|| FixedOffset::east_opt(0))?;
    zone.from_local_datetime(&local).single()
}

fn month(word: &str) -> Option<u32> {
    MONTHS.iter().position(|month| month.eq_ignore_ascii_case(word)).map(|at| at as u32 + 1)
}

fn day(word: &str) -> Option<u32> {
    word.parse().ok().filter(|day| word.len() <= 2 && (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| word.len() == 4 && (1900..=9999).contains(year))
}

fn clock(word: &str) -> Option<(u32, u32, u32)> {
    let parts: Vec<&str> = word.split(':').collect();
    let number = |text: &str, below: u32| -> Option<u32> {
        let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| digits && *number < below)
    };
    match parts[..] {
        [hour, minute] => Some((number(hour, 24)?, number(minute, 60)?, 0)),
        [hour, minute, second] => Some((number(hour, 24)?, number(minute, 60)?, number(second, 61)?)),
        _ => None,
    }
}

fn zone(word: &str) -> Option<FixedOffset> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let number: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    FixedOffset::east_opt(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postmarks() {
        for (line, shown) in [
            ("From a@b Thu Sep 13 12:30:05 2001 -0400", "2001-09-13T12:30:05-04:00"),
            ("From a@b Thu Sep 13 12:30:05 -0400 2001\r\n", "2001-09-13T12:30:05-04:00"),
            ("From a@b Sat Sep  1 20:58 EDT 2001\n", "2001-09-01T20:58:00+00:00"),
            ("From - Tue Oct 02 00:26:47 2007", "2007-10-02T00:26:47+00:00"),
            ("From vondruch at redhat.com  Tue Jul 10 11:29:44 2012", "2012-07-10T11:29:44+00:00"),
            ("From 123@xxx Thu, 9 Dec 2004 10:12:13 +0100", "2004-12-09T10:12:13+01:00"),
            ("From a@b Thu Feb 31 12:30:05 2001", "a date that is none"),
            ("From - ", "dash"),
            ("From ", "perhaps"),
            ("From a@b\n", "perhaps"),
            ("From the beginning at 12:30 it rained", "no"),
            ("From what I heard, Sep was wet", "no"),
            (">From a@b Thu Sep 13 12:30:05 2001", "no"),
            ("From: a@b", "no"),
        ] {
            let found = match classify(line.as_bytes()) {
                Postmark::Sure(Some(date)) => date.to_rfc3339(),
                Postmark::Sure(None) => "a date that is none".to_owned(),
                Postmark::Dash => "dash".to_owned(),
                Postmark::Perhaps => "perhaps".to_owned(),
                Postmark::No => "no".to_owned(),
            };
            assert_eq!(found, shown, "{line}");
        }
    }
}
