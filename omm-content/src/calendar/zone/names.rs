//! What zones are called: by IANA, by Windows, by people.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::str::FromStr;
use windows_timezones::WindowsTimezone;

/// The zone of a Windows name (`W. Europe Standard Time`), of IANA's own, or of what Windows shows people
/// (`(UTC-08:00) Pacific Time (US & Canada)`).
pub fn iana_of(name: &str) -> Option<Tz> {
    let name = name.trim();
    // Seen: Outlook 2007 and later, "Pacific Standard Time 1" for a zone that was changed by hand.
    let windows = WindowsTimezone::from_str(name).ok().and_then(|zone| Tz::from_str(zone.tzdb_id()).ok());
    windows.or_else(|| Tz::from_str(name).ok()).or_else(|| {
        match calcard::common::timezone::Tz::from_str(name) {
            Ok(calcard::common::timezone::Tz::Tz(zone)) => Some(zone),
            _ => None,
        }
    })
}

/// The Windows name of a zone, if Windows has one. Its list knows a zone by one of its names alone, and of some by an old
/// one (`Asia/Calcutta`): another name of the same zone (`Asia/Kolkata`, `US/Eastern`) is found by what its clocks show.
pub fn windows_of(zone: Tz) -> Option<&'static str> {
    let listed = |zone: Tz| WindowsTimezone::try_from(zone).ok();
    let same = || TZ_VARIANTS.into_iter().filter(|other| is_same(zone, *other)).find_map(listed);
    listed(zone).or_else(same).map(WindowsTimezone::name)
}

/// Whether the clocks of both have shown the same since 1970, and will.
fn is_same(one: Tz, other: Tz) -> bool {
    const WEEK: i64 = 604_800;
    // Up to 2037.
    let weeks = (0..3_548).filter_map(|week| DateTime::from_timestamp(week * WEEK, 0));
    let offset = |zone: Tz, time: DateTime<Utc>| zone.offset_from_utc_datetime(&time.naive_utc()).fix();
    weeks.into_iter().all(|time| offset(one, time) == offset(other, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("Europe/Paris", Some("Europe/Paris")),
            ("(UTC-08:00) Pacific Time (US & Canada)", Some("America/Los_Angeles")),
            ("(GMT-06:00) Central Time (US & Canada)", Some("America/Chicago")),
            ("Nowhere Standard Time", None),
            ("", None),
        ] {
            assert_eq!(iana_of(name).map(Tz::name), expected, "{name}");
        }
    }

    /// Kills: zones that go to Exchange with the rules of one year, because they have another name in Windows' list.
    #[test]
    fn names_of_windows() {
        for (zone, expected) in [
            (Tz::Europe__Berlin, Some("W. Europe Standard Time")),
            (Tz::US__Eastern, Some("Eastern Standard Time")),
            (Tz::US__Pacific, Some("Pacific Standard Time")),
            (Tz::Asia__Kolkata, Some("India Standard Time")),
            (Tz::Asia__Calcutta, Some("India Standard Time")),
            (Tz::Asia__Kathmandu, Some("Nepal Standard Time")),
            (Tz::Europe__Kyiv, Some("FLE Standard Time")),
            (Tz::America__Argentina__Buenos_Aires, Some("Argentina Standard Time")),
            (Tz::Japan, Some("Tokyo Standard Time")),
            (Tz::GB, Some("GMT Standard Time")),
            (Tz::Antarctica__Troll, None),
        ] {
            assert_eq!(windows_of(zone), expected, "{zone}");
        }
    }
}
