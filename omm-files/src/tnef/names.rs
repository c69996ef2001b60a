//! The ids of named properties in one stream.
//!
//! Each list names its own; the ids are those of the store that wrote it, so the same id nearly always has the same
//! name. Where it has not, the later one is given another.

use super::list::{Content, Property};
use omm_mapi::property::{NameMap, Named, Value};
use std::{collections::HashSet, sync::Arc};

#[derive(Default)]
pub(super) struct Names {
    map: NameMap,
    taken: HashSet<u16>,
    /// Above every id that was given because the own one was taken.
    next: Option<u16>,
}

impl Names {
    /// The value of a property, under the id that its name has in this stream.
    pub(super) fn valued(&mut self, property: Property<'_>) -> Option<(u16, Value)> {
        let Content::Value(value) = property.content else { return None };
        let id = match property.name {
            Some(name) => self.id(name, property.id)?,
            None => property.id,
        };
        Some((id, value))
    }

    pub(super) fn done(&mut self) -> Arc<NameMap> {
        Arc::new(std::mem::take(&mut self.map))
    }

    fn id(&mut self, name: Named, own: u16) -> Option<u16> {
        if let Some(id) = self.map.id(&name) {
            return Some(id);
        }
        let id = if self.taken.contains(&own) { self.free()? } else { own };
        self.taken.insert(id);
        self.map.insert(name, id);
        Some(id)
    }

    /// An id that no name has. They are given from the top, where stores begin last.
    fn free(&mut self) -> Option<u16> {
        let mut id = self.next.unwrap_or(0xFFFE);
        while self.taken.contains(&id) {
            id = id.checked_sub(1).filter(|id| *id >= 0x8000)?;
        }
        self.next = Some(id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_mapi::property::Guid;

    #[test]
    fn a_name_keeps_its_id_and_an_id_its_name() {
        let mut names = Names::default();
        let name = |number| Named::Id(Guid([1; 16]), number);
        let property = |number, id| Property {
            id,
            name: Some(name(number)),
            content: Content::Value(Value::Boolean(true)),
        };
        let ids: Vec<_> = [(1, 0x8000), (1, 0x8005), (2, 0x8000), (3, 0x8000), (4, 0xFFFE), (2, 0x9000)]
            .into_iter()
            .filter_map(|(number, id)| names.valued(property(number, id)))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(ids, [0x8000, 0x8000, 0xFFFE, 0xFFFD, 0xFFFC, 0xFFFE]);
        assert_eq!(names.done().id(&name(3)), Some(0xFFFD));
    }
}
