//! Certificates of a contact (PidTagUserX509Certificate, [MS-OXOABK] §2.2.4.36).
//!
//! A value is DER itself, or a row of settings, each a tag, a length (both 16 bits, little-endian; the length counts these four
//! bytes too) and data; some of the settings are certificates.

use crate::property::Value;

/// Longer values are no certificates.
const LONGEST: usize = 1 << 20;
/// More than these nobody has.
const MOST: usize = 64;

pub(super) fn certificates(value: Option<&Value>) -> Vec<Vec<u8>> {
    let values = match value {
        Some(Value::Multiple(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let blobs = values.iter().filter_map(|value| match value {
        Value::Binary(bytes) if bytes.len() <= LONGEST => Some(bytes.as_slice()),
        _ => None,
    });
    let mut found: Vec<Vec<u8>> = Vec::new();
    for blob in blobs {
        if is_der(blob) {
            found.push(blob.to_vec());
        } else {
            found.extend(settings(blob).filter(|data| is_der(data)).map(<[u8]>::to_vec));
        }
    }
    // Signing and encryption often share one.
    let mut unique: Vec<Vec<u8>> = Vec::new();
    for one in found {
        if unique.len() < MOST && !unique.contains(&one) {
            unique.push(one);
        }
    }
    unique
}

fn settings(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let [_, _, low, high, ..] = *rest else { return None };
        let length = usize::from(u16::from_le_bytes([low, high]));
        let data = rest.get(4..length)?;
        rest = rest.get(length..)?;
        Some(data)
    })
}

/// An X.509 certificate is a SEQUENCE that begins with a SEQUENCE that begins with a version or a number; signed data is a SEQUENCE
/// that begins with its object identifier. Lists of capabilities, which are DER too, begin otherwise.
fn is_der(bytes: &[u8]) -> bool {
    let inner = |bytes: &[u8]| {
        let [0x30, length, rest @ ..] = bytes else { return None };
        let skip = if length & 0x80 == 0 { 0 } else { usize::from(length & 0x7F) };
        rest.get(skip..).map(<[u8]>::to_vec)
    };
    let Some(outer) = inner(bytes) else { return false };
    const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    outer.starts_with(SIGNED_DATA)
        || inner(&outer).is_some_and(|first| matches!(first.first(), Some(0xA0 | 0x02)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_found_and_nothing_else() {
        let certificate = [0x30, 0x82, 0, 9, 0x30, 0x82, 0, 5, 0xA0, 3, 2, 1, 2];
        let capabilities = [0x30, 4, 0x30, 2, 0x06, 0];
        let mut blob = vec![1, 0, 8, 0, 1, 0, 0, 0];
        for (tag, data) in [(2, &capabilities[..]), (3, &certificate), (8, &certificate)] {
            blob.extend([tag, 0, data.len() as u8 + 4, 0]);
            blob.extend(data);
        }
        for (value, expected) in [
            (blob.clone(), 1),
            (certificate.to_vec(), 1),
            (capabilities.to_vec(), 0),
            (vec![3, 0, 0, 0, 3, 0, 0, 0], 0),
            (vec![3, 0, 255, 255, 1], 0),
            (Vec::new(), 0),
        ] {
            let value = Value::Multiple(vec![Value::Binary(value)]);
            assert_eq!(certificates(Some(&value)).len(), expected, "{value:?}");
        }
        assert!(certificates(None).is_empty());
    }
}
