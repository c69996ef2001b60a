//! The properties of one object.

use super::{Guid, NameMap, Named, Value, filetime, tag};
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, sync::Arc};

/// Properties by id, with the means to find named ones and to decode text.
///
/// The getters answer nothing for a property that is missing or of another type: files hold both.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    values: BTreeMap<u16, Value>,
    names: Arc<NameMap>,
    /// What PtypString8 is written in, if the reader knows better than the message.
    code_page: Option<u32>,
}

impl Properties {
    /// An empty bag that understands these names.
    pub fn new(names: Arc<NameMap>) -> Self {
        Self { values: BTreeMap::new(), names, code_page: None }
    }

    /// The same with the Windows code page of its 8-bit text, when the file or the user's option says which.
    #[must_use]
    pub fn with_code_page(mut self, code_page: Option<u32>) -> Self {
        self.code_page = code_page;
        self
    }

    /// Puts a value in; the first of two with one id stays.
    pub fn insert(&mut self, id: u16, value: Value) {
        self.values.entry(id).or_insert(value);
    }

    /// The value of an id.
    pub fn get(&self, id: u16) -> Option<&Value> {
        self.values.get(&id)
    }

    /// The id of a name in this file, if anything has it.
    pub fn id_of(&self, name: &Named) -> Option<u16> {
        self.names.id(name)
    }

    /// The value of a name.
    pub fn named(&self, name: &Named) -> Option<&Value> {
        self.get(self.id_of(name)?)
    }

    /// The values whose names are words of a property set, by word.
    pub fn words(&self, set: Guid) -> Vec<(&str, &Value)> {
        let named = self.names.words(set).into_iter();
        named.filter_map(|(word, id)| Some((word, self.get(id)?))).collect()
    }

    /// All ids and values, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &Value)> {
        self.values.iter().map(|(id, value)| (*id, value))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Text of an id, decoded; nothing for empty text.
    pub fn text(&self, id: u16) -> Option<String> {
        self.as_text(self.get(id)?)
    }

    /// Text of a name, decoded; nothing for empty text.
    pub fn named_text(&self, name: &Named) -> Option<String> {
        self.as_text(self.named(name)?)
    }

    /// All texts of a multiple value, decoded, without empty ones.
    pub fn texts(&self, value: Option<&Value>) -> Vec<String> {
        match value {
            Some(Value::Multiple(values)) => values.iter().filter_map(|value| self.as_text(value)).collect(),
            Some(value) => self.as_text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// A whole number of an id.
    pub fn number(&self, id: u16) -> Option<i64> {
        as_number(self.get(id)?)
    }

    /// A whole number of a name.
    pub fn named_number(&self, name: &Named) -> Option<i64> {
        as_number(self.named(name)?)
    }

    /// Whether an id is there and true.
    pub fn is(&self, id: u16) -> bool {
        self.get(id).is_some_and(as_bool)
    }

    /// Whether a name is there and true.
    pub fn is_named(&self, name: &Named) -> bool {
        self.named(name).is_some_and(as_bool)
    }

    /// A date of an id.
    pub fn time(&self, id: u16) -> Option<DateTime<Utc>> {
        as_time(self.get(id)?)
    }

    /// A date of a name.
    pub fn named_time(&self, name: &Named) -> Option<DateTime<Utc>> {
        as_time(self.named(name)?)
    }

    /// Bytes of an id; nothing for none.
    pub fn binary(&self, id: u16) -> Option<&[u8]> {
        as_binary(self.get(id)?)
    }

    /// Bytes of a name; nothing for none.
    pub fn named_binary(&self, name: &Named) -> Option<&[u8]> {
        as_binary(self.named(name)?)
    }

    /// The code page of 8-bit text: what the reader was told, else PidTagMessageCodepage, else windows-1252.
    ///
    /// PidTagInternetCodepage says what the message was sent in, which is another matter: files are known where it
    /// is 50220 (ISO-2022-JP) and 8-bit text is in 932.
    pub fn code_page(&self) -> u32 {
        let own = || self.number(tag::MESSAGE_CODEPAGE).and_then(|page| u32::try_from(page).ok());
        self.code_page.or_else(own).unwrap_or(1252)
    }

    fn as_text(&self, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::String8(bytes) => crate::text::decode(bytes, self.code_page()),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer16(number) => Some(i64::from(*number)),
        Value::Integer32(number) => Some(i64::from(*number)),
        Value::Integer64(number) => Some(*number),
        _ => None,
    }
}

fn as_bool(value: &Value) -> bool {
    match value {
        Value::Boolean(is) => *is,
        other => as_number(other).is_some_and(|number| number != 0),
    }
}

fn as_time(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::Time(ticks) => filetime(*ticks),
        _ => None,
    }
}

fn as_binary(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Binary(bytes) if !bytes.is_empty() => Some(bytes),
        _ => None,
    }
}
