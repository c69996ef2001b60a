//! Modified UTF-7 (RFC 3501 §5.1.3).

use crate::mock::{base64_from_letters, base64_letters};

pub(crate) fn encoded(name: &str) -> String {
    let mut text = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    let flush = |shifted: &mut Vec<u8>, text: &mut String| {
        if !shifted.is_empty() {
            text.push('&');
            text.push_str(&base64_letters(shifted, ','));
            text.push('-');
            shifted.clear();
        }
    };
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            flush(&mut shifted, &mut text);
            text.push_str(if letter == '&' { "&-" } else { "" });
            if letter != '&' {
                text.push(letter);
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(letter.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut shifted, &mut text);
    text
}

/// `None` when it is not the one form in which the name may be written.
pub(crate) fn decoded(text: &[u8]) -> Option<String> {
    let mut name = String::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'&' => {
                let end = rest.iter().position(|byte| *byte == b'-')?;
                let (shifted, after) = (&rest[..end], &rest[end + 1..]);
                rest = after;
                if shifted.is_empty() {
                    name.push('&');
                    continue;
                }
                let bytes = base64_from_letters(shifted, b',')?;
                if bytes.len() % 2 != 0 {
                    return None;
                }
                let units: Vec<u16> =
                    bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                name.push_str(&String::from_utf16(&units).ok()?);
            }
            b' '..=b'~' => name.push(char::from(byte)),
            _ => return None,
        }
    }
    // RFC 3501 §5.1.3: no shift for what can stand as it is, no shift straight after another.
    (encoded(&name).as_bytes() == text).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways_and_other_forms_are_refused() {
        for (name, text) in [
            ("Entwürfe", "Entw&APw-rfe"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("A & B", "A &- B"),
            ("📎", "&2D3czg-"),
        ] {
            assert_eq!(encoded(name), text);
            assert_eq!(decoded(text.as_bytes()).as_deref(), Some(name));
        }
        for wrong in ["&Jjo", "&AGE-", "&U,BTFw-&ZeVnLIqe-", "ü", "&A-"] {
            assert_eq!(decoded(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
