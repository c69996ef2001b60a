//! The properties in a storage ([MS-OXMSG] §2.1, §2.4).
//!
//! Numbers and dates lie in the property stream, all else in a stream of its own. The names of those streams say which
//! property they hold, so the directory is followed, not the entries: a file whose two sides differ loses nothing.

use super::compound::{Compound, is_damage};
use crate::values::{fixed, whole, width};
use cfb::Entry;
use omm_mapi::{
    Error, Result,
    property::{NameMap, Properties, PropertyType, Value, tag},
};
use std::{cmp::Reverse, path::Path, sync::Arc};

/// The stream that every message, recipient and attachment has.
pub(super) const STREAM: &str = "__properties_version1.0";

/// The largest value that is taken into memory, in bytes.
const MOST_VALUE: u64 = 64 << 20;
/// How many values a property has at most: each takes more memory than it has bytes.
const MOST_VALUES: usize = 1 << 20;

/// How many bytes may still be taken into memory, by all objects that are held at once: by a message, by its recipients,
/// by its attachments. Many of them can have their bytes in one place of the file.
pub(super) struct Room(u64);

impl Room {
    pub(super) fn new() -> Self {
        Self(256 << 20)
    }
}

/// Whose properties they are: the header in front differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The message of the file ([MS-OXMSG] §2.4.1.1).
    File,
    /// A message within a message ([MS-OXMSG] §2.4.1.2).
    Embedded,
    /// A recipient or an attachment ([MS-OXMSG] §2.4.1.3).
    Part,
}

/// The properties in a storage, and a remark for each that is damaged or too large.
pub(super) fn read(
    compound: &Compound,
    storage: &Path,
    owner: Owner,
    names: Arc<NameMap>,
    room: &mut Room,
) -> Result<(Properties, Vec<String>)> {
    let mut reading = Reading { compound, properties: Properties::new(names), remarks: Vec::new(), room };
    let mut children = compound.children(storage)?;
    if let Some(stream) = children.iter().find(|child| child.name() == STREAM) {
        let bytes = reading.bytes(stream, STREAM)?.unwrap_or_default();
        entries(&bytes, owner, &mut reading.properties);
    } else {
        reading.remarks.push("the stream of fixed properties is missing".into());
    }
    children.retain(|child| !child.is_storage());
    // Of a text that is there twice, UTF-16 is the better one.
    let mut tagged: Vec<_> =
        children.iter().filter_map(|child| Some((tag_of(child.name())?, child))).collect();
    tagged.sort_by_key(|(tag, _)| (tag.id, Reverse(tag.kind.0), tag.index));
    for group in tagged.chunk_by(|(one, _), (other, _)| (one.id, one.kind) == (other.id, other.kind)) {
        reading.stream(group)?;
    }
    Ok((reading.properties, reading.remarks))
}

/// What the name of a stream says ([MS-OXMSG] §2.1.3, §2.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag {
    id: u16,
    kind: PropertyType,
    /// Which of several values.
    index: Option<u32>,
}

fn tag_of(name: &str) -> Option<Tag> {
    let (tag, index) = match name.strip_prefix("__substg1.0_")?.split_once('-') {
        Some((tag, index)) => (tag, Some(hex(index)?)),
        None => (name.strip_prefix("__substg1.0_")?, None),
    };
    let tag = hex(tag)?;
    Some(Tag { id: (tag >> 16) as u16, kind: PropertyType(tag as u16), index })
}

/// Eight hexadecimal digits.
pub(super) fn hex(digits: &str) -> Option<u32> {
    let are_digits = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    are_digits.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The entries of the property stream that hold their value themselves ([MS-OXMSG] §2.4.2.1).
fn entries(stream: &[u8], owner: Owner, properties: &mut Properties) {
    let header = match owner {
        // A writer may take the shorter header of an embedded message, or the longer one there: the length tells.
        Owner::File if stream.len() % 16 == 8 => 24,
        Owner::File => 32,
        Owner::Embedded if stream.len().is_multiple_of(16) => 32,
        Owner::Embedded => 24,
        Owner::Part => 8,
    };
    for entry in stream.get(header..).unwrap_or_default().chunks_exact(16) {
        let [kind_low, kind_high, id_low, id_high, _, _, _, _, value @ ..] = entry else { continue };
        let kind = PropertyType(u16::from_le_bytes([*kind_low, *kind_high]));
        if let Some(value) = fixed(kind, value) {
            properties.insert(u16::from_le_bytes([*id_low, *id_high]), value);
        }
    }
}

struct Reading<'a> {
    compound: &'a Compound,
    properties: Properties,
    remarks: Vec<String>,
    room: &'a mut Room,
}

impl Reading<'_> {
    /// The value of a property from its stream, or its streams if it has several values of any length.
    fn stream(&mut self, group: &[(Tag, &Entry)]) -> Result<()> {
        let Some((tag, child)) = group.first() else { return Ok(()) };
        // An attachment's bytes are read when they are asked for.
        if tag.id == tag::ATTACH_DATA {
            return Ok(());
        }
        let place = format!("property 0x{:04X}", tag.id);
        let single = tag.kind.single();
        let value = match (tag.kind.is_multiple(), width(single)) {
            (true, Some(width)) => {
                let bytes = self.bytes(child, &place)?;
                bytes.and_then(|bytes| self.several(single, width, &bytes, &place))
            }
            (true, None) => Some(self.each(single, group, &place)?),
            (false, Some(_)) => self.bytes(child, &place)?.and_then(|bytes| fixed(tag.kind, &bytes)),
            (false, None) => self.bytes(child, &place)?.and_then(|bytes| whole(tag.kind, &bytes)),
        };
        if let Some(value) = value {
            self.properties.insert(tag.id, value);
        }
        Ok(())
    }

    /// [MS-OXMSG] §2.1.4.2: a stream for each value. The stream with their lengths is not needed.
    fn each(&mut self, single: PropertyType, group: &[(Tag, &Entry)], place: &str) -> Result<Value> {
        let mut values = Vec::new();
        for (tag, child) in group {
            if tag.index.is_some() {
                values.extend(self.bytes(child, place)?.and_then(|bytes| whole(single, &bytes)));
            }
        }
        Ok(Value::Multiple(values))
    }

    /// The values of one width; nothing if they are too many.
    fn several(&mut self, single: PropertyType, width: usize, bytes: &[u8], place: &str) -> Option<Value> {
        let count = bytes.len() / width;
        let memory = (count * size_of::<Value>()) as u64;
        if count > MOST_VALUES || memory > self.room.0 {
            self.remarks.push(format!("{place}: {count} values are too many, left out"));
            return None;
        }
        self.room.0 -= memory;
        Some(Value::Multiple(bytes.chunks_exact(width).filter_map(|bytes| fixed(single, bytes)).collect()))
    }

    /// A whole stream; nothing, with a remark, if it is too large or damaged.
    fn bytes(&mut self, child: &Entry, place: &str) -> Result<Option<Vec<u8>>> {
        if child.len() > MOST_VALUE.min(self.room.0) {
            self.remarks.push(format!("{place}: {} bytes are too many, left out", child.len()));
            return Ok(None);
        }
        match self.compound.read(child.path(), MOST_VALUE) {
            Ok(bytes) => {
                self.room.0 = self.room.0.saturating_sub(bytes.len() as u64);
                Ok(Some(bytes))
            }
            Err(error) if is_damage(&error) => {
                self.remarks.push(format!("{place}: {error}, left out"));
                Ok(None)
            }
            Err(error) => Err(Error::Io(error)),
        }
    }
}

/// [MS-OXMSG] §2.1.4.1: all values in one stream.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_streams() {
        let tag = |id, kind, index| Some(Tag { id, kind: PropertyType(kind), index });
        for (name, expected) in [
            ("__substg1.0_0037001F", tag(0x37, 0x1F, None)),
            ("__substg1.0_8001101f-0000000A", tag(0x8001, 0x101F, Some(10))),
            ("__substg1.0_+037001F", None),
            ("__substg1.0_0037001F-1", None),
            ("__substg1.0_37001F", None),
            ("__properties_version1.0", None),
        ] {
            assert_eq!(tag_of(name), expected, "{name}");
        }
    }

    #[test]
    fn entries_after_each_header() {
        let entry = [3u8, 0, 0x17, 0, 6, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        for (owner, header, found) in [
            (Owner::File, 32, true),
            (Owner::File, 24, true),
            (Owner::Embedded, 24, true),
            (Owner::Embedded, 32, true),
            (Owner::Part, 8, true),
            (Owner::Part, 7, false),
        ] {
            let stream = [&vec![0; header][..], &entry, &[3, 0]].concat();
            let mut properties = Properties::default();
            entries(&stream[..header + 16], owner, &mut properties);
            assert_eq!(properties.number(0x17).is_some(), found, "{owner:?} {header}");
        }
    }

    /// Kills: room for each part anew, and values that take more memory than they have bytes.
    #[test]
    fn room_is_for_all_parts_together() {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        for (storage, bytes) in [("/a", 6), ("/b", 6), ("/c", 4 << 20)] {
            file.create_storage(storage).unwrap();
            let name = if bytes > 6 { "6600100B" } else { "66010102" };
            let mut stream = file.create_stream(format!("{storage}/__substg1.0_{name}")).unwrap();
            std::io::Write::write_all(&mut stream, &vec![1; bytes]).unwrap();
        }
        file.flush().unwrap();
        let compound = Compound::open(file.into_inner()).unwrap();
        let mut room = Room(10);
        let part = |storage: &str, room: &mut Room| {
            read(&compound, Path::new(storage), Owner::Part, Arc::default(), room).unwrap()
        };
        let (first, _) = part("/a", &mut room);
        let (second, remarks) = part("/b", &mut room);
        assert_eq!((first.len(), second.len(), room.0), (1, 0, 4));
        assert!(remarks.iter().any(|remark| remark.contains("too many")), "{remarks:?}");
        let (many, remarks) = part("/c", &mut Room::new());
        assert_eq!(many.len(), 0);
        assert!(remarks.iter().any(|remark| remark.contains("2097152 values")), "{remarks:?}");
    }
}
