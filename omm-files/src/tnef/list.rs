//! Lists of properties ([MS-OXTNEF] §2.1.3.4), with the names of the named ones within them.

use super::cursor::Cursor;
use crate::values::{fixed, utf16, whole, width};
use omm_mapi::property::{Guid, Named, PropertyType, Value};
use std::borrow::Cow;

/// A property of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Property<'a> {
    pub(super) id: u16,
    /// Its name, if its id means nothing by itself.
    pub(super) name: Option<Named>,
    pub(super) content: Content<'a>,
}

/// What a property holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content<'a> {
    Value(Value),
    /// PtypObject: what it is, and its bytes.
    Object(Guid, &'a [u8]),
    /// A type that nobody knows, but whose length can be told; or no value at all.
    Nothing,
}

/// The properties of a list, as far as they can be read, and whether that is to its end. Each value takes one of those
/// that are `left`: a value of four bytes takes many more in memory.
pub(super) fn properties<'a>(cursor: &mut Cursor<'a>, left: &mut u32) -> (Vec<Property<'a>>, bool) {
    let Some(count) = cursor.u32() else { return (Vec::new(), false) };
    let mut properties = Vec::new();
    for _ in 0..count {
        match property(cursor, left) {
            Some(property) => properties.push(property),
            None => return (properties, false),
        }
    }
    (properties, true)
}

fn property<'a>(cursor: &mut Cursor<'a>, left: &mut u32) -> Option<Property<'a>> {
    *left = left.checked_sub(1)?;
    let kind = PropertyType(cursor.u16()?);
    let id = cursor.u16()?;
    // The ids of named properties begin at 0x8000; a name follows the tag.
    let name = if id >= 0x8000 { Some(name(cursor)?) } else { None };
    Some(Property { id, name, content: content(kind, cursor, left)? })
}

fn name(cursor: &mut Cursor<'_>) -> Option<Named> {
    let guid = Guid(cursor.array()?);
    match cursor.u32()? {
        0 => Some(Named::Id(guid, cursor.u32()?)),
        _ => {
            let length = usize::try_from(cursor.u32()?).ok()?;
            Some(Named::Text(guid, Cow::Owned(utf16(cursor.padded(length)?))))
        }
    }
}

fn content<'a>(kind: PropertyType, cursor: &mut Cursor<'a>, left: &mut u32) -> Option<Content<'a>> {
    let single = kind.single();
    let count = match (kind.is_multiple(), width(single)) {
        (false, Some(width)) => return Some(found(fixed(single, cursor.padded(width)?))),
        // PtypUnspecified and PtypNull have no value.
        (false, None) if single.0 < 2 => return Some(Content::Nothing),
        // What has no fixed width has a count in front, also when it is one value.
        _ => cursor.u32()?,
    };
    let mut values = Vec::new();
    let mut object = None;
    for _ in 0..count {
        *left = left.checked_sub(1)?;
        let bytes = match width(single) {
            Some(width) => cursor.padded(width)?,
            None => {
                let length = usize::try_from(cursor.u32()?).ok()?;
                cursor.padded(length)?
            }
        };
        match single {
            PropertyType::OBJECT => object = object.or_else(|| bytes.split_first_chunk()),
            _ => values.extend(fixed(single, bytes).or_else(|| whole(single, bytes))),
        }
    }
    Some(match object {
        Some((class, data)) => Content::Object(Guid(*class), data),
        None if kind.is_multiple() => Content::Value(Value::Multiple(values)),
        None => found(values.into_iter().next()),
    })
}

fn found<'a>(value: Option<Value>) -> Content<'a> {
    value.map_or(Content::Nothing, Content::Value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents() {
        for (kind, bytes, expected) in [
            (0x0002, &[7, 0, 0, 0][..], Some(Content::Value(Value::Integer16(7)))),
            (0x000B, &[1, 0, 0, 0], Some(Content::Value(Value::Boolean(true)))),
            (
                0x001E,
                &[1, 0, 0, 0, 2, 0, 0, 0, b'a', 0, 0, 0],
                Some(Content::Value(Value::String8(b"a".to_vec()))),
            ),
            (
                0x001F,
                &[1, 0, 0, 0, 4, 0, 0, 0, b'a', 0, 0, 0],
                Some(Content::Value(Value::String("a".into()))),
            ),
            (
                0x1002,
                &[2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
                Some(Content::Value(Value::Multiple(vec![Value::Integer16(1), Value::Integer16(2)]))),
            ),
            (
                0x101E,
                &[2, 0, 0, 0, 1, 0, 0, 0, b'a', 0, 0, 0, 1, 0, 0, 0, b'b', 0, 0, 0],
                Some(Content::Value(Value::Multiple(vec![
                    Value::String8(b"a".to_vec()),
                    Value::String8(b"b".to_vec()),
                ]))),
            ),
            (0x0102, &[1, 0, 0, 0, 0, 0, 0, 0], Some(Content::Value(Value::Binary(Vec::new())))),
            (0x0102, &[0, 0, 0, 0], Some(Content::Nothing)),
            (0x00FD, &[1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0], Some(Content::Nothing)),
            (0x0001, &[], Some(Content::Nothing)),
            (0x0102, &[1, 0, 0, 0, 9, 0, 0, 0, 1], None),
            (0x1003, &[255, 255, 255, 255, 9, 0, 0, 0], None),
        ] {
            let mut cursor = Cursor(bytes);
            let found = content(PropertyType(kind), &mut cursor, &mut 10);
            assert_eq!(found, expected, "{kind:04X} {bytes:?}");
            assert!(expected.is_none() || cursor.0.is_empty(), "{kind:04X} {bytes:?}");
        }
    }

    #[test]
    fn values_of_no_bytes_are_counted_too() {
        let list = [&[1, 0, 0, 0, 0x02, 0x11, 0, 0x66, 5, 0, 0, 0][..], &[0; 20]].concat();
        for (mut left, expected) in [(6, true), (5, false)] {
            let (found, complete) = properties(&mut Cursor(&list), &mut left);
            assert_eq!((found.len(), complete), (usize::from(expected), expected));
        }
    }
}
