//! From a list of properties to the bag that converters read.

use super::Context;
use crate::pst::ltp::{Entry, PropertyContext, Row, Table};
use omm_mapi::{
    Error,
    property::{Properties, PropertyType, Value, tag},
};

/// Columns that mean something to the table alone: PidTagLtpRowId, PidTagLtpRowVer ([MS-PST] §2.3.4.4).
const ROW_ID: u16 = 0x67F2;
const ROW_VERSION: u16 = 0x67F3;

impl Context {
    /// An empty bag.
    pub(super) fn bag(&self) -> Properties {
        Properties::new(self.names.clone()).with_code_page(self.code_page)
    }

    /// All properties of an object but its objects and its bytes (PidTagAttachDataBinary); and those that are too large for it.
    pub(super) fn bag_of(&self, list: &mut PropertyContext, of: &str) -> (Properties, Vec<Entry>) {
        let mut bag = self.bag();
        let mut large = Vec::new();
        for index in 0..list.entries.len() {
            let Some(entry) = list.entries.get(index).copied() else { break };
            if entry.id == tag::ATTACH_DATA || entry.kind == PropertyType::OBJECT {
                continue;
            }
            match list.value(entry) {
                Ok(Some(value)) => bag.insert(entry.id, plain(entry.id, value)),
                Ok(None) => {}
                Err(Error::TooLarge { .. }) => large.push(entry),
                Err(error) => {
                    self.ndb.remarks.add(format_args!("{of}: property {:#06x} is lost: {error}", entry.id));
                }
            }
        }
        (bag, large)
    }

    /// The properties of a row.
    pub(super) fn bag_of_row(&self, table: &mut Table, row: &Row) -> Properties {
        let mut bag = self.bag();
        for index in 0..table.columns.len() {
            let Some(column) = table.columns.get(index).copied() else { break };
            if column.id == ROW_ID || column.id == ROW_VERSION {
                continue;
            }
            if let Some(value) = table.value(row, column) {
                bag.insert(column.id, value);
            }
        }
        bag
    }
}

/// A subject without the two characters that say how long its prefix is ([MS-PST] §2.5.3.1.1.1).
fn plain(id: u16, value: Value) -> Value {
    match value {
        Value::String(mut text) if id == tag::SUBJECT && text.starts_with('\u{1}') => {
            let rest = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
            Value::String(text.split_off(rest))
        }
        Value::String8(bytes) if id == tag::SUBJECT && bytes.first() == Some(&1) => {
            Value::String8(bytes.get(2..).unwrap_or_default().to_vec())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        for (stored, expected) in
            [("\u{1}\u{5}RE: hi", "RE: hi"), ("hi", "hi"), ("\u{1}", ""), ("\u{1}\u{1}", ""), ("", "")]
        {
            let text = Value::String(stored.to_owned());
            assert_eq!(plain(tag::SUBJECT, text), Value::String(expected.to_owned()), "{stored:?}");
            let bytes = Value::String8(stored.as_bytes().to_vec());
            assert_eq!(
                plain(tag::SUBJECT, bytes),
                Value::String8(expected.as_bytes().to_vec()),
                "{stored:?}"
            );
        }
    }
}
