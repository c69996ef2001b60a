//! Recurrence in the old grammar: `W2 MO TU #5`, `MP1 1+ TU 2- FR #0`, `YM1 6 7 20301231T000000Z`.

use super::moment::Moment;

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// More words are no rule.
const MOST: usize = 400;

/// The rule of iCalendar (RFC 5545 §3.3.10); nothing if it cannot be read.
pub(super) fn translate(value: &str) -> Option<String> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (first, mut rest) = words.split_first().filter(|_| words.len() < MOST)?;
    let (kind, interval) = first.split_at_checked(first.find(|letter: char| letter.is_ascii_digit())?)?;
    let interval: u32 = interval.parse().ok().filter(|interval| *interval > 0)?;
    let mut ends = None;
    if let Some((last, before)) =
        rest.split_last().filter(|(last, _)| last.starts_with('#') || is_moment(last))
    {
        (ends, rest) = (Some(*last), before);
    }
    // Seen: an end after the number; the number is then that of a rule without end.
    if let Some((last, before)) = rest.split_last().filter(|(last, _)| last.starts_with('#')) {
        ends = ends.filter(|end| is_moment(end)).or(Some(last));
        rest = before;
    }
    let words: Vec<String> =
        rest.iter().map(|word| word.trim_end_matches('$').to_ascii_uppercase()).collect();
    let (freq, by) = match kind.to_ascii_uppercase().as_str() {
        "M" => ("MINUTELY", String::new()),
        "D" => ("DAILY", times(&words)?),
        "W" => ("WEEKLY", by("BYDAY", &weekdays(&words)?)),
        "MP" => ("MONTHLY", by("BYDAY", &ordinals(&words)?)),
        "MD" => ("MONTHLY", by("BYMONTHDAY", &numbers(&words)?)),
        "YM" => ("YEARLY", by("BYMONTH", &numbers(&words)?)),
        "YD" => ("YEARLY", by("BYYEARDAY", &numbers(&words)?)),
        _ => return None,
    };
    let mut rule = format!("FREQ={freq}");
    if interval > 1 {
        rule += &format!(";INTERVAL={interval}");
    }
    rule += &by;
    match ends {
        // vCalendar 1.0: without an end a rule occurs twice.
        None => rule += ";COUNT=2",
        Some("#0") => {}
        Some(end) => match end.strip_prefix('#') {
            Some(count) => rule += &format!(";COUNT={}", count.parse::<u32>().ok()?),
            None => rule += &format!(";UNTIL={}", Moment::read(end)?.text()),
        },
    }
    Some(rule)
}

fn is_moment(word: &str) -> bool {
    word.len() >= 8 && Moment::read(word).is_some()
}

fn by(part: &str, values: &[String]) -> String {
    if values.is_empty() { String::new() } else { format!(";{part}={}", values.join(",")) }
}

/// `D1 0900 1500`: times of a day.
fn times(words: &[String]) -> Option<String> {
    let mut hours = Vec::new();
    let mut minutes = Vec::new();
    for word in words {
        let hour = word.get(..2)?.parse::<u8>().ok().filter(|hour| *hour < 24)?;
        let minute = word.get(2..)?.parse::<u8>().ok().filter(|minute| *minute < 60)?;
        hours.push(hour.to_string());
        minutes.push(minute.to_string());
    }
    // BYHOUR and BYMINUTE multiply, so that different minutes cannot be said.
    if minutes.windows(2).any(|pair| pair[0] != pair[1]) {
        return None;
    }
    minutes.truncate(1);
    Some(by("BYHOUR", &hours) + &by("BYMINUTE", &minutes))
}

fn weekdays(words: &[String]) -> Option<Vec<String>> {
    words.iter().map(|word| DAYS.contains(&word.as_str()).then(|| word.clone())).collect()
}

/// `1+ TU TH 2- FR` → `1TU,1TH,-2FR`.
fn ordinals(words: &[String]) -> Option<Vec<String>> {
    let mut days = Vec::new();
    let mut ordinal: Option<String> = None;
    for word in words {
        if DAYS.contains(&word.as_str()) {
            days.push(format!("{}{word}", ordinal.as_deref()?));
        } else {
            let (digit, sign) = word.split_at_checked(1)?;
            digit.parse::<u8>().ok().filter(|digit| (1..=5).contains(digit))?;
            ordinal = Some(match sign {
                "+" | "" => digit.to_owned(),
                "-" => format!("-{digit}"),
                _ => return None,
            });
        }
    }
    Some(days)
}

fn numbers(words: &[String]) -> Option<Vec<String>> {
    words
        .iter()
        .map(|word| match word.as_str() {
            "LD" => Some("-1".to_owned()),
            word => {
                // A sign stands behind the number: `2-` is the second from the end.
                let (digits, sign) = match word.strip_suffix('-') {
                    Some(digits) => (digits, "-"),
                    None => (word.trim_end_matches('+'), ""),
                };
                digits.parse::<u16>().ok().map(|number| format!("{sign}{number}"))
            }
        })
        .collect()
}
