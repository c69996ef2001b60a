//! For how long a server wants to be left alone.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// Longer pauses are not believed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What `Retry-After` says (RFC 9110 §10.2.3): seconds, or a date.
pub(crate) fn retry_after(said: &str, now: DateTime<Utc>) -> Option<Duration> {
    let said = said.trim();
    if let Ok(seconds) = said.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = DateTime::parse_from_rfc2822(said).ok()?;
    let left = until.with_timezone(&Utc).signed_duration_since(now);
    Some(left.to_std().unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a moment");
        for (said, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999", Some(24 * 3600)),
            ("Tue, 14 Nov 2023 22:14:20 GMT", Some(60)),
            ("Tue, 14 Nov 2023 22:13:20 GMT", Some(0)),
            ("Mon, 13 Nov 2023 22:13:20 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(retry_after(said, now), seconds.map(Duration::from_secs), "{said}");
        }
    }
}
