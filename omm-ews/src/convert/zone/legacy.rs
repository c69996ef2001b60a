//! A zone as Exchange 2007 has it: MeetingTimeZone ([MS-OXWSCDATA] TimeZoneType).

use crate::{
    convert::{moment, weekday},
    xml::Element,
};
use chrono::NaiveTime;
use omm_content::calendar::zone::{Rules, Switch};

/// No clock is further from UTC, in minutes.
const FURTHEST: i64 = 24 * 60;

/// Its rules; nothing if it has none.
pub(super) fn rules(zone: &Element) -> Option<Vec<(i32, Rules)>> {
    let minutes = |element: &Element, name: &str| moment::minutes(element.text_of(name)?);
    // As with a bias, what must be added to come to UTC.
    let base = minutes(zone, "BaseOffset")?;
    let of = |name: &str| {
        let part = zone.child(name)?;
        let ahead = -(base.checked_add(minutes(part, "Offset").unwrap_or(0))?);
        let ahead = i32::try_from(ahead).ok().filter(|ahead| i64::from(*ahead).abs() <= FURTHEST)?;
        Some((ahead, switch(part)))
    };
    let fixed = i32::try_from(-base).ok().filter(|ahead| i64::from(*ahead).abs() <= FURTHEST)?;
    let rules = match (of("Standard"), of("Daylight")) {
        (Some((standard, Some(winter))), Some((daylight, Some(summer)))) => {
            Rules { standard, daylight, switches: Some((winter, summer)) }
        }
        (Some((standard, _)), _) => Rules::fixed(standard),
        (None, _) => Rules::fixed(fixed),
    };
    Some(vec![(1601, rules)])
}

fn switch(part: &Element) -> Option<Switch> {
    let time = NaiveTime::parse_from_str(part.text_of("Time")?.get(..8)?, "%H:%M:%S").ok()?;
    if let Some(yearly) = part.child("RelativeYearlyRecurrence") {
        return Some(Switch {
            month: weekday::month_of_word(yearly.text_of("Month")?)?,
            weekday: Some(weekday::of_word(yearly.text_of("DaysOfWeek")?)?),
            nth: match weekday::index_of_word(yearly.text_of("DayOfWeekIndex")?)? {
                -1 => 5,
                nth => u32::try_from(nth).ok()?,
            },
            time,
        });
    }
    let date = moment::day(part.text_of("AbsoluteDate")?)?;
    Some(Switch {
        month: chrono::Datelike::month(&date),
        weekday: None,
        nth: chrono::Datelike::day(&date),
        time,
    })
}
