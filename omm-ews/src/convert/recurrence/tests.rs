use super::*;
use crate::{
    convert::node::read_back,
    xml::{Limits, Writer, read},
};
use chrono::{NaiveDate, Weekday};
use omm_content::calendar::{ByDay, End, Frequency, Rule, Time};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn each(day: Weekday) -> ByDay {
    ByDay::each(day)
}

fn nth(nth: i32, day: Weekday) -> ByDay {
    ByDay { nth: Some(nth), day }
}

fn daily() -> Rule {
    Rule::each(Frequency::Daily)
}

fn weekly(by_day: &[ByDay]) -> Rule {
    Rule { by_day: by_day.to_vec(), ..Rule::each(Frequency::Weekly) }
}

fn monthly() -> Rule {
    Rule::each(Frequency::Monthly)
}

fn yearly(month: u32) -> Rule {
    Rule { by_month: vec![month], ..Rule::each(Frequency::Yearly) }
}

/// Rules that one series has exactly, with their first days, and how they read when they come back.
fn exact_rules() -> Vec<(Rule, &'static str, Option<Rule>)> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let working = [Mon, Tue, Wed, Thu, Fri].map(each).to_vec();
    let on = |day: i32, rule: Rule| Rule { by_month_day: vec![day], ..rule };
    let days =
        |by_day: Vec<ByDay>, position: Vec<i32>, rule: Rule| Rule { by_day, by_position: position, ..rule };
    let every = |interval: u32, rule: Rule| Rule { interval, ..rule };
    let shortened =
        |last: i32| Rule { by_month_day: (28..=last).collect(), by_position: vec![-1], ..monthly() };
    vec![
        (daily(), "2024-02-28", None),
        (every(3, daily()), "2024-02-28", None),
        (Rule { by_day: working.clone(), ..daily() }, "2024-01-01", Some(weekly(&working))),
        (weekly(&[each(Mon), each(Wed)]), "2024-01-01", None),
        (weekly(&[]), "2024-01-02", Some(weekly(&[each(Tue)]))),
        (every(2, Rule { week_start: Some(Sun), ..weekly(&[each(Sun), each(Sat)]) }), "2024-01-06", None),
        (
            every(2, weekly(&[each(Sun), each(Tue)])),
            "2024-01-02",
            Some(every(2, Rule { week_start: Some(Mon), ..weekly(&[each(Sun), each(Tue)]) })),
        ),
        (on(15, monthly()), "2024-01-15", None),
        (every(5, on(1, monthly())), "2024-01-01", None),
        (monthly(), "2024-01-28", Some(on(28, monthly()))),
        (on(-1, monthly()), "2024-01-31", None),
        (shortened(29), "2023-01-29", None),
        (shortened(30), "2023-01-30", None),
        (days(vec![nth(2, Tue)], vec![], monthly()), "2024-01-09", None),
        (days(vec![nth(-1, Fri)], vec![], every(3, monthly())), "2024-01-26", None),
        (days(working.clone(), vec![-1], monthly()), "2024-01-31", None),
        (days(vec![each(Sun), each(Sat)], vec![1], monthly()), "2024-01-06", None),
        (
            days([Sun, Mon, Tue, Wed, Thu, Fri, Sat].map(each).to_vec(), vec![3], monthly()),
            "2024-01-03",
            None,
        ),
        (
            days(vec![each(Thu)], vec![2], monthly()),
            "2024-01-11",
            Some(days(vec![nth(2, Thu)], vec![], monthly())),
        ),
        (on(24, yearly(12)), "2024-12-24", None),
        (on(31, yearly(1)), "2024-01-31", None),
        (Rule::each(Frequency::Yearly), "2024-07-04", Some(on(4, yearly(7)))),
        (every(2, on(4, yearly(7))), "2024-07-04", None),
        (days(vec![nth(4, Thu)], vec![], yearly(11)), "2024-11-28", None),
        (days(vec![nth(-1, Sun)], vec![], every(4, yearly(3))), "2024-03-31", None),
        (days(working, vec![-1], yearly(12)), "2024-12-31", None),
        (
            on(10, Rule { by_month: vec![1, 4, 7, 10], ..Rule::each(Frequency::Yearly) }),
            "2024-04-10",
            Some(every(3, on(10, monthly()))),
        ),
    ]
}

/// The series as a server gives it back.
fn round_trip(series: &Series) -> Series {
    let mut writer = Writer::new();
    series.node().write(&mut writer);
    Series::read(&read_back(writer)).expect("a series")
}

#[test]
fn rules_that_exchange_has_come_back() {
    for (rule, first, back) in exact_rules() {
        let first = day(first);
        for (end, until) in [
            (End::Never, None),
            (End::Count(7), None),
            (End::Until(Time::Date(day("2030-12-31"))), Some(day("2030-12-31"))),
        ] {
            let rule = Rule { end: end.clone(), ..rule.clone() };
            let planned = plan(&rule, first, until);
            let [part] = &planned.parts[..] else { panic!("{}: {planned:?}", rule.value()) };
            assert!(part.deleted.is_empty() && planned.losses.is_empty() && planned.singles.is_empty());
            let series = round_trip(&part.series);
            assert_eq!(series, part.series);
            let expected = Rule { end, ..back.clone().unwrap_or_else(|| rule.clone()) };
            assert_eq!(series.rule(first, Time::Date), expected, "{}", rule.value());
            let last = until.unwrap_or(day("2060-01-01"));
            assert_eq!(series.days_until(last), expand(&rule, first, last), "{}", rule.value());
        }
    }
}

#[test]
fn rules_that_exchange_has_not_keep_their_days() {
    use Weekday::{Fri, Mon, Tue};
    let on = |days: &[i32], rule: Rule| Rule { by_month_day: days.to_vec(), ..rule };
    let until = Some(day("2026-12-31"));
    // The rule, its first day, and how many series there are if it ends and if it does not; none for appointments.
    let rows = [
        (on(&[31], monthly()), "2024-01-31", 1, 1),
        (on(&[30], monthly()), "2024-01-30", 1, 1),
        (on(&[29], yearly(2)), "2024-02-29", 1, 1),
        (Rule { by_day: vec![nth(5, Mon)], ..monthly() }, "2024-01-29", 1, 1),
        (on(&[1, 15], monthly()), "2024-01-01", 2, 2),
        (on(&[1, -1], monthly()), "2024-01-01", 2, 2),
        (on(&[15, 31], monthly()), "2024-01-15", 2, 2),
        (Rule { by_day: vec![nth(1, Mon), nth(3, Mon)], ..monthly() }, "2024-01-01", 2, 2),
        (on(&[1], Rule { by_month: vec![1, 2, 7], ..Rule::each(Frequency::Yearly) }), "2024-01-01", 3, 3),
        (on(&[1], Rule { by_month: vec![6, 7], ..monthly() }), "2024-06-01", 2, 2),
        (Rule { by_month: vec![1, 2], ..weekly(&[each(Mon)]) }, "2024-01-01", 1, 0),
        (Rule { by_day: vec![each(Fri)], by_month_day: vec![13], ..monthly() }, "2024-09-13", 1, 1),
        (Rule { by_day: vec![each(Mon), each(Tue)], by_position: vec![2], ..monthly() }, "2024-01-02", 0, 0),
        (on(&[-2], monthly()), "2024-01-30", 0, 0),
        (Rule { interval: 120, ..on(&[1], monthly()) }, "2024-01-01", 0, 0),
    ];
    for (rule, first, if_ends, if_not) in rows {
        let first = day(first);
        for (ends, parts) in [(true, if_ends), (false, if_not)] {
            let until = until.filter(|_| ends);
            let rule =
                Rule { end: until.map_or(End::Never, |day| End::Until(Time::Date(day))), ..rule.clone() };
            let planned = plan(&rule, first, until);
            let what = format!("{} {planned:?}", rule.value());
            assert_eq!((planned.parts.len(), planned.singles.is_empty()), (parts, parts > 0), "{what}");
            let last = until.unwrap_or(day("2033-01-01"));
            let of_part = |part: &Part| {
                let days = round_trip(&part.series).days_until(last);
                days.into_iter().filter(|day| !part.deleted.contains(day)).collect::<Vec<_>>()
            };
            let mut days: Vec<_> = planned.parts.iter().flat_map(of_part).collect();
            days.extend(planned.singles.iter().filter(|day| **day <= last));
            days.sort_unstable();
            assert_eq!(days, expand(&rule, first, last), "{what}");
            assert_eq!(planned.losses.is_empty(), ends && parts == 1, "{what}");
        }
    }
}

#[test]
fn counts_end_with_the_same_day() {
    for (count, range) in [(999, Range::Count(999)), (1000, Range::Until(day("2026-09-26")))] {
        let rule = Rule { end: End::Count(count), ..daily() };
        let planned = plan(&rule, day("2024-01-01"), None);
        assert_eq!(planned.parts[0].series.range, range);
    }
    let rule = Rule { by_month_day: vec![1, 15], end: End::Count(5), ..monthly() };
    let planned = plan(&rule, day("2024-01-15"), None);
    let mut days: Vec<_> = planned.parts.iter().flat_map(|part| part.series.days()).collect();
    days.sort_unstable();
    assert_eq!(days, expand(&rule, day("2024-01-15"), NaiveDate::MAX));
    assert_eq!(days.len(), 5);
}

#[test]
fn what_is_too_much_is_said() {
    let rule = Rule { by_month_day: vec![-2], ..monthly() };
    let planned = plan(&rule, day("2024-01-30"), None);
    assert_eq!((planned.singles.len(), planned.losses.len()), (121, 2));
    let many = Rule { by_month_day: vec![-2, -3, -4, -5], ..monthly() };
    let planned = plan(&many, day("2024-01-30"), None);
    assert_eq!((planned.singles.len(), planned.losses.len()), (MOST_SINGLES, 2));
    let never = Rule { by_month_day: vec![30], ..yearly(2) };
    assert_eq!(plan(&never, day("2024-01-30"), None).singles, [day("2024-01-30")]);
}

/// The place of a day among those of a series, from 1.
fn index(series: &Series, of: &str) -> Option<usize> {
    series.days_until(day(of)).iter().position(|known| *known == day(of)).map(|at| at + 1)
}

#[test]
fn indexes_count_every_occurrence() {
    let read_of = |text: &str| {
        Series::read(&read(text.as_bytes(), Limits::SMALL).expect("well formed")).expect("a series")
    };
    let series = read_of(
        "<Recurrence><WeeklyRecurrence><Interval>2</Interval><DaysOfWeek>Monday Friday</DaysOfWeek><FirstDayOfWeek>Sunday\
         </FirstDayOfWeek></WeeklyRecurrence><NumberedRecurrence><StartDate>2024-01-03+01:00</StartDate>\
         <NumberOfOccurrences>4</NumberOfOccurrences></NumberedRecurrence></Recurrence>",
    );
    // The first week is begun in its middle.
    assert_eq!(series.days(), ["2024-01-05", "2024-01-15", "2024-01-19", "2024-01-29"].map(day));
    assert_eq!((index(&series, "2024-01-05"), index(&series, "2024-01-29")), (Some(1), Some(4)));
    assert_eq!((index(&series, "2024-01-08"), index(&series, "2024-02-02")), (None, None));
    let last = read_of(
        "<Recurrence><AbsoluteMonthlyRecurrence><Interval>1</Interval><DayOfMonth>31</DayOfMonth>\
         </AbsoluteMonthlyRecurrence><NoEndRecurrence><StartDate>2024-01-31Z</StartDate></NoEndRecurrence></Recurrence>",
    );
    assert_eq!(index(&last, "2024-04-30"), Some(4), "the last day of a shorter month");
}

#[test]
fn tasks_that_are_made_anew() {
    for frequency in [Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly] {
        let rule = Rule { interval: 3, ..Rule::each(frequency) };
        let mut writer = Writer::new();
        regeneration_node(&rule, day("2024-01-01"), Range::NoEnd).expect("a node").write(&mut writer);
        let element = read_back(writer);
        assert_eq!((regeneration(&element), Series::read(&element)), (Some(rule), None));
    }
    assert!(regeneration_node(&weekly(&[each(Weekday::Mon)]), day("2024-01-01"), Range::NoEnd).is_none());
}

#[test]
fn what_servers_may_say_ends() {
    for pattern in [
        "<DailyRecurrence><Interval>4294967295</Interval></DailyRecurrence>",
        "<WeeklyRecurrence><Interval>0</Interval><DaysOfWeek>Monday</DaysOfWeek></WeeklyRecurrence>",
        "<RelativeMonthlyRecurrence><DaysOfWeek>Day</DaysOfWeek><DayOfWeekIndex>Last</DayOfWeekIndex></RelativeMonthlyRecurrence>",
        "<AbsoluteYearlyRecurrence><DayOfMonth>31</DayOfMonth><Month>February</Month></AbsoluteYearlyRecurrence>",
    ] {
        let text = format!(
            "<Recurrence>{pattern}<NumberedRecurrence><StartDate>4499-12-31</StartDate><NumberOfOccurrences>4294967295\
             </NumberOfOccurrences></NumberedRecurrence></Recurrence>"
        );
        let series =
            Series::read(&read(text.as_bytes(), Limits::SMALL).expect("well formed")).expect("a series");
        assert!(series.days().len() <= MOST_DAYS);
    }
}

#[test]
fn no_occurrence_lies_beyond_the_calendar() {
    let rule = Rule { end: End::Count(20_000), ..yearly(3) };
    let days = expand(&rule, day("2024-03-15"), NaiveDate::MAX);
    assert_eq!(days.last(), Some(&day("9999-03-15")));
}
