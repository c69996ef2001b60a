//! The single ones of a series.

use super::{Recurrence, moment, time::in_zone, zone_of};
use crate::ews::{call::Outcome, soap::Refusal, store::Item};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// One of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ews) struct Instance {
    /// Which it is, from 1; those that were deleted count.
    pub(in crate::ews) index: usize,
    /// When it would begin had it not been changed.
    pub(in crate::ews) original: DateTime<Utc>,
    pub(in crate::ews) start: DateTime<Utc>,
    pub(in crate::ews) end: DateTime<Utc>,
    pub(in crate::ews) is_exception: bool,
    pub(in crate::ews) is_deleted: bool,
}

/// All of them in the order of their days, deleted ones too; lazily, for there may be no end.
pub(in crate::ews) fn instances(item: &Item) -> Box<dyn Iterator<Item = Instance> + '_> {
    let zone = zone_of(item);
    let recurrence = item.field("Recurrence").and_then(|element| Recurrence::read(element).ok());
    let start = item.text("Start").and_then(|text| moment(text, Tz::UTC));
    let end = item.text("End").and_then(|text| moment(text, Tz::UTC));
    let (Some(recurrence), Some(start), Some(end)) = (recurrence, start, end) else {
        return Box::new(std::iter::empty());
    };
    let (local, local_end) =
        (start.with_timezone(&zone).naive_local(), end.with_timezone(&zone).naive_local());
    let length = local_end - local;
    let days: Vec<_> = match recurrence.has_end() {
        true => recurrence.days().collect(),
        false => recurrence.days().take(5000).collect(),
    };
    let at = move |(number, day): (usize, chrono::NaiveDate)| {
        let begins = day.and_time(local.time());
        let original = in_zone(begins, zone)?;
        let ends = in_zone(begins + length, zone)?;
        Some(placed(item, number + 1, original, ends - original))
    };
    Box::new(days.into_iter().enumerate().filter_map(at))
}

/// The one that would begin then.
pub(in crate::ews) fn instance(item: &Item, original: i64) -> Option<Instance> {
    instances(item).find(|instance| instance.original.timestamp() == original)
}

/// When the one with this number would begin.
pub(in crate::ews) fn original_at(item: &Item, index: usize) -> Outcome<i64> {
    if !item.is_series() {
        return Err(Refusal::new("ErrorCalendarIsNotRecurringMaster"));
    }
    let found = index.checked_sub(1).and_then(|before| instances(item).nth(before));
    match found {
        None => Err(Refusal::new("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange")),
        Some(found) if found.is_deleted => {
            Err(Refusal::new("ErrorCalendarOccurrenceIsDeletedFromRecurrence"))
        }
        Some(found) => Ok(found.original.timestamp()),
    }
}

/// There must be one that would begin then.
pub(in crate::ews) fn check_original(item: &Item, original: i64) -> Outcome<()> {
    let found = instance(item, original).filter(|instance| !instance.is_deleted);
    found.map(drop).ok_or_else(Refusal::not_found)
}

fn placed(item: &Item, index: usize, original: DateTime<Utc>, length: TimeDelta) -> Instance {
    let key = original.timestamp();
    let exception = item.exceptions.get(&key);
    let field = |name: &str| {
        let fields = exception.map(|exception| exception.fields.as_slice()).unwrap_or_default();
        let field = fields.iter().find(|field| field.name == name)?;
        moment(&field.text, Tz::UTC)
    };
    let start = field("Start").unwrap_or(original);
    Instance {
        index,
        original,
        start,
        end: field("End").unwrap_or(start + length),
        is_exception: exception.is_some(),
        is_deleted: item.deleted.contains(&key),
    }
}
