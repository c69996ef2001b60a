//! Named properties ([MS-OXCDATA] §2.6.1): an id above 0x8000 means what the file's own map says.

use super::Guid;
use std::{borrow::Cow, collections::HashMap};

/// The name of a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// A number within a property set.
    Id(Guid, u32),
    /// A word within a property set. Compared as it is written.
    Text(Guid, Cow<'static, str>),
}

/// Which id each name has in one file or message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameMap {
    ids: HashMap<Named, u16>,
}

impl NameMap {
    /// No name yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a name its id; the first one given stays.
    pub fn insert(&mut self, name: Named, id: u16) {
        self.ids.entry(name).or_insert(id);
    }

    /// The id of a name.
    pub fn id(&self, name: &Named) -> Option<u16> {
        self.ids.get(name).copied()
    }

    /// The name of an id. Slow: for diagnosis.
    pub fn name(&self, id: u16) -> Option<&Named> {
        self.ids.iter().find(|(_, known)| **known == id).map(|(name, _)| name)
    }

    /// The words of a property set with their ids, by word.
    pub fn words(&self, set: Guid) -> Vec<(&str, u16)> {
        let mut words: Vec<(&str, u16)> = self
            .ids
            .iter()
            .filter_map(|(name, id)| match name {
                Named::Text(of, word) if *of == set => Some((word.as_ref(), *id)),
                _ => None,
            })
            .collect();
        words.sort_unstable();
        words
    }

    /// How many names.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
