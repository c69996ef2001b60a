//! Values from their bytes ([MS-OXCDATA] §2.11, [MS-PST] §2.3.3.4).

use crate::{
    pst::ndb::bytes::*,
    values::{fixed, whole, width},
};
use omm_mapi::{
    Error, Result,
    property::{PropertyType, Value},
};

/// How many values a property has at most: each takes more memory than it has bytes.
const MOST_VALUES: usize = 1 << 20;

/// The value of a type; `None` for unknown types and for bytes that are too few.
///
/// # Errors
/// [`Error::TooLarge`] for a property of too many values.
pub(crate) fn decode(kind: PropertyType, bytes: &[u8]) -> Result<Option<Value>> {
    if !kind.is_multiple() {
        return Ok(one(kind, bytes));
    }
    let kind = kind.single();
    let count = match fixed_bytes(kind) {
        Some(size) => bytes.len() / size,
        None => dword(bytes, 0).map_or(0, |count| count as usize).min(bytes.len() / 4),
    };
    if count > MOST_VALUES {
        return Err(Error::TooLarge { what: "a list of values".into(), bytes: bytes.len() as u64 });
    }
    let values = match fixed_bytes(kind) {
        Some(size) => Some(bytes.chunks_exact(size).filter_map(|bytes| one(kind, bytes)).collect()),
        None => pieces(bytes).map(|all| all.into_iter().filter_map(|bytes| one(kind, bytes)).collect()),
    };
    Ok(values.map(Value::Multiple))
}

/// How much memory a value takes.
pub(crate) fn memory(value: &Value) -> u64 {
    let below = match value {
        Value::String(text) => text.len() as u64,
        Value::String8(bytes) | Value::Binary(bytes) => bytes.len() as u64,
        Value::Multiple(values) => values.iter().map(memory).sum(),
        _ => 0,
    };
    size_of::<Value>() as u64 + below
}

fn one(kind: PropertyType, bytes: &[u8]) -> Option<Value> {
    fixed(kind, bytes).or_else(|| whole(kind, bytes))
}

/// The size of values of which all are as long: a truth has one byte here ([MS-PST] §2.3.3.3).
fn fixed_bytes(kind: PropertyType) -> Option<usize> {
    if kind == PropertyType::BOOLEAN { Some(1) } else { width(kind) }
}

/// Values of any length: their count, where each begins, their bytes ([MS-PST] §2.3.3.4.2).
fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let count = dword(bytes, 0)? as usize;
    // Each has an offset, so that a lie is found out before memory is taken.
    let offsets = bytes.get(4..)?.get(..count.checked_mul(4)?)?;
    let offset = |index: usize| dword(offsets, index * 4).map_or(bytes.len(), |offset| offset as usize);
    // One lies behind the other: what begins before the end of another would be there twice.
    let mut end = 0;
    let mut piece = |index: usize| {
        let (from, to) = (offset(index), offset(index + 1));
        let bytes = bytes.get(from.max(end)..to).filter(|_| from >= end)?;
        end = to;
        Some(bytes)
    };
    Some((0..count).filter_map(&mut piece).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let text = |text: &str| Value::String(text.to_owned());
        let several = |kind: PropertyType| PropertyType(kind.0 | PropertyType::MULTIPLE);
        let two: &[u8] = &[2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, b'a', 0, b'b', 0, 0, 0];
        // The third would be the first one again.
        let back: &[u8] = &[3, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 16, 0, 0, 0, b'a', 0];
        for (kind, bytes, expected) in [
            (PropertyType::BOOLEAN, &[1u8, 9][..], Some(Value::Boolean(true))),
            (PropertyType::INTEGER16, &[0xFF, 0xFF], Some(Value::Integer16(-1))),
            (PropertyType::INTEGER64, &[1; 7], None),
            (PropertyType::STRING, b"h\0i\0\0\0", Some(text("hi"))),
            (PropertyType::STRING, &[0, 0xD8, b'x', 0], Some(text("\u{FFFD}x"))),
            (PropertyType::STRING8, b"\xE9\0", Some(Value::String8(vec![0xE9]))),
            (PropertyType::OBJECT, &[0; 8], None),
            (several(PropertyType::STRING), two, Some(Value::Multiple(vec![text("a"), text("b")]))),
            (several(PropertyType::STRING), &[0xFF; 8], None),
            (several(PropertyType::STRING), back, Some(Value::Multiple(vec![text("a")]))),
            (several(PropertyType::STRING), &[], None),
            (several(PropertyType::INTEGER16), &[1, 0, 2], Some(Value::Multiple(vec![Value::Integer16(1)]))),
        ] {
            assert_eq!(decode(kind, bytes).unwrap(), expected, "{kind:?} {bytes:?}");
        }
    }
}
