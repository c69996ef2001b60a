//! How Outlook keeps what recurs: PidLidAppointmentRecur and PidLidTaskRecurrence ([MS-OXOCAL] §2.2.1.44,
//! [MS-OXOTASK] §2.2.2.2.15).
//!
//! A bounded reader that forgives: of a blob that was cut off, the pattern is kept and as many exceptions as can be read;
//! what is missing is said in `losses`. Dates are days and minutes since 1601 in the time of the series' own zone.
//!
//! | room | what |
//! |---|---|
//! | `bytes` | little-endian fields, and their end |
//! | `pattern` | RecurrencePattern |
//! | `exception` | ExceptionInfo and ExtendedException |
//! | `first` | the first occurrence |
//! | `last` | the last occurrence |
//! | `rule` | the pattern as RRULE |
//! | `lunar` | months of calendars that RRULE does not know, as dates |

mod bytes;
mod exception;
mod first;
mod last;
mod lunar;
mod pattern;
mod rule;

pub use exception::Exception;
pub use pattern::{Days, Ending, Kind, Pattern};
pub use rule::Rendered;

use crate::error::{Error, Result};
use bytes::Bytes;

/// The series of an appointment: AppointmentRecurrencePattern ([MS-OXOCAL] §2.2.1.44.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// On which days.
    pub pattern: Pattern,
    /// From when to when, in minutes since midnight; nothing if the blob ends before.
    pub minutes: Option<(u32, u32)>,
    /// The occurrences that differ.
    pub exceptions: Vec<Exception>,
    /// What could not be read.
    pub losses: Vec<String>,
}

/// Reads PidLidAppointmentRecur. 8-bit text in it is in `code_page`.
///
/// # Errors
/// If not even the pattern can be read.
pub fn appointment(bytes: &[u8], code_page: u32) -> Result<Series> {
    let mut bytes = Bytes::new(bytes);
    let (pattern, mut losses) = pattern::read(&mut bytes)?;
    let times = bytes.fields::<4>();
    let minutes = times.map(|[_reader, _writer, start, end]| (start, end));
    let writer = times.map_or(0, |[_, writer, ..]| writer);
    let mut exceptions = Vec::new();
    match bytes.u16() {
        Some(count) => exception::read(&mut bytes, (count, writer), code_page, &mut exceptions, &mut losses),
        None => losses.push("the recurrence ends before its exceptions".to_owned()),
    }
    Ok(Series { pattern, minutes, exceptions, losses })
}

/// Reads PidLidTaskRecurrence: a pattern alone, and what could not be read of it.
///
/// # Errors
/// If it cannot be read.
pub fn task(bytes: &[u8]) -> Result<(Pattern, Vec<String>)> {
    pattern::read(&mut Bytes::new(bytes))
}

fn cut_off() -> Error {
    Error::malformed("the recurrence is cut off")
}
