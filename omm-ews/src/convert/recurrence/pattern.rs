//! Patterns and ranges, read and written.

use crate::{
    convert::{moment, node::Node, weekday},
    xml::Element,
};
use chrono::{NaiveDate, Weekday};
use omm_content::calendar::{ByDay, Frequency, Rule};

/// A series: on which days, from when to when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    /// On which days.
    pub(crate) pattern: Pattern,
    /// Not before this day.
    pub(crate) start: NaiveDate,
    /// How long.
    pub(crate) range: Range,
}

/// On which days something recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Each so many days.
    Daily(u32),
    /// Each so many weeks, on these days; the day that a week begins with, if it is said.
    Weekly(u32, Vec<Weekday>, Option<Weekday>),
    /// Each so many months, on this day; the last one of months that are shorter.
    AbsoluteMonthly(u32, u32),
    /// Each so many months, on the nth of these days, -1 for the last.
    RelativeMonthly(u32, Vec<Weekday>, i32),
    /// On this day of this month; the last one if the month is shorter.
    AbsoluteYearly(u32, u32),
    /// On the nth of these days of this month.
    RelativeYearly(Vec<Weekday>, i32, u32),
}

/// How long something recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// For ever.
    NoEnd,
    /// Up to this day.
    Until(NaiveDate),
    /// So many times, deleted ones included.
    Count(u32),
}

/// Intervals that are not longer than the schema allows.
const MOST_DAYS: u32 = 999;
const MOST_OTHERS: u32 = 99;
/// The largest number of occurrences that a range may say.
pub(super) const MOST_COUNT: u32 = 999;

impl Pattern {
    /// Whether the schema allows its interval.
    pub(crate) fn fits(&self) -> bool {
        match self {
            Self::Daily(interval) => (1..=MOST_DAYS).contains(interval),
            Self::Weekly(interval, ..)
            | Self::AbsoluteMonthly(interval, _)
            | Self::RelativeMonthly(interval, ..) => (1..=MOST_OTHERS).contains(interval),
            Self::AbsoluteYearly(..) | Self::RelativeYearly(..) => true,
        }
    }

    fn read(element: &Element) -> Option<Self> {
        let number = |name: &str| element.text_of(name)?.parse::<u32>().ok();
        let interval = number("Interval").unwrap_or(1).clamp(1, 12_000);
        let days = || Some(weekday::of_words(element.text_of("DaysOfWeek")?)).filter(|days| !days.is_empty());
        let nth = || weekday::index_of_word(element.text_of("DayOfWeekIndex")?);
        let month = || weekday::month_of_word(element.text_of("Month")?);
        let day = || number("DayOfMonth").filter(|day| (1..=31).contains(day));
        Some(match element.name.as_str() {
            "DailyRecurrence" => Self::Daily(interval),
            "WeeklyRecurrence" => {
                let first = element.text_of("FirstDayOfWeek").and_then(weekday::of_word);
                // Where weeks are left out it matters. Servers before 2013 do not say it: Outlook's weeks begin so.
                let first = first.or((interval > 1).then_some(Weekday::Sun));
                Self::Weekly(interval, days()?, first)
            }
            "AbsoluteMonthlyRecurrence" => Self::AbsoluteMonthly(interval, day()?),
            "RelativeMonthlyRecurrence" => Self::RelativeMonthly(interval, days()?, nth()?),
            "AbsoluteYearlyRecurrence" => Self::AbsoluteYearly(day()?, month()?),
            "RelativeYearlyRecurrence" => Self::RelativeYearly(days()?, nth()?, month()?),
            _ => return None,
        })
    }

    fn node(&self) -> Node {
        let interval = |interval: &u32| Node::text("t:Interval", &interval.to_string());
        let day = |day: &u32| Node::text("t:DayOfMonth", &day.to_string());
        let month = |month: &u32| Node::text("t:Month", weekday::month(*month).unwrap_or("January"));
        let nth = |nth: &i32| Node::text("t:DayOfWeekIndex", weekday::index(*nth).unwrap_or("Last"));
        let one = |days: &[Weekday]| Node::text("t:DaysOfWeek", weekday::one_word(days).unwrap_or("Day"));
        match self {
            Self::Daily(each) => Node::parent("t:DailyRecurrence", vec![interval(each)]),
            Self::Weekly(each, days, first) => {
                let mut parts = vec![interval(each), Node::text("t:DaysOfWeek", &weekday::words(days))];
                parts.extend(first.map(|first| Node::text("t:FirstDayOfWeek", weekday::word(first))));
                Node::parent("t:WeeklyRecurrence", parts)
            }
            Self::AbsoluteMonthly(each, of) => {
                Node::parent("t:AbsoluteMonthlyRecurrence", vec![interval(each), day(of)])
            }
            Self::RelativeMonthly(each, days, index) => {
                Node::parent("t:RelativeMonthlyRecurrence", vec![interval(each), one(days), nth(index)])
            }
            Self::AbsoluteYearly(of, in_month) => {
                Node::parent("t:AbsoluteYearlyRecurrence", vec![day(of), month(in_month)])
            }
            Self::RelativeYearly(days, index, in_month) => {
                Node::parent("t:RelativeYearlyRecurrence", vec![one(days), nth(index), month(in_month)])
            }
        }
    }
}

impl Series {
    /// Reads `Recurrence`; nothing for one that is none, and for tasks that are made anew.
    pub(crate) fn read(recurrence: &Element) -> Option<Self> {
        let pattern = recurrence.children.iter().find_map(Pattern::read)?;
        let (start, range) = recurrence.children.iter().find_map(range)?;
        Some(Self { pattern, start, range })
    }

    /// As `Recurrence`.
    pub(crate) fn node(&self) -> Node {
        Node::parent("t:Recurrence", vec![self.pattern.node(), range_node(self.start, self.range)])
    }
}

fn range(element: &Element) -> Option<(NaiveDate, Range)> {
    let start = moment::day(element.text_of("StartDate")?)?;
    let range = match element.name.as_str() {
        "NoEndRecurrence" => Range::NoEnd,
        "EndDateRecurrence" => Range::Until(moment::day(element.text_of("EndDate")?)?),
        "NumberedRecurrence" => {
            Range::Count(element.text_of("NumberOfOccurrences")?.parse::<u32>().ok()?.max(1))
        }
        _ => return None,
    };
    Some((start, range))
}

fn range_node(start: NaiveDate, range: Range) -> Node {
    let start = Node::text("t:StartDate", &start.to_string());
    match range {
        Range::NoEnd => Node::parent("t:NoEndRecurrence", vec![start]),
        Range::Until(end) => {
            Node::parent("t:EndDateRecurrence", vec![start, Node::text("t:EndDate", &end.to_string())])
        }
        Range::Count(count) => {
            let count = Node::text("t:NumberOfOccurrences", &count.to_string());
            Node::parent("t:NumberedRecurrence", vec![start, count])
        }
    }
}

const REGENERATIONS: [(&str, &str, Frequency); 4] = [
    ("DailyRegeneration", "t:DailyRegeneration", Frequency::Daily),
    ("WeeklyRegeneration", "t:WeeklyRegeneration", Frequency::Weekly),
    ("MonthlyRegeneration", "t:MonthlyRegeneration", Frequency::Monthly),
    ("YearlyRegeneration", "t:YearlyRegeneration", Frequency::Yearly),
];

/// How a task is made anew after it was done, as a rule without an end.
pub(crate) fn regeneration(recurrence: &Element) -> Option<Rule> {
    let (element, frequency) = recurrence.children.iter().find_map(|child| {
        let known = REGENERATIONS.iter().find(|(name, ..)| *name == child.name)?;
        Some((child, known.2))
    })?;
    let interval = element.text_of("Interval").and_then(|text| text.parse().ok()).unwrap_or(1);
    Some(Rule { interval: u32::clamp(interval, 1, 12_000), ..Rule::each(frequency) })
}

/// Such a rule as `Recurrence`; nothing if it says more than how long to wait.
pub(crate) fn regeneration_node(rule: &Rule, start: NaiveDate, range: Range) -> Option<Node> {
    let days: &[ByDay] = &rule.by_day;
    let bare = days.is_empty()
        && rule.by_month.is_empty()
        && rule.by_month_day.is_empty()
        && rule.by_position.is_empty();
    let (_, name, _) = REGENERATIONS.iter().find(|(.., frequency)| bare && *frequency == rule.frequency)?;
    let interval = Node::text("t:Interval", &rule.interval.max(1).to_string());
    Some(Node::parent("t:Recurrence", vec![Node::parent(name, vec![interval]), range_node(start, range)]))
}
