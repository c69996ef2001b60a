//! The rules of a zone for which Windows has no name: as they are in the year of an appointment.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use omm_content::calendar::{
    Zone,
    zone::{Rules, Switch},
};

/// A change of clocks: what they show before it, and how many seconds they are ahead of UTC before and after.
type Change = (NaiveDateTime, i32, i32);

/// The rules of a zone, each from a year on.
pub(super) fn rules(zone: &Zone, year: i32) -> Vec<(i32, Rules)> {
    if let Zone::Custom { rules, .. } = zone {
        return rules.clone();
    }
    let rules = match changes(zone, year).as_slice() {
        [one, two] if one.1 == two.2 && one.2 == two.1 => {
            let (summer, winter) = if one.2 > one.1 { (one, two) } else { (two, one) };
            Rules {
                standard: winter.2 / 60,
                daylight: summer.2 / 60,
                switches: Some((switch(winter.0), switch(summer.0))),
            }
        }
        // More than two changes, or one for good, have no rule of this form.
        _ => Rules::fixed(zone.offset(middle(year)) / 60),
    };
    vec![(1601, rules)]
}

fn middle(year: i32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 7, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

/// Summer time is never changed twice in a day.
fn changes(zone: &Zone, year: i32) -> Vec<Change> {
    let begin = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
    let mut found = Vec::new();
    for day in 0..366 {
        let (from, to) = (begin + Duration::days(day), begin + Duration::days(day + 1));
        let (before, after) = (zone.offset(from), zone.offset(to));
        if before != after {
            let minute = (1..=1440).find(|minute| zone.offset(from + Duration::minutes(*minute)) != before);
            let at = from + Duration::minutes(minute.unwrap_or(1440));
            found.push((at + Duration::seconds(i64::from(before)), before, after));
        }
    }
    found.retain(|(at, ..)| at.year() == year);
    found
}

fn switch(at: NaiveDateTime) -> Switch {
    let nth = at.day0() / 7 + 1;
    let is_last =
        at.date().checked_add_signed(Duration::days(7)).is_none_or(|later| later.month() != at.month());
    Switch {
        month: at.month(),
        weekday: Some(at.weekday()),
        nth: if is_last { 5 } else { nth },
        time: at.time(),
    }
}
