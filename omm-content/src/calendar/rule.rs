//! How something recurs (RFC 5545 §3.3.10).

use super::Time;
use chrono::Weekday;
use std::fmt::Write;

/// A recurrence rule, as far as calendars of people need one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is counted.
    pub frequency: Frequency,
    /// Every how many of them; 1 is each.
    pub interval: u32,
    /// In which months, 1 to 12.
    pub by_month: Vec<u32>,
    /// On which days of the month, from the end if below zero.
    pub by_month_day: Vec<i32>,
    /// On which days of the week.
    pub by_day: Vec<ByDay>,
    /// Which of the days that the other parts name, from the end if below zero.
    pub by_position: Vec<i32>,
    /// The day a week begins with.
    pub week_start: Option<Weekday>,
    /// When it ends.
    pub end: End,
}

/// What a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Days.
    Daily,
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// A day of the week, or the nth of them in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByDay {
    /// Which of them in the month, from the end if below zero; each if none.
    pub nth: Option<i32>,
    /// The day.
    pub day: Weekday,
}

/// When a rule ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Never.
    Never,
    /// After so many occurrences, those that were deleted included.
    Count(u32),
    /// With the last occurrence that is not later. A day if the start is one, else in UTC (RFC 5545 §3.3.10).
    Until(Time),
}

impl Rule {
    /// Each one of them, for ever.
    pub fn each(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            by_month: Vec::new(),
            by_month_day: Vec::new(),
            by_day: Vec::new(),
            by_position: Vec::new(),
            week_start: None,
            end: End::Never,
        }
    }

    /// Its value as RRULE has it.
    pub fn value(&self) -> String {
        let mut text = format!("FREQ={}", self.frequency.word());
        match &self.end {
            End::Never => {}
            End::Count(count) => drop(write!(text, ";COUNT={count}")),
            End::Until(time) => drop(write!(text, ";UNTIL={}", time.value())),
        }
        if self.interval > 1 {
            let _ = write!(text, ";INTERVAL={}", self.interval);
        }
        part(&mut text, "BYMONTH", self.by_month.iter().map(u32::to_string));
        part(&mut text, "BYMONTHDAY", self.by_month_day.iter().map(i32::to_string));
        part(&mut text, "BYDAY", self.by_day.iter().map(|day| day.value()));
        part(&mut text, "BYSETPOS", self.by_position.iter().map(i32::to_string));
        part(&mut text, "WKST", self.week_start.iter().map(|day| weekday(*day).to_owned()));
        text
    }
}

impl Frequency {
    fn word(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

impl ByDay {
    /// Each such day.
    pub fn each(day: Weekday) -> Self {
        Self { nth: None, day }
    }

    fn value(self) -> String {
        let nth = self.nth.map(|nth| nth.to_string()).unwrap_or_default();
        nth + weekday(self.day)
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

fn part(text: &mut String, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<_> = values.collect();
    if !values.is_empty() {
        let _ = write!(text, ";{name}={}", values.join(","));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let day = |nth, day| ByDay { nth, day };
        for (rule, expected) in [
            (Rule::each(Frequency::Daily), "FREQ=DAILY"),
            (
                Rule {
                    interval: 2,
                    by_day: vec![ByDay::each(Weekday::Mon), ByDay::each(Weekday::Fri)],
                    week_start: Some(Weekday::Sun),
                    end: End::Count(12),
                    ..Rule::each(Frequency::Weekly)
                },
                "FREQ=WEEKLY;COUNT=12;INTERVAL=2;BYDAY=MO,FR;WKST=SU",
            ),
            (
                Rule {
                    by_month: vec![3],
                    by_day: vec![day(Some(-1), Weekday::Sun)],
                    ..Rule::each(Frequency::Yearly)
                },
                "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            ),
        ] {
            assert_eq!(rule.value(), expected);
        }
    }
}
