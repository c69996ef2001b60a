//! Time: how it is written, zones, series and what is in them.

mod instances;
mod recurrence;
mod time;
mod zone;

pub(super) use instances::{Instance, check_original, instance, instances, original_at};
pub(super) use recurrence::Recurrence;
pub(super) use time::{day, moment, shown};
pub(super) use zone::{WINDOWS, definition, description, named, of_item as zone_of};
