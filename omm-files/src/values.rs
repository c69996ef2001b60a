//! Bytes as values of properties ([MS-OXCDATA] §2.11.1), as `.msg` files and TNEF both lay them down: little-endian.

use omm_mapi::property::{Guid, PropertyType, Value};

/// How many bytes a value of this type takes; nothing for text, bytes and what is unknown.
pub(crate) fn width(kind: PropertyType) -> Option<usize> {
    match kind {
        PropertyType::INTEGER16 | PropertyType::BOOLEAN => Some(2),
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

/// One value of a fixed width, from the start of the bytes; nothing if they are too few or the type is another.
pub(crate) fn fixed(kind: PropertyType, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        PropertyType::INTEGER16 => Value::Integer16(i16::from_le_bytes(*bytes.first_chunk()?)),
        // [MS-OXCDATA] §2.11.1: one byte, 0 or 1; what follows is padding that nobody clears.
        PropertyType::BOOLEAN => Value::Boolean(*bytes.first()? != 0),
        PropertyType::INTEGER32 | PropertyType::ERROR_CODE => {
            Value::Integer32(i32::from_le_bytes(*bytes.first_chunk()?))
        }
        PropertyType::FLOATING32 => Value::Floating(f64::from(f32::from_le_bytes(*bytes.first_chunk()?))),
        PropertyType::FLOATING64 | PropertyType::FLOATING_TIME => {
            Value::Floating(f64::from_le_bytes(*bytes.first_chunk()?))
        }
        PropertyType::INTEGER64 | PropertyType::CURRENCY => {
            Value::Integer64(i64::from_le_bytes(*bytes.first_chunk()?))
        }
        PropertyType::TIME => Value::Time(i64::from_le_bytes(*bytes.first_chunk()?)),
        PropertyType::GUID => Value::Guid(Guid(*bytes.first_chunk()?)),
        _ => return None,
    })
}

/// One value that is all of the bytes; nothing if its type has a fixed width or is unknown.
pub(crate) fn whole(kind: PropertyType, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        PropertyType::STRING => Value::String(utf16(bytes)),
        PropertyType::STRING8 => Value::String8(without_nul(bytes).to_vec()),
        PropertyType::BINARY | PropertyType::SERVER_ID => Value::Binary(bytes.to_vec()),
        _ => return None,
    })
}

/// How many units of UTF-16 are converted at a time.
const UNITS: usize = 128;

/// Little-endian UTF-16 without the NUL at its end; half a character at the end is left out.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len() / 2 + bytes.len() / 16);
    let mut rest = bytes;
    while rest.len() > 1 {
        rest = ascii(rest, &mut text);
        if !rest.is_empty() {
            rest = others(rest, &mut text);
        }
    }
    // UTF-8, all of it.
    let mut text = String::from_utf8(text).unwrap_or_default();
    text.truncate(text.trim_end_matches('\0').len());
    text
}

/// Appends the ASCII that the units begin with, as far as it goes in whole blocks or to the end, and gives the rest.
fn ascii<'a>(units: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    const BLOCK: usize = 32;
    let (blocks, end) = units.as_chunks::<{ 2 * BLOCK }>();
    let mut taken = 0;
    for block in blocks {
        let mut letters = [0; BLOCK];
        let mut all = 0;
        for (letter, unit) in letters.iter_mut().zip(block.as_chunks::<2>().0) {
            let unit = u16::from_le_bytes(*unit);
            all |= unit;
            *letter = unit as u8;
        }
        if all >= 0x80 {
            return units.get(taken..).unwrap_or_default();
        }
        text.extend_from_slice(&letters);
        taken += block.len();
    }
    // Names and addresses are no longer than this.
    let (end_units, _) = end.as_chunks::<2>();
    if end_units.iter().all(|unit| u16::from_le_bytes(*unit) < 0x80) {
        text.extend(end_units.iter().map(|[low, _]| low));
        return &[];
    }
    end
}

/// Appends the next units, whatever they are, and gives the rest. Half a pair becomes U+FFFD.
fn others<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let (mut units, mut utf8) = ([0u16; UNITS], [0; 3 * UNITS]);
    let mut count = UNITS.min(rest.len() / 2);
    for (unit, pair) in units[..count].iter_mut().zip(rest.as_chunks::<2>().0) {
        *unit = u16::from_le_bytes(*pair);
    }
    // No pair is divided.
    if count == UNITS && (0xD800..0xDC00).contains(&units[UNITS - 1]) {
        count -= 1;
    }
    let written = encoding_rs::mem::convert_utf16_to_utf8(&units[..count], &mut utf8);
    text.extend_from_slice(&utf8[..written]);
    rest.get(2 * count..).unwrap_or_default()
}

/// Bytes without the NULs at their end.
pub(crate) fn without_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_widths() {
        for (kind, bytes, expected) in [
            (PropertyType::INTEGER16, &[0xFE, 0xFF][..], Some(Value::Integer16(-2))),
            (PropertyType::INTEGER32, &[1, 0, 0, 0x80], Some(Value::Integer32(-0x7FFF_FFFF))),
            (PropertyType::BOOLEAN, &[1, 0xCC], Some(Value::Boolean(true))),
            (PropertyType::BOOLEAN, &[0, 0xCC], Some(Value::Boolean(false))),
            (PropertyType::FLOATING32, &[0, 0, 0xC0, 0x3F], Some(Value::Floating(1.5))),
            (PropertyType::FLOATING64, &[0, 0, 0, 0, 0, 0, 0xF8, 0x3F], Some(Value::Floating(1.5))),
            (PropertyType::CURRENCY, &[16, 39, 0, 0, 0, 0, 0, 0], Some(Value::Integer64(10_000))),
            (PropertyType::TIME, &[1, 0, 0, 0, 0, 0, 0, 0, 9], Some(Value::Time(1))),
            (PropertyType::GUID, &[7; 16], Some(Value::Guid(Guid([7; 16])))),
            (PropertyType::TIME, &[1, 0, 0, 0], None),
            (PropertyType::STRING, &[65, 0], None),
        ] {
            assert_eq!(fixed(kind, bytes), expected, "{kind:?} {bytes:?}");
            assert!(expected.is_none() || width(kind).is_some_and(|width| width <= bytes.len()));
        }
    }

    // Would catch: a pair that is cut in two where one block ends and the next begins.
    #[test]
    fn long_text_is_not_cut() {
        for before in UNITS - 2..UNITS + 2 {
            for (letters, expected) in [
                (&[0xD83D, 0xDE00, 0x41][..], "\u{1F600}A"),
                (&[0xD83D, 0xD83D, 0xDE00], "\u{FFFD}\u{1F600}"),
                (&[0xDE00, 0x20AC], "\u{FFFD}€"),
                (&[0xD83D], "\u{FFFD}"),
            ] {
                let units = std::iter::repeat_n(0x61u16, before).chain(letters.iter().copied());
                let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
                assert_eq!(utf16(&bytes), "a".repeat(before) + expected, "{before}");
            }
        }
    }

    #[test]
    fn text_and_bytes() {
        for (kind, bytes, expected) in [
            (PropertyType::STRING, &[0x41, 0, 0xE9, 0, 0, 0][..], Some(Value::String("Aé".into()))),
            (PropertyType::STRING, &[0x41, 0, 0x3D, 0xD8, 7], Some(Value::String("A\u{FFFD}".into()))),
            (PropertyType::STRING8, b"A\xE9\0\0", Some(Value::String8(b"A\xE9".to_vec()))),
            (PropertyType::BINARY, &[1, 0], Some(Value::Binary(vec![1, 0]))),
            (PropertyType::OBJECT, &[1, 0], None),
            (PropertyType(0x00FD), &[1, 0], None),
        ] {
            assert_eq!(whole(kind, bytes), expected, "{kind:?} {bytes:?}");
        }
    }
}
