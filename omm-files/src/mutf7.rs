//! Modified UTF-7, in which Maildir servers spell folder names on disk (RFC 3501 §5.1.3). Reading only.

/// The name in clear; what is not modified UTF-7 stays as it is.
pub(crate) fn decode(name: &str) -> String {
    try_decode(name).unwrap_or_else(|| name.to_owned())
}

fn try_decode(name: &str) -> Option<String> {
    // A name with 8-bit characters was written as plain UTF-8, so its `&` mean themselves.
    if !name.is_ascii() {
        return None;
    }
    let mut clear = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        clear.push_str(before);
        let (shifted, after) = after.split_once('-')?;
        match shifted {
            // RFC 3501 §5.1.3: "&" itself is spelt "&-".
            "" => clear.push('&'),
            _ => clear.push_str(&utf16(shifted)?),
        }
        rest = after;
    }
    clear.push_str(rest);
    Some(clear)
}

/// The text of one shifted run: base64 with `,` for `/` and no padding, over UTF-16BE.
fn utf16(shifted: &str) -> Option<String> {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut units = Vec::new();
    for byte in shifted.bytes() {
        bits = (bits << 6) | sextet(byte)?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push((bits >> held) as u16);
            bits &= (1 << held) - 1;
        }
    }
    if held >= 6 || bits != 0 || units.is_empty() {
        return None;
    }
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b',' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn names_in_clear() {
        for (name, clear) in [
            ("Inbox", "Inbox"),
            ("Gesendete Objekte", "Gesendete Objekte"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("&ZeVnLIqe-", "日本語"),
            ("&U,BTFw-", "台北"),
            ("~peter&-paul", "~peter&paul"),
            ("&2D3eAA-", "😀"),
            // What does not decode stays.
            ("R&D", "R&D"),
            ("a&b-c", "a&b-c"),
            ("&2D0-", "&2D0-"),
            ("Entwürfe&-", "Entwürfe&-"),
        ] {
            assert_eq!(decode(name), clear, "{name}");
        }
    }
}
