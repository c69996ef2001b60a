//! Quoted-printable in a content line (RFC 2045 §6.7, as vCard 2.1 §2.1.3 and vCalendar 1.0 use it), soft breaks taken out
//! already.

/// Takes it apart. What is no escape stays as it is.
pub fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| Some((digit(two.first()?)? << 4) | digit(two.get(1)?)?));
        match (first, digits) {
            (b'=', Some(byte)) => {
                decoded.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            // A soft break at the very end.
            (b'=', None) if after.is_empty() => break,
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

fn digit(byte: &u8) -> Option<u8> {
    char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_bytes() {
        for (text, bytes) in
            [("a=0D=0Ab", &b"a\r\nb"[..]), ("=C3=bC=", b"\xC3\xBC"), ("50=zz=4", b"50=zz=4"), ("", b"")]
        {
            assert_eq!(decode(text.as_bytes()), bytes);
        }
    }
}
