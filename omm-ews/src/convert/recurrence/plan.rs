//! A rule as series and appointments of their own: what Exchange cannot hold as one series.

use super::{
    exact, expand,
    pattern::{MOST_COUNT, Pattern, Range, Series},
    rule,
};
use chrono::{Datelike, Months, NaiveDate};
use omm_content::calendar::{ByDay, End, Frequency, Rule};

/// More appointments than these are not made of one.
pub(crate) const MOST_SINGLES: usize = 200;
/// More occurrences of a series than these are not deleted.
const MOST_DELETED: usize = 200;
/// More series than these are not made of one.
const MOST_PARTS: usize = 12;
/// For so many years appointments are made and occurrences deleted where it goes on for ever.
const YEARS: u32 = 10;

/// What a rule becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Series.
    pub(crate) parts: Vec<Part>,
    /// Days of appointments of their own.
    pub(crate) singles: Vec<NaiveDate>,
    /// What is kept otherwise, or not at all, in words.
    pub(crate) losses: Vec<String>,
}

/// A series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its pattern, beginning with its first day.
    pub(crate) series: Series,
    /// Days of the pattern that the rule does not have: its occurrences there are deleted.
    pub(crate) deleted: Vec<NaiveDate>,
}

/// Which series may have occurrences that are deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Those of months and years, if it is not most of them by far.
    Months,
    /// All.
    All,
}

/// Plans a rule that begins on `first`; `until` is the last day that UNTIL allows.
pub(crate) fn plan(rule: &Rule, first: NaiveDate, until: Option<NaiveDate>) -> Planned {
    let last = until.unwrap_or(NaiveDate::MAX);
    if let Some(part) = exact(rule, first).and_then(|pattern| whole(rule, pattern, first, until)) {
        return Planned { parts: vec![part], ..Planned::default() };
    }
    let ends = until.is_some() || matches!(rule.end, End::Count(_));
    let horizon = first.checked_add_months(Months::new(12 * YEARS)).unwrap_or(NaiveDate::MAX);
    let days = expand(rule, first, if ends { last } else { horizon });
    let Some(end) = days.last().copied() else {
        let losses = vec!["its rule has no day: it is kept as a single appointment".to_owned()];
        return Planned { singles: vec![first], losses, ..Planned::default() };
    };
    // The parts of a rule cannot be counted: they end with the last day of the whole.
    let ending = ends.then_some(end);
    for (rules, by) in
        [(vec![rule.clone()], By::Months), (split(rule), By::Months), (vec![rule.clone()], By::All)]
    {
        if let Some(planned) = parts(&rules, first, (ending, horizon), by) {
            return said(planned, ends, horizon);
        }
    }
    singles(days, ends)
}

/// A series with exactly the days of a rule.
fn whole(rule: &Rule, pattern: Pattern, first: NaiveDate, until: Option<NaiveDate>) -> Option<Part> {
    let range = match (&rule.end, until) {
        (End::Count(count), _) if *count <= MOST_COUNT => Range::Count((*count).max(1)),
        (End::Count(_), _) => Range::Until(*expand(rule, first, NaiveDate::MAX).last()?),
        (_, Some(last)) => Range::Until(last.max(first)),
        _ => Range::NoEnd,
    };
    let mut series = Series { pattern, start: first, range };
    // It begins with its first day: of a rule whose first day is a later one, too.
    series.start = *series.days_until(first.checked_add_months(Months::new(1200))?).first()?;
    Some(Part { series, deleted: Vec::new() })
}

/// A series for each of these rules; nothing if one has none, or they are too many.
fn parts(
    rules: &[Rule],
    first: NaiveDate,
    (ending, horizon): (Option<NaiveDate>, NaiveDate),
    by: By,
) -> Option<Vec<Part>> {
    if rules.len() > MOST_PARTS {
        return None;
    }
    let mut found = Vec::new();
    for rule in rules {
        let rule = Rule { end: End::Never, ..rule.clone() };
        let days = expand(&rule, first, ending.unwrap_or(horizon));
        // One of several parts may have no day before the end.
        let (Some(begin), Some(end)) = (days.first().copied(), days.last().copied()) else { continue };
        let range = if ending.is_some() { Range::Until(end) } else { Range::NoEnd };
        let part = match exact(&rule, begin) {
            Some(pattern) => Part { series: Series { pattern, start: begin, range }, deleted: Vec::new() },
            None => near(&rule, &days, (range, ending.unwrap_or(horizon)), by)?,
        };
        found.push(part);
    }
    (!found.is_empty()).then_some(found)
}

/// A series that has all the days of a rule, and others that are deleted.
fn near(rule: &Rule, days: &[NaiveDate], (range, last): (Range, NaiveDate), by: By) -> Option<Part> {
    let start = *days.first()?;
    let most = if by == By::All { MOST_DELETED } else { MOST_DELETED.min(3 * days.len()) };
    let is_by_weeks = |pattern: &Pattern| matches!(pattern, Pattern::Daily(_) | Pattern::Weekly(..));
    let mut patterns =
        candidates(rule, start).into_iter().filter(|one| one.fits() && (by == By::All || !is_by_weeks(one)));
    patterns.find_map(|pattern| {
        let series = Series { pattern, start, range };
        let all = series.days_until(last);
        let has_them = days.iter().all(|day| all.binary_search(day).is_ok());
        let deleted: Vec<_> = all.into_iter().filter(|day| days.binary_search(day).is_err()).collect();
        (has_them && deleted.len() <= most).then_some(Part { series, deleted })
    })
}

/// Patterns that may have all the days of a rule, the nearest one first.
fn candidates(rule: &Rule, start: NaiveDate) -> Vec<Pattern> {
    let interval = rule.interval.max(1);
    let months = match rule.frequency {
        Frequency::Monthly => Some(interval),
        Frequency::Yearly => interval.checked_mul(12),
        Frequency::Daily | Frequency::Weekly => None,
    };
    let mut found = Vec::new();
    if let Some(each) = months {
        // A day that not all months have, and a fifth day of the week.
        found.push(Pattern::AbsoluteMonthly(each, start.day()));
        let largest = rule.by_month_day.iter().copied().max().and_then(|day| u32::try_from(day).ok());
        found.extend(largest.map(|day| Pattern::AbsoluteMonthly(each, day)));
        if start.day() > 28 {
            found.push(Pattern::RelativeMonthly(each, vec![start.weekday()], -1));
        }
        if rule.frequency == Frequency::Yearly && interval == 1 {
            found.insert(0, Pattern::AbsoluteYearly(start.day(), start.month()));
        }
    }
    let bare =
        Rule { by_month: Vec::new(), by_month_day: Vec::new(), by_position: Vec::new(), ..rule.clone() };
    found.extend(rule::exact(&bare, start));
    let days: Vec<_> = rule.by_day.iter().map(|by| by.day).collect();
    if !days.is_empty() {
        found.push(Pattern::Weekly(1, days, rule.week_start));
    }
    found
}

/// A rule as several, which have its days between them: one for each month, day of a month, day of a week that it names.
fn split(rule: &Rule) -> Vec<Rule> {
    let splits =
        matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly) && rule.by_position.is_empty();
    let several =
        [rule.by_month.len(), rule.by_month_day.len(), rule.by_day.len()].iter().any(|count| *count > 1);
    if !splits || !several {
        return Vec::new();
    }
    let one_each = |count: usize| -> Vec<Option<usize>> {
        if count > 1 { (0..count).map(Some).collect() } else { vec![None] }
    };
    let mut rules = Vec::new();
    for month in one_each(rule.by_month.len()) {
        for day in one_each(rule.by_month_day.len()) {
            for weekday in one_each(rule.by_day.len()) {
                let mut part = rule.clone();
                keep(&mut part.by_month, month);
                keep(&mut part.by_month_day, day);
                keep::<ByDay>(&mut part.by_day, weekday);
                rules.push(part);
                if rules.len() > MOST_PARTS {
                    return rules;
                }
            }
        }
    }
    rules
}

fn keep<T: Clone>(list: &mut Vec<T>, at: Option<usize>) {
    if let Some(one) = at.and_then(|at| list.get(at)).cloned() {
        *list = vec![one];
    }
}

/// What of the parts is otherwise than the rule.
fn said(parts: Vec<Part>, ends: bool, horizon: NaiveDate) -> Planned {
    let mut losses = Vec::new();
    if parts.len() > 1 {
        losses.push(format!("its rule is more than one of Exchange's: it is kept as {} series", parts.len()));
    }
    if !ends && parts.iter().any(|part| !part.deleted.is_empty()) {
        losses.push(format!("from {} on it has occurrences that its rule leaves out", horizon.year()));
    }
    Planned { parts, singles: Vec::new(), losses }
}

fn singles(mut days: Vec<NaiveDate>, ends: bool) -> Planned {
    let all = days.len();
    days.truncate(MOST_SINGLES);
    let mut losses = vec![format!(
        "its rule is none of Exchange's: its occurrences are kept as {} appointments of their own",
        days.len()
    )];
    if all > days.len() || !ends {
        let last = days.last().map(ToString::to_string).unwrap_or_default();
        losses.push(format!("occurrences after {last} are left out"));
    }
    Planned { parts: Vec::new(), singles: days, losses }
}
