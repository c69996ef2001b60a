//! Which item is meant: by its id, or as one of a series ([MS-OXWSCORE] OccurrenceItemIdType).

use super::ItemId;
use crate::xml::Writer;

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ItemRef {
    /// By its id.
    Id(ItemId),
    /// An occurrence of a series.
    Occurrence(OccurrenceId),
}

/// An occurrence, by its series and its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OccurrenceId {
    /// The series.
    pub(crate) master: ItemId,
    /// Which one of the pattern's, from 1; those that were deleted are counted.
    pub(crate) index: u32,
}

impl ItemRef {
    /// Writes the id.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Id(id) => id.write(writer),
            Self::Occurrence(OccurrenceId { master, index }) => {
                let index = index.to_string();
                let key = master.change_key.as_deref().map(|key| ("ChangeKey", key));
                let id = [("RecurringMasterId", master.id.as_str())];
                let attributes: Vec<_> =
                    id.into_iter().chain(key).chain([("InstanceIndex", &*index)]).collect();
                writer.empty("t:OccurrenceItemId", &attributes);
            }
        }
    }

    /// Writes several under a name: `<m:ItemIds>…`.
    pub(crate) fn write_all(items: &[Self], name: &str, writer: &mut Writer) {
        writer.element(name, |writer| items.iter().for_each(|item| item.write(writer)));
    }
}

impl From<ItemId> for ItemRef {
    fn from(id: ItemId) -> Self {
        Self::Id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::written;

    #[test]
    fn ids_of_every_kind() {
        let id = ItemId { id: "a".to_owned(), change_key: Some("k".to_owned()) };
        let bare = ItemId { change_key: None, ..id.clone() };
        for (item, xml) in [
            (ItemRef::Id(id.clone()), "<t:ItemId Id=\"a\" ChangeKey=\"k\"/>"),
            (
                ItemRef::Occurrence(OccurrenceId { master: id, index: 3 }),
                "<t:OccurrenceItemId RecurringMasterId=\"a\" ChangeKey=\"k\" InstanceIndex=\"3\"/>",
            ),
            (
                ItemRef::Occurrence(OccurrenceId { master: bare, index: 1 }),
                "<t:OccurrenceItemId RecurringMasterId=\"a\" InstanceIndex=\"1\"/>",
            ),
        ] {
            assert_eq!(written(|writer| item.write(writer)), xml);
        }
    }
}
