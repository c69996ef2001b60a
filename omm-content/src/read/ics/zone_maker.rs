//! VTIMEZONE from a name that is known: IANA, Windows, or one of them with a path in front.

use crate::line::Line;
use calcard::{
    common::timezone::Tz,
    icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType},
};
use windows_timezones::WindowsTimezone;

/// From 1970 on, as long as rules are known: 2037-01-01. The last rule goes on.
const FROM: i64 = 0;
const TO: i64 = 2_114_380_800;

/// Its lines, with the name as TZID; nothing if no such zone is known.
pub(super) fn make(name: &str) -> Option<Vec<u8>> {
    let known = known(name)?;
    let root = ICalendarComponent { component_type: ICalendarComponentType::VCalendar, ..Default::default() };
    let mut calendar = ICalendar { components: vec![root] };
    calendar.add_timezone(&known, FROM, TO)?;
    let text = calendar.to_string();
    let mut out = Vec::new();
    let inside = text.lines().skip_while(|line| *line != "BEGIN:VTIMEZONE");
    for line in inside.take_while(|line| *line != "END:VCALENDAR") {
        match line.strip_prefix("TZID:") {
            Some(_) => crate::read::fold::write(Line::new("TZID").text(name).unfolded(), &mut out),
            None => crate::read::fold::write(line, &mut out),
        }
    }
    Some(out)
}

/// The IANA name that is meant.
fn known(name: &str) -> Option<String> {
    let is_known = |name: &str| name.parse::<chrono_tz::Tz>().is_ok();
    if is_known(name) {
        return Some(name.to_owned());
    }
    if let Ok(windows) = name.parse::<WindowsTimezone>() {
        return Some(windows.tzdb_id().to_owned());
    }
    if let Some(city) = by_city(name) {
        return Some(city);
    }
    // Its fall-back is a fixed offset, which is wrong for half of the year.
    if let Ok(Tz::Tz(zone)) = name.parse::<Tz>()
        && !zone.name().starts_with("Etc/")
    {
        return Some(zone.name().to_owned());
    }
    // Seen: /freeassociation.sourceforge.net/Tzfile/Europe/Berlin, /citadel.org/20190914_1/America/New_York.
    let rest = name.strip_prefix('/')?;
    let mut ends = rest.match_indices('/').map(|(at, _)| rest.get(at + 1..).unwrap_or_default());
    std::iter::once(rest).chain(&mut ends).find(|end| is_known(end)).map(str::to_owned)
}

/// `(UTC+01:00) Amsterdam, Berlin, …`: Windows' description of a zone names cities, most of which IANA names as well.
fn by_city(name: &str) -> Option<String> {
    let (_, cities) = name.strip_prefix("(UTC").or_else(|| name.strip_prefix("(GMT"))?.split_once(')')?;
    let cities = cities.split(',').map(|city| city.trim().replace(' ', "_"));
    let found = |city: String| {
        chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .find(|zone| zone.rsplit('/').next() == Some(&city))
    };
    cities.take(16).find_map(found).map(str::to_owned)
}
