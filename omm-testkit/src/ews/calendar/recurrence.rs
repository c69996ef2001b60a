//! Recurrence elements, and the days they mean.

use super::day;
use crate::ews::xml::Element;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// When something recurs.
#[derive(Clone, Debug)]
pub(in crate::ews) struct Recurrence {
    pattern: Pattern,
    start: NaiveDate,
    end: End,
}

#[derive(Clone, Debug)]
enum Pattern {
    Daily { interval: u32 },
    Weekly { interval: u32, days: Vec<Weekday>, first: Weekday },
    MonthDay { interval: u32, day: u32 },
    MonthNth { interval: u32, days: Vec<Weekday>, nth: usize },
    YearDay { month: u32, day: u32 },
    YearNth { month: u32, days: Vec<Weekday>, nth: usize },
}

#[derive(Clone, Debug)]
enum End {
    Never,
    On(NaiveDate),
    After(usize),
}

/// The place of the last one in a month.
const LAST: usize = usize::MAX;
/// Nobody looks at what is later.
const LAST_YEAR: i32 = 2200;

impl Recurrence {
    /// Of a Recurrence element; what is wrong with it otherwise. Tasks that regenerate have no days.
    pub(in crate::ews) fn read(element: &Element) -> Result<Self, &'static str> {
        let pattern = element.children.iter().find_map(pattern).ok_or("no recurrence pattern")?;
        let range = element.children.iter().find(|child| child.child("StartDate").is_some());
        let range = range.ok_or("no recurrence range")?;
        let start = range.text_of("StartDate").and_then(day).ok_or("no start date")?;
        let end = match range.name.as_str() {
            "EndDateRecurrence" => End::On(range.text_of("EndDate").and_then(day).ok_or("no end date")?),
            "NumberedRecurrence" => {
                let count = range.text_of("NumberOfOccurrences").and_then(|text| text.parse().ok());
                End::After(count.filter(|count| *count > 0).ok_or("no number of occurrences")?)
            }
            _ => End::Never,
        };
        Ok(Self { pattern, start, end })
    }

    pub(in crate::ews) fn has_end(&self) -> bool {
        !matches!(self.end, End::Never)
    }

    /// The days, in order; for ever when there is no end, but not beyond what is sensible.
    pub(in crate::ews) fn days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        let most = if let End::After(count) = self.end { count } else { usize::MAX };
        let last = if let End::On(last) = self.end { last } else { NaiveDate::MAX };
        let periods = (0_u32..).map_while(|number| self.period(number));
        periods
            .flatten()
            .filter(|day| *day >= self.start)
            .take_while(move |day| *day <= last && day.year() < LAST_YEAR)
            .take(most)
    }

    /// The days of the n-th day, week, month or year of it; some may be before the start.
    fn period(&self, number: u32) -> Option<Vec<NaiveDate>> {
        let first_of_month = self.start.with_day(1)?;
        let month =
            |interval: u32| first_of_month.checked_add_months(Months::new(number.checked_mul(interval)?));
        let year =
            |month: u32| NaiveDate::from_ymd_opt(self.start.year() + i32::try_from(number).ok()?, month, 1);
        let days = match &self.pattern {
            Pattern::Daily { interval } => {
                vec![self.start.checked_add_days(Days::new(u64::from(number) * u64::from(*interval)))?]
            }
            Pattern::Weekly { interval, days, first } => {
                let back = self.start.weekday().days_since(*first);
                let week = self.start.checked_sub_days(Days::new(u64::from(back)))?;
                let week = week.checked_add_days(Days::new(7 * u64::from(number) * u64::from(*interval)))?;
                week.iter_days().take(7).filter(|day| days.contains(&day.weekday())).collect()
            }
            Pattern::MonthDay { interval, day } => vec![day_of(month(*interval)?, *day)],
            Pattern::MonthNth { interval, days, nth } => nth_of(month(*interval)?, days, *nth),
            Pattern::YearDay { month, day } => vec![day_of(year(*month)?, *day)],
            Pattern::YearNth { month, days, nth } => nth_of(year(*month)?, days, *nth),
        };
        (self.start.year() + i32::try_from(number / 366).unwrap_or(i32::MAX) < LAST_YEAR).then_some(days)
    }
}

fn pattern(element: &Element) -> Option<Pattern> {
    let number = |name: &str| element.text_of(name).and_then(|text| text.parse::<u32>().ok());
    let interval = || number("Interval").filter(|interval| *interval > 0);
    let days = || days_of_week(element.text_of("DaysOfWeek").unwrap_or_default());
    let month = || element.text_of("Month").and_then(|name| name.parse::<chrono::Month>().ok());
    let month = || month().map(|month| month.number_from_month());
    Some(match element.name.as_str() {
        "DailyRecurrence" => Pattern::Daily { interval: interval()? },
        "WeeklyRecurrence" => {
            let first = element.text_of("FirstDayOfWeek").and_then(|name| name.parse().ok());
            Pattern::Weekly { interval: interval()?, days: days()?, first: first.unwrap_or(Weekday::Sun) }
        }
        "AbsoluteMonthlyRecurrence" => {
            Pattern::MonthDay { interval: interval()?, day: number("DayOfMonth")? }
        }
        "RelativeMonthlyRecurrence" => {
            Pattern::MonthNth { interval: interval()?, days: days()?, nth: place(element)? }
        }
        "AbsoluteYearlyRecurrence" => Pattern::YearDay { month: month()?, day: number("DayOfMonth")? },
        "RelativeYearlyRecurrence" => {
            Pattern::YearNth { month: month()?, days: days()?, nth: place(element)? }
        }
        _ => return None,
    })
}

fn place(element: &Element) -> Option<usize> {
    const NAMES: [&str; 4] = ["First", "Second", "Third", "Fourth"];
    let name = element.text_of("DayOfWeekIndex")?;
    if name == "Last" { Some(LAST) } else { NAMES.iter().position(|own| *own == name) }
}

fn days_of_week(text: &str) -> Option<Vec<Weekday>> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let mut days = Vec::new();
    for word in text.split_whitespace() {
        match word {
            "Day" => days.extend([Mon, Tue, Wed, Thu, Fri, Sat, Sun]),
            "Weekday" => days.extend([Mon, Tue, Wed, Thu, Fri]),
            "WeekendDay" => days.extend([Sat, Sun]),
            word => days.push(word.parse().ok()?),
        }
    }
    (!days.is_empty()).then_some(days)
}

/// The last day of a month that has fewer.
fn day_of(first: NaiveDate, day: u32) -> NaiveDate {
    (1..=day.min(31)).rev().find_map(|day| first.with_day(day)).unwrap_or(first)
}

fn nth_of(first: NaiveDate, days: &[Weekday], nth: usize) -> Vec<NaiveDate> {
    let of_month = first.iter_days().take_while(|day| day.month() == first.month());
    let fitting: Vec<NaiveDate> = of_month.filter(|day| days.contains(&day.weekday())).collect();
    let found = if nth == LAST { fitting.last() } else { fitting.get(nth) };
    found.copied().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ews::xml;

    fn days(pattern: &str, range: &str) -> Vec<String> {
        let text = format!("<Recurrence>{pattern}{range}</Recurrence>");
        let recurrence = Recurrence::read(&xml::read(text.as_bytes()).unwrap()).unwrap();
        recurrence.days().take(4).map(|day| day.to_string()).collect()
    }

    #[test]
    fn patterns_mean_days() {
        let numbered = |start: &str, count: u32| {
            format!(
                "<NumberedRecurrence><StartDate>{start}</StartDate><NumberOfOccurrences>{count}</NumberOfOccurrences>\
                 </NumberedRecurrence>"
            )
        };
        for (pattern, start, expected) in [
            (
                "<DailyRecurrence><Interval>2</Interval></DailyRecurrence>",
                "2026-02-27",
                ["2026-02-27", "2026-03-01", "2026-03-03"],
            ),
            (
                "<WeeklyRecurrence><Interval>2</Interval><DaysOfWeek>Monday Friday</DaysOfWeek>\
                 <FirstDayOfWeek>Monday</FirstDayOfWeek></WeeklyRecurrence>",
                "2026-01-07",
                ["2026-01-09", "2026-01-19", "2026-01-23"],
            ),
            (
                "<AbsoluteMonthlyRecurrence><Interval>1</Interval><DayOfMonth>31</DayOfMonth></AbsoluteMonthlyRecurrence>",
                "2026-01-31",
                ["2026-01-31", "2026-02-28", "2026-03-31"],
            ),
            (
                "<RelativeMonthlyRecurrence><Interval>1</Interval><DaysOfWeek>Weekday</DaysOfWeek>\
                 <DayOfWeekIndex>Last</DayOfWeekIndex></RelativeMonthlyRecurrence>",
                "2026-01-01",
                ["2026-01-30", "2026-02-27", "2026-03-31"],
            ),
            (
                "<RelativeYearlyRecurrence><DaysOfWeek>Thursday</DaysOfWeek><DayOfWeekIndex>Fourth</DayOfWeekIndex>\
                 <Month>November</Month></RelativeYearlyRecurrence>",
                "2025-12-01",
                ["2026-11-26", "2027-11-25", "2028-11-23"],
            ),
            (
                "<AbsoluteYearlyRecurrence><DayOfMonth>29</DayOfMonth><Month>February</Month></AbsoluteYearlyRecurrence>",
                "2024-02-29",
                ["2024-02-29", "2025-02-28", "2026-02-28"],
            ),
        ] {
            assert_eq!(days(pattern, &numbered(start, 3)), expected, "{pattern}");
        }
        let until = "<EndDateRecurrence><StartDate>2026-01-01Z</StartDate><EndDate>2026-01-02+01:00</EndDate></EndDateRecurrence>";
        let daily = "<DailyRecurrence><Interval>1</Interval></DailyRecurrence>";
        assert_eq!(days(daily, until), ["2026-01-01", "2026-01-02"]);
        assert_eq!(
            days(daily, "<NoEndRecurrence><StartDate>2026-01-01</StartDate></NoEndRecurrence>").len(),
            4
        );
    }
}
