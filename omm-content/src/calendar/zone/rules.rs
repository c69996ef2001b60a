//! A zone's own rules: a bias, and when clocks are changed, as Windows has them ([MS-DTYP] §2.3.13 SYSTEMTIME).

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// What holds in a zone in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Minutes by which clocks are ahead of UTC in winter.
    pub standard: i32,
    /// Minutes by which clocks are ahead of UTC in summer.
    pub daylight: i32,
    /// When winter time begins and when summer time does; nothing where clocks are never changed.
    pub switches: Option<(Switch, Switch)>,
}

/// When clocks are changed, in the time that was shown before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Switch {
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the week, or nothing for a day of the month.
    pub weekday: Option<Weekday>,
    /// The nth such day of the week in the month, 5 for the last; or the day of the month.
    pub nth: u32,
    /// The time of the day.
    pub time: NaiveTime,
}

impl Rules {
    /// Always the same offset, in minutes ahead of UTC.
    pub fn fixed(minutes: i32) -> Self {
        Self { standard: minutes, daylight: minutes, switches: None }
    }

    /// What it may be called when nobody named it.
    pub(super) fn name(&self) -> String {
        let sign = if self.standard < 0 { '-' } else { '+' };
        let minutes = self.standard.unsigned_abs();
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The changes of a year: local time, offset before, offset after, whether summer begins. In their order.
    pub(super) fn changes(&self, year: i32) -> Vec<(NaiveDateTime, i32, i32, bool)> {
        let Some((winter, summer)) = self.switches else { return Vec::new() };
        let (standard, daylight) = (self.standard * 60, self.daylight * 60);
        let mut changes = Vec::new();
        changes.extend(winter.in_year(year).map(|at| (at, daylight, standard, false)));
        changes.extend(summer.in_year(year).map(|at| (at, standard, daylight, true)));
        changes.sort_by_key(|(at, ..)| *at);
        changes
    }

    /// Seconds ahead of UTC on the first of January of a year.
    pub(super) fn at_new_year(&self, year: i32) -> i32 {
        // In the south the year begins in summer: its first change is to winter time.
        match self.changes(year).first() {
            Some((_, before, ..)) => *before,
            None => self.standard * 60,
        }
    }
}

impl Switch {
    fn in_year(&self, year: i32) -> Option<NaiveDateTime> {
        let day = match self.weekday {
            None => NaiveDate::from_ymd_opt(year, self.month, self.nth)?,
            Some(weekday) if self.nth < 5 => {
                NaiveDate::from_weekday_of_month_opt(year, self.month, weekday, self.nth.max(1) as u8)?
            }
            Some(weekday) => (4..=5)
                .rev()
                .find_map(|nth| NaiveDate::from_weekday_of_month_opt(year, self.month, weekday, nth))?,
        };
        Some(day.and_time(self.time))
    }
}

/// The rules for a year: the latest that began, else the first ([MS-OXOCAL] §2.2.1.41.1).
pub(super) fn in_year(rules: &[(i32, Rules)], year: i32) -> Rules {
    let begun = rules.iter().rev().find(|(from, _)| *from <= year);
    begun.or(rules.first()).map_or(Rules::fixed(0), |(_, rules)| *rules)
}

/// Seconds ahead of UTC at a time in UTC.
pub(super) fn offset(rules: &[(i32, Rules)], utc: NaiveDateTime) -> i32 {
    // Near New Year the local year is another than that of UTC.
    let rough = in_year(rules, utc.year()).standard;
    let year = utc.checked_add_signed(Duration::minutes(i64::from(rough))).unwrap_or(utc).year();
    let of_year = in_year(rules, year);
    let mut offset = of_year.at_new_year(year);
    for (at, before, after, _) in of_year.changes(year) {
        if at.checked_sub_signed(Duration::seconds(i64::from(before))).is_some_and(|at| at <= utc) {
            offset = after;
        }
    }
    offset
}

/// FNV-1a over all that the rules say, so that different rules have different names.
pub(super) fn digest(rules: &[(i32, Rules)]) -> u32 {
    let mut said = String::new();
    for (year, rules) in rules {
        use std::fmt::Write;
        let _ = write!(said, "{year} {} {}", rules.standard, rules.daylight);
        for switch in rules.switches.iter().flat_map(|(one, two)| [one, two]) {
            let _ = write!(said, " {} {:?} {} {}", switch.month, switch.weekday, switch.nth, switch.time);
        }
    }
    said.bytes().fold(0x811C_9DC5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
