//! Ready-made items with every field filled, and a mailbox that has one of each and all the odd cases.
//!
//! All are plain values: a test changes what it wants to be different. Names and addresses are invented.

mod appointment;
mod bulk;
mod contact;
mod mail;
mod mailbox;
mod ole;
mod others;
mod recurrence;
mod rtf;
mod task;
mod zone;

pub use appointment::{all_day, appointment, meeting, meeting_request, recurring};
pub use bulk::{bulk, extreme};
pub use contact::{contact, group};
pub use mail::{draft, forwarded, full, in_code_page, plain, reply, report, rich, signed};
pub use mailbox::{Everything, everything, recurrences};
pub use ole::compound_file;
pub use others::{journal, note, post};
pub use recurrence::{End, Exception, Pattern, Recurrence};
pub use rtf::{compress, encapsulate, store};
pub use task::{recurring_task, task};
pub use zone::{definition, structure};

use super::property::Value;
use super::time::filetime;

/// A time in UTC.
fn at(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Value {
    Value::Time(filetime(year, month, day, hour, minute, 0))
}

/// Bytes that say what they are for and do not repeat soon.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut random = crate::mailbox::Random::new(seed);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&random.next_u64().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
