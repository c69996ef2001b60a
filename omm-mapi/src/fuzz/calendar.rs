//! Recurrences and time zones.

use crate::{
    property::{NameMap, Properties, Value, named::PSETID_APPOINTMENT, tag},
    recurrence::{appointment, task},
    time_zone::{definition, structure},
};
use omm_content::calendar::Time;
use std::{hint::black_box, sync::Arc};

/// A recurrence is read, rendered, and written as an event.
pub fn recurrence(data: &[u8]) {
    if let Ok(series) = appointment(data, 1252) {
        black_box(series.pattern.render(Time::Date));
        black_box(written(0x8216, data));
    }
    if let Ok((pattern, _)) = task(data) {
        black_box(pattern.render(Time::Date));
    }
}

/// A time zone is read, and an event in it written.
pub fn time_zone(data: &[u8]) {
    if definition(data).is_ok() {
        black_box(written(0x825E, data));
    }
    if structure(data).is_ok() {
        black_box(written(0x8233, data));
    }
}

/// An appointment of 2024 with this blob.
fn written(blob: u32, data: &[u8]) -> Option<Vec<u8>> {
    let mut names = NameMap::new();
    for (id, name) in [(0x8001, blob), (0x8002, 0x820D)] {
        names.insert(crate::property::Named::Id(PSETID_APPOINTMENT, name), id);
    }
    let mut properties = Properties::new(Arc::new(names));
    properties.insert(tag::MESSAGE_CLASS, Value::String("IPM.Appointment".to_owned()));
    properties.insert(0x8001, Value::Binary(data.to_vec()));
    properties.insert(0x8002, Value::Time(133_500_000_000_000_000));
    let message = crate::StoredMessage { properties, ..Default::default() };
    crate::event::convert(&message, &crate::Options::default()).ok()?.body.into_bytes().ok()
}
