//! Dates: `"17-Jul-1996 02:44:25 -0700"` and `1-Feb-1994`.

use super::args::{Args, bad};
use crate::imap::session::Refusal;
use chrono::{DateTime, FixedOffset, NaiveDate};

/// RFC 9051 §9 `date-time`, quoted.
pub(crate) fn date_time(args: &mut Args<'_>) -> Result<DateTime<FixedOffset>, Refusal> {
    let text = args.string()?;
    let text = std::str::from_utf8(&text).map_err(|_| bad("date expected"))?;
    // `date-day-fixed`: a blank or a digit, then a digit; so the text is 26 long, always.
    if text.len() != 26 {
        return Err(bad("date and time of 26 letters expected"));
    }
    DateTime::parse_from_str(text.trim_start(), "%e-%b-%Y %H:%M:%S %z")
        .map_err(|_| bad("date and time expected"))
}

/// RFC 9051 §9 `date`, quoted or not.
pub(crate) fn date(args: &mut Args<'_>) -> Result<NaiveDate, Refusal> {
    let text = args.astring()?;
    let text = std::str::from_utf8(&text).map_err(|_| bad("date expected"))?;
    NaiveDate::parse_from_str(text, "%e-%b-%Y").map_err(|_| bad("date expected"))
}

/// As `INTERNALDATE` has it.
pub(crate) fn written(date: &DateTime<FixedOffset>) -> String {
    date.format("\"%e-%b-%Y %H:%M:%S %z\"").to_string()
}
