//! Items made of properties.

use chrono::NaiveDateTime;
use omm_mapi::{
    Converted, Options, StoredMessage, convert,
    property::{Guid, NameMap, Named, Properties, Value},
};
use std::sync::Arc;

/// Properties by id and by name, as a reader would give them.
#[derive(Default)]
pub(crate) struct Bag {
    names: NameMap,
    values: Vec<(u16, Value)>,
}

impl Bag {
    pub(crate) fn id(mut self, id: u16, value: Value) -> Self {
        self.values.push((id, value));
        self
    }

    pub(crate) fn named(mut self, set: Guid, name: u32, value: Value) -> Self {
        let id = 0x8000 + self.values.len() as u16;
        self.names.insert(Named::Id(set, name), id);
        self.values.push((id, value));
        self
    }

    pub(crate) fn name(mut self, name: Named, value: Value) -> Self {
        let id = 0x8000 + self.values.len() as u16;
        self.names.insert(name, id);
        self.values.push((id, value));
        self
    }

    pub(crate) fn done(self) -> Properties {
        let mut properties = Properties::new(Arc::new(self.names));
        self.values.into_iter().for_each(|(id, value)| properties.insert(id, value));
        properties
    }
}

pub(crate) fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

/// A time in UTC as a FILETIME.
pub(crate) fn time(value: &str) -> Value {
    let time: NaiveDateTime = value.parse().unwrap();
    Value::Time((time.and_utc().timestamp() + 11_644_473_600) * 10_000_000)
}

/// The item as text, its lines unfolded, and what was lost.
pub(crate) fn converted(message: &StoredMessage) -> (String, Vec<String>) {
    let Converted { body, losses, .. } = convert(message, &Options::default()).unwrap();
    (String::from_utf8(body.into_bytes().unwrap()).unwrap(), losses)
}

/// The lines of a text, unfolded (RFC 5545 §3.1).
pub(crate) fn lines(text: &str) -> Vec<String> {
    assert!(text.split("\r\n").all(|line| line.len() <= 77 && !line.contains('\n')), "{text}");
    text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}
