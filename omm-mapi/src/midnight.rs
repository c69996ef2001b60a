//! Which day was meant, where only the instant of its midnight was kept and nobody says in which zone.

use chrono::{Duration, NaiveDate, NaiveDateTime, Timelike};

/// The day of which an instant in UTC is the midnight: right from UTC-10:45 to UTC+13.
///
/// There is no answer for all zones: 11:00 UTC is midnight of a day in UTC-11 and of the next one in UTC+13. More people
/// live in New Zealand, whose summer is UTC+13, than in Samoa and on Niue.
pub fn day(utc: NaiveDateTime) -> NaiveDate {
    // [MS-OXOCNTC] §2.2.1.5.1: some write 11:59 UTC, which is the same day nearly everywhere, and no midnight anywhere.
    let noon = (utc.hour(), utc.minute()) == (11, 59);
    let ahead = if utc.hour() < 11 || noon { Duration::zero() } else { Duration::hours(13) };
    utc.checked_add_signed(ahead).unwrap_or(utc).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (utc, expected) in [
            ("2024-01-15T00:00:00", "2024-01-15"),
            // Honolulu, the Marquesas.
            ("2024-01-15T10:00:00", "2024-01-15"),
            ("2024-01-15T09:30:00", "2024-01-15"),
            // Auckland in summer and in winter.
            ("2024-01-14T11:00:00", "2024-01-15"),
            ("2024-07-14T12:00:00", "2024-07-15"),
            ("2024-01-14T23:00:00", "2024-01-15"),
            ("2024-01-15T11:59:00", "2024-01-15"),
        ] {
            assert_eq!(day(utc.parse().unwrap()).to_string(), expected, "{utc}");
        }
    }
}
