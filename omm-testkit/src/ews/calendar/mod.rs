//! Time: how it is written, zones, series and what is in them.

mod instances;
mod recurrence;
mod time;
mod windows;
mod zone;

pub(super) use instances::{Instance, check_original, instance, instances, original_at};
pub(super) use recurrence::Recurrence;
pub(super) use time::{day, moment, shown};
pub(super) use windows::WINDOWS;
pub(super) use zone::{definition, description, named, of_item as zone_of};
