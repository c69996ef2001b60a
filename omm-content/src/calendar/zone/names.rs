//! What zones are called: by IANA, by Windows, by people.

use chrono_tz::Tz;
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

/// The Windows name of a zone, if Windows has one.
pub fn windows_of(zone: Tz) -> Option<&'static str> {
    WindowsTimezone::try_from(zone).ok().map(WindowsTimezone::name)
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
}
