//! VTIMEZONE (RFC 5545 §3.6.5) as rules by the year, as Windows has them.
//!
//! All changes that the observances make are laid out over the years; years with the same two changes are one rule. So it
//! does not matter in which of many ways a program writes down that clocks are changed on the last Sunday.

use super::time::{Moment, offset};
use crate::{
    calendar::{
        ByDay, End, Frequency, Rule, Time,
        zone::{Rules, Switch},
    },
    read::component::Component,
};
use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// What lies before is not laid out; Windows begins here.
const FIRST: i32 = 1601;
/// What lies behind is like the last year.
const LAST: i32 = 2037;
/// Observances of a zone; more are no time zone.
const MOST: usize = 500;
/// Dates of one observance.
const DATES: usize = 2000;

/// The rules, each from its year on, and whether they say all that the definition says. Nothing if it says nothing.
pub(super) fn rules(definition: &Component) -> Option<(Vec<(i32, Rules)>, bool)> {
    let parts = definition.inside.iter().filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT"));
    let parts: Vec<_> = parts.take(MOST).filter_map(Observance::of).collect();
    let mut exact = parts.iter().all(|part| part.from % 60 == 0 && part.to % 60 == 0);
    let mut changes: Vec<Change> = parts.iter().flat_map(Observance::changes).collect();
    exact &= parts.iter().all(|part| part.is_known);
    changes.sort_by_key(|change| change.at);
    changes.dedup();
    let before = changes.first().map(|first| first.from)?;
    let mut state = before;
    let mut runs = Vec::<Run>::new();
    let (first, last) = (changes.first()?.at.year(), changes.last()?.at.year());
    let mut next = changes.iter().peekable();
    for year in first..=(last + 1).min(LAST) {
        let mut of_year = Vec::new();
        while let Some(change) = next.next_if(|change| change.at.year() <= year) {
            // What all begins with, and rules that begin with a year.
            if change.from == change.to || is_new_year(change.at) {
                state = change.to;
            } else {
                of_year.push(change);
            }
        }
        let run = Run::of(year, &of_year, state);
        state = of_year.last().map_or(state, |change| change.to);
        exact &= of_year.len() <= 2;
        match runs.last_mut() {
            // The first year begins in its middle: nobody says what was before.
            Some(only) if only.is_partial && year == first + 1 => *only = Run { year: only.year, ..run },
            Some(last) => {
                if !last.takes(&run) {
                    runs.push(run);
                }
            }
            None => runs.push(run),
        }
    }
    // The year behind the last one is there for those that never end.
    let mut rules: Vec<_> = runs.iter().map(|run| (run.year, run.rules())).collect();
    rules.first_mut()?.0 = FIRST;
    rules.dedup_by_key(|(_, rules)| *rules);
    Some((rules, exact))
}

fn is_new_year(at: NaiveDateTime) -> bool {
    (at.month(), at.day(), at.time()) == (1, 1, NaiveTime::MIN)
}

/// A change of clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at: NaiveDateTime,
    from: i32,
    to: i32,
    daylight: bool,
}

impl Change {
    /// What may be meant by its day, the likeliest first.
    fn switches(&self) -> Vec<Switch> {
        let date = self.at.date();
        let is_last = date.checked_add_days(Days::new(7)).is_none_or(|later| later.month() != date.month());
        let nth = date.day0() / 7 + 1;
        let switch = |weekday, nth| Switch { month: date.month(), weekday, nth, time: self.at.time() };
        let by_weekday = is_last.then_some(5).into_iter().chain((nth < 5).then_some(nth));
        by_weekday.map(|nth| switch(Some(date.weekday()), nth)).chain([switch(None, date.day())]).collect()
    }

    /// Whether this one begins summer time, and not the other one.
    fn is_summer(&self, other: &Self) -> bool {
        if self.daylight == other.daylight { self.to > other.to } else { self.daylight }
    }
}

/// Years in which clocks are changed in the same way.
#[derive(Clone, Debug)]
struct Run {
    year: i32,
    standard: i32,
    daylight: i32,
    /// What the switch to winter time may be, and the one to summer time.
    switches: Option<(Vec<Switch>, Vec<Switch>)>,
    is_partial: bool,
}

impl Run {
    /// A year with these changes, and what clocks show at its begin.
    fn of(year: i32, changes: &[&Change], state: i32) -> Self {
        let fixed = Self { year, standard: state, daylight: state, switches: None, is_partial: false };
        match changes {
            [] => fixed,
            [only] => {
                // Up to there as before, and from there on until the year ends.
                let end = Switch { month: 12, weekday: None, nth: 31, time: last_second() };
                let switches = Some((only.switches(), vec![end]));
                Self { standard: only.to, daylight: only.from, switches, is_partial: true, ..fixed }
            }
            [one, two, ..] => {
                let (winter, summer) = if one.is_summer(two) { (two, one) } else { (one, two) };
                let switches = Some((winter.switches(), summer.switches()));
                Self { standard: winter.to, daylight: summer.to, switches, ..fixed }
            }
        }
    }

    /// Takes a year in that is like the others.
    fn takes(&mut self, next: &Self) -> bool {
        if (self.standard, self.daylight) != (next.standard, next.daylight) {
            return false;
        }
        match (&self.switches, &next.switches) {
            (None, None) => true,
            (Some((winter, summer)), Some((next_winter, next_summer))) => {
                let both = |one: &[Switch], two: &[Switch]| -> Vec<Switch> {
                    one.iter().filter(|switch| two.contains(switch)).copied().collect()
                };
                let (winter, summer) = (both(winter, next_winter), both(summer, next_summer));
                let fits = !winter.is_empty() && !summer.is_empty();
                if fits {
                    self.switches = Some((winter, summer));
                }
                fits
            }
            _ => false,
        }
    }

    fn rules(&self) -> Rules {
        let switches = self.switches.as_ref();
        let switches = switches.and_then(|(winter, summer)| Some((*winter.first()?, *summer.first()?)));
        Rules { standard: self.standard / 60, daylight: self.daylight / 60, switches }
    }
}

fn last_second() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()
}

/// STANDARD or DAYLIGHT.
struct Observance {
    start: NaiveDateTime,
    from: i32,
    to: i32,
    daylight: bool,
    rule: Option<Rule>,
    dates: Vec<NaiveDateTime>,
    /// Whether its rule is one that can be laid out.
    is_known: bool,
}

impl Observance {
    fn of(part: &Component) -> Option<Self> {
        let value = |name: &str| part.property(name).map(|property| property.value());
        let start = Moment::of(value("DTSTART")?)?.naive();
        let to = offset(value("TZOFFSETTO")?)?;
        let from = value("TZOFFSETFROM").and_then(offset).unwrap_or(to);
        let rule = value("RRULE").map(|rule| super::rule::read(rule, Some(start)));
        let is_known = rule.as_ref().is_none_or(|rule| rule.as_ref().is_some_and(is_yearly));
        let dates = part.properties.iter().filter(|property| property.name == "RDATE");
        let dates = dates.flat_map(|property| property.value().split(','));
        let dates = dates.filter_map(|date| Moment::of(date.split('/').next()?)).map(Moment::naive);
        Some(Self {
            start,
            from,
            to,
            daylight: part.name == "DAYLIGHT",
            rule: rule.flatten().filter(is_yearly),
            dates: dates.take(DATES).collect(),
            is_known,
        })
    }

    fn changes(&self) -> Vec<Change> {
        let change = |at| Change { at, from: self.from, to: self.to, daylight: self.daylight };
        let begin = self.start.max(first());
        let mut all = self.dates.clone();
        // Seen: a start on New Year's day beside a rule that names another one (Outlook).
        if self.rule.is_none() {
            all.push(begin);
        }
        if let Some(rule) = &self.rule {
            let ends = match &rule.end {
                End::Never => NaiveDateTime::MAX,
                // In UTC, or for some programs as clocks show it.
                End::Until(Time::Utc(until)) => {
                    until.checked_add_signed(Duration::seconds(i64::from(self.from))).unwrap_or(*until)
                }
                End::Until(until) => until.local(),
                End::Count(count) => {
                    let years = i32::try_from(count.saturating_sub(1)).unwrap_or(LAST).min(LAST);
                    let last = begin.year().saturating_add(years);
                    NaiveDate::from_ymd_opt(last, 12, 31)
                        .map_or(NaiveDateTime::MAX, |day| day.and_time(last_second()))
                }
            };
            let years = begin.year()..=LAST;
            let onsets =
                years.filter_map(|year| Some(day(rule, year, self.start)?.and_time(self.start.time())));
            all.extend(onsets.skip_while(|at| *at < begin).take_while(|at| *at <= ends));
        }
        all.retain(|at| at.year() <= LAST);
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(change).collect()
    }
}

fn first() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(FIRST, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

/// Whether a rule names one day of each year.
fn is_yearly(rule: &Rule) -> bool {
    let is_one = rule.by_month.len() <= 1 && rule.by_day.len() <= 1 && rule.by_position.is_empty();
    rule.frequency == Frequency::Yearly
        && rule.interval == 1
        && is_one
        && day(rule, 2000, NaiveDateTime::default()).is_some()
}

/// The day of a year that a rule names; the day of the start where it names none.
fn day(rule: &Rule, year: i32, start: NaiveDateTime) -> Option<NaiveDate> {
    let month = rule.by_month.first().copied().unwrap_or(start.month());
    match (rule.by_day.first(), rule.by_month_day.as_slice()) {
        (None, []) => NaiveDate::from_ymd_opt(year, month, start.day()),
        (None, [day]) => of_month(year, month, *day),
        (None, _) => None,
        (Some(ByDay { nth: None, .. }), []) => None,
        (Some(ByDay { nth: Some(nth), day }), []) => nth_of_month(year, month, *day, *nth),
        // The first Sunday on or after the 8th, by naming seven days.
        (Some(ByDay { nth: None, day }), days) if days.len() <= 7 => {
            let mut all = days.iter().filter_map(|one| of_month(year, month, *one));
            all.find(|one| one.weekday() == *day)
        }
        (Some(_), _) => None,
    }
}

fn of_month(year: i32, month: u32, day: i32) -> Option<NaiveDate> {
    if day > 0 {
        return NaiveDate::from_ymd_opt(year, month, day.unsigned_abs());
    }
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(next_year, next, 1)?.checked_sub_days(Days::new(u64::from(day.unsigned_abs())))
}

fn nth_of_month(year: i32, month: u32, day: Weekday, nth: i32) -> Option<NaiveDate> {
    if nth > 0 {
        return NaiveDate::from_weekday_of_month_opt(year, month, day, u8::try_from(nth).ok()?);
    }
    let last = of_month(year, month, -1)?;
    let back = (7 + last.weekday().num_days_from_monday() - day.num_days_from_monday()) % 7;
    let back = back + 7 * (nth.unsigned_abs() - 1);
    last.checked_sub_days(Days::new(u64::from(back))).filter(|found| found.month() == month)
}
