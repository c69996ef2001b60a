//! Values from their bytes ([MS-OXCDATA] §2.11, [MS-PST] §2.3.3.4).

use crate::pst::ndb::bytes::*;
use omm_mapi::property::{Guid, PropertyType, Value};

/// The value of a type; `None` for unknown types and for bytes that are too few.
pub(crate) fn decode(kind: PropertyType, bytes: &[u8]) -> Option<Value> {
    if !kind.is_multiple() {
        return one(kind, bytes);
    }
    let kind = kind.single();
    let values = match fixed_bytes(kind) {
        Some(size) => bytes.chunks_exact(size).filter_map(|bytes| one(kind, bytes)).collect(),
        None => pieces(bytes)?.into_iter().filter_map(|bytes| one(kind, bytes)).collect(),
    };
    Some(Value::Multiple(values))
}

fn one(kind: PropertyType, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        PropertyType::INTEGER16 => Value::Integer16(i16::from_le_bytes(array(bytes, 0)?)),
        PropertyType::INTEGER32 | PropertyType::ERROR_CODE => {
            Value::Integer32(i32::from_le_bytes(array(bytes, 0)?))
        }
        PropertyType::FLOATING32 => Value::Floating(f32::from_le_bytes(array(bytes, 0)?).into()),
        PropertyType::FLOATING64 | PropertyType::FLOATING_TIME => {
            Value::Floating(f64::from_le_bytes(array(bytes, 0)?))
        }
        PropertyType::INTEGER64 | PropertyType::CURRENCY => {
            Value::Integer64(i64::from_le_bytes(array(bytes, 0)?))
        }
        PropertyType::TIME => Value::Time(i64::from_le_bytes(array(bytes, 0)?)),
        PropertyType::BOOLEAN => Value::Boolean(byte(bytes, 0)? != 0),
        PropertyType::GUID => Value::Guid(Guid(array(bytes, 0)?)),
        PropertyType::STRING => Value::String(utf16(bytes)),
        PropertyType::STRING8 => Value::String8(without_nul(bytes).to_vec()),
        PropertyType::BINARY | PropertyType::SERVER_ID => Value::Binary(bytes.to_vec()),
        _ => return None,
    })
}

/// The size of values of which all are as long.
fn fixed_bytes(kind: PropertyType) -> Option<usize> {
    match kind {
        PropertyType::BOOLEAN => Some(1),
        PropertyType::INTEGER16 => Some(2),
        PropertyType::INTEGER32 | PropertyType::FLOATING32 | PropertyType::ERROR_CODE => Some(4),
        PropertyType::FLOATING64
        | PropertyType::CURRENCY
        | PropertyType::FLOATING_TIME
        | PropertyType::INTEGER64
        | PropertyType::TIME => Some(8),
        PropertyType::GUID => Some(16),
        _ => None,
    }
}

/// Values of any length: their count, where each begins, their bytes ([MS-PST] §2.3.3.4.2).
fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let count = dword(bytes, 0)? as usize;
    // Each has an offset, so that a lie is found out before memory is taken.
    let offsets = bytes.get(4..)?.get(..count.checked_mul(4)?)?;
    let offset = |index: usize| dword(offsets, index * 4).map_or(bytes.len(), |offset| offset as usize);
    Some((0..count).filter_map(|index| bytes.get(offset(index)..offset(index + 1))).collect())
}

fn utf16(bytes: &[u8]) -> String {
    let text = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0;
    match text.trim_end_matches('\0') {
        trimmed if trimmed.len() == text.len() => text.into_owned(),
        trimmed => trimmed.to_owned(),
    }
}

fn without_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
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
            assert_eq!(decode(kind, bytes), expected, "{kind:?} {bytes:?}");
        }
    }
}
