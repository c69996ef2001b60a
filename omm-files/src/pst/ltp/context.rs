//! The property context (PC): the properties of one object ([MS-PST] §2.3.3).

use super::{Heap, Place, btree::Records, value::decode};
use crate::pst::{
    damage::OrDamage,
    ndb::{Bid, Ndb, Nid, Subnodes, bytes::*, kind},
};
use bytes::Bytes;
use omm_mapi::{
    Error, Result,
    property::{PropertyType, Value},
};
use std::sync::Arc;

/// A property as it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: u16,
    pub(crate) kind: PropertyType,
    /// dwValueHnid: the value itself, or where it lies.
    pub(crate) raw: u32,
}

impl Entry {
    /// Whether its value is so large that it lies in a node of its own (HNID, [MS-PST] §2.3.3.2).
    pub(crate) fn is_in_a_node(&self) -> bool {
        in_place_bytes(self.kind).is_none() && Nid(self.raw).kind() != kind::HID
    }
}

/// The properties of an object.
pub(crate) struct PropertyContext {
    pub(crate) heap: Heap,
    pub(crate) entries: Vec<Entry>,
}

impl PropertyContext {
    /// Lists the properties of a node.
    ///
    /// # Errors
    /// If the node has no list of properties.
    pub(crate) fn open(ndb: &Arc<Ndb>, data: Bid, subnodes: Arc<Subnodes>) -> Result<Self> {
        let mut heap = Heap::open(ndb, data, subnodes)?;
        if heap.client != 0xBC {
            return Err(Error::malformed("not a list of properties"));
        }
        let root = heap.root;
        let mut records = Records::open(&mut heap, root)?;
        if (records.key_bytes, records.value_bytes) != (2, 6) {
            return Err(Error::malformed("a list of properties of impossible form"));
        }
        let mut entries = Vec::new();
        // There are 65536 ids.
        while let Some(record) = records.next(&mut heap)?.filter(|_| entries.len() < 1 << 16) {
            entries.extend(entry(&record));
        }
        Ok(Self { heap, entries })
    }

    /// How a property is listed.
    pub(crate) fn entry(&self, id: u16) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.id == id).copied()
    }

    /// The value of an id, if it is there and not damaged.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(crate) fn get(&mut self, id: u16) -> Result<Option<Value>> {
        let Some(entry) = self.entry(id) else { return Ok(None) };
        Ok(self.value(entry).or_damage()?.unwrap_or_default())
    }

    /// A value; `None` for types that have none in memory.
    ///
    /// # Errors
    /// If it is too large or cannot be read.
    pub(crate) fn value(&mut self, entry: Entry) -> Result<Option<Value>> {
        let bytes = match in_place_bytes(entry.kind) {
            Some(count) => Bytes::copy_from_slice(entry.raw.to_le_bytes().get(..count).unwrap_or_default()),
            None if entry.kind.single() == PropertyType::OBJECT => return Ok(None),
            None => self.heap.bytes(entry.raw)?,
        };
        decode(entry.kind, &bytes)
    }

    /// Where the value of an object (PtypObject) lies ([MS-PST] §2.3.3.5); of others, where their bytes do.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn place(&mut self, entry: Entry) -> Result<Place> {
        let place = self.heap.place(entry.raw)?;
        match place {
            Place::Heap(bytes) if entry.kind == PropertyType::OBJECT => {
                let nid = dword(&bytes, 0).ok_or_else(|| Error::malformed("an object without a node"))?;
                self.heap.place(nid)
            }
            place => Ok(place),
        }
    }
}

/// A record of [MS-PST] §2.3.3.3.
fn entry(record: &[u8]) -> Option<Entry> {
    Some(Entry { id: word(record, 0)?, kind: PropertyType(word(record, 2)?), raw: dword(record, 4)? })
}

/// The size of values that lie in the record itself: those of up to four bytes ([MS-PST] §2.3.3.3).
fn in_place_bytes(kind: PropertyType) -> Option<usize> {
    match kind {
        PropertyType::BOOLEAN => Some(1),
        PropertyType::INTEGER16 => Some(2),
        PropertyType::INTEGER32 | PropertyType::FLOATING32 | PropertyType::ERROR_CODE => Some(4),
        _ => None,
    }
}
