//! From a list of properties to the bag that converters read.

use super::Context;
use crate::pst::{
    damage::OrDamage,
    ltp::{PropertyContext, Row, Table, memory},
};
use omm_mapi::{
    Error, Result,
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

    /// All properties of an object but its objects and its bytes (PidTagAttachDataBinary); and those that it has but
    /// that are not in the bag, because they are too large for it or damaged.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(super) fn bag_of(
        &self,
        list: &mut PropertyContext,
        of: &str,
        budget: &mut Budget,
    ) -> Result<(Properties, Missing)> {
        let mut bag = self.bag();
        let mut missing = Missing::default();
        for index in 0..list.entries.len() {
            let Some(entry) = list.entries.get(index).copied() else { break };
            if entry.id == tag::ATTACH_DATA || entry.kind == PropertyType::OBJECT {
                continue;
            }
            match budget.value(|| list.value(entry)).or_damage()? {
                Ok(Some(value)) => bag.insert(entry.id, plain(entry.id, value)),
                Ok(None) => {}
                Err(error) => {
                    self.ndb.remarks.add(format_args!("{of}: property {:#06x} is lost: {error}", entry.id));
                    match error {
                        Error::TooLarge { .. } => missing.large.push(entry.id),
                        _ => missing.damaged.push(entry.id),
                    }
                }
            }
        }
        Ok((bag, missing))
    }

    /// The properties of a row.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(super) fn bag_of_row(&self, table: &mut Table, row: &Row, budget: &mut Budget) -> Result<Properties> {
        let mut bag = self.bag();
        for index in 0..table.columns.len() {
            let Some(column) = table.columns.get(index).copied() else { break };
            if column.id == ROW_ID || column.id == ROW_VERSION {
                continue;
            }
            match budget.value(|| table.value(row, column)).or_damage()? {
                Ok(Some(value)) => bag.insert(column.id, value),
                Ok(None) => {}
                Err(error) => {
                    let (row, id) = (row.nid, column.id);
                    self.ndb.remarks.add(format_args!("row {row}: property {id:#06x} is lost: {error}"));
                }
            }
        }
        Ok(bag)
    }
}

/// The ids of properties that an object has and that were not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// Too large for memory.
    pub(super) large: Vec<u16>,
    /// Damaged.
    pub(super) damaged: Vec<u16>,
}

/// How much memory the properties of an object, or of the rows of a table, may still take. One value in the file can be
/// that of many properties.
pub(super) struct Budget(u64);

impl Budget {
    /// 256 MiB.
    pub(super) fn new() -> Self {
        Self(256 << 20)
    }

    /// Reads a value and pays for it.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if there is not enough left. Then nothing is left for others either, nor are they read.
    fn value(&mut self, read: impl FnOnce() -> Result<Option<Value>>) -> Result<Option<Value>> {
        let too_large = |bytes| Error::TooLarge { what: "the object with this property".into(), bytes };
        if self.0 == 0 {
            return Err(too_large(0));
        }
        let value = read()?;
        let bytes = value.as_ref().map_or(0, memory);
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(0);
        left.map(|_| value).ok_or_else(|| too_large(bytes))
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

    #[test]
    fn a_budget_is_spent_once() {
        let mut budget = Budget(100);
        let mut take = |bytes: usize| budget.value(|| Ok(Some(Value::Binary(vec![0; bytes])))).is_ok();
        assert_eq!([40, 80, 0].map(&mut take), [true, false, false]);
        assert!(budget.value(|| panic!("it is read, though nothing is left")).is_err());
    }
}
