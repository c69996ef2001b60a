//! When a migration may begin, as people write it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// A moment (RFC 3339 §5.6), or one without a zone, or a day, which is its midnight; without a zone it is UTC. Other orders of day
/// and month are not guessed.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    const FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let moment = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    moment.or_else(day).map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_people_write_them() {
        for (text, expected) in [
            ("2026-12-24", Some("2026-12-24T00:00:00Z")),
            ("2026-12-24T22:00:00+01:00", Some("2026-12-24T21:00:00Z")),
            ("2026-12-24 22:00", Some("2026-12-24T22:00:00Z")),
            ("2026-12-24T22:00:30", Some("2026-12-24T22:00:30Z")),
            ("24.12.2026", None),
            ("12/11/2026", None),
            ("2026-13-24", None),
            ("tomorrow", None),
            ("46380", None),
        ] {
            let expected = expected.map(|text| DateTime::parse_from_rfc3339(text).unwrap().to_utc());
            assert_eq!(moment(text), expected, "{text}");
        }
    }
}
