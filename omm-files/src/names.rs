//! Folder names that every file system can hold.
//!
//! A name on disk is the folder's name with everything percent-encoded that some file system refuses or reads
//! in its own way: control characters, `< > : " / \ | ? * %`, a leading dot or blank, trailing dots and blanks,
//! the device names of Windows, and `cur`, `new` and `tmp`, which mean something in a Maildir tree. Names over
//! [`LONGEST`] bytes are cut and end with a digest. The true name is in the folder's `.omm-folder` as well.

use crate::relative::hex;
use unicode_normalization::UnicodeNormalization;

/// Most bytes of a name on disk; file systems take 255, and `~2` must still fit.
const LONGEST: usize = 200;

/// The name on disk for a folder name.
pub(crate) fn encode(name: &str) -> String {
    let last = name.chars().count().saturating_sub(1);
    let reserved = is_reserved(name);
    let mut encoded = String::new();
    for (at, c) in name.chars().enumerate() {
        let refused =
            c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '%');
        let first = at == 0 && (reserved || matches!(c, '.' | ' '));
        // Windows drops trailing dots and blanks. Encoding the last one is enough.
        let trailing = at == last && matches!(c, '.' | ' ');
        if refused || first || trailing {
            push_encoded(&mut encoded, c);
        } else {
            encoded.push(c);
        }
    }
    shortened(encoded, name)
}

/// The folder name behind a name on disk, as far as that can be told from the name alone.
pub(crate) fn decode(encoded: &str) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| encoded.to_owned())
}

/// What two names have in common that some file system takes for one.
pub(crate) fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

fn push_encoded(encoded: &mut String, c: char) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        encoded.push_str(&format!("%{byte:02X}"));
    }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let device = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || device("com")
        || device("lpt")
        || ["cur", "new", "tmp"].contains(&name.to_ascii_lowercase().as_str())
}

fn shortened(encoded: String, name: &str) -> String {
    if encoded.len() <= LONGEST {
        return encoded;
    }
    let digest = blake3::hash(name.as_bytes()).to_hex();
    let mut keep = LONGEST - 17;
    while !encoded.is_char_boundary(keep) {
        keep -= 1;
    }
    // An escape cut in two would read as something else.
    if let Some(at) = encoded[..keep].rfind('%').filter(|at| at + 3 > keep) {
        keep = at;
    }
    format!("{}~{}", &encoded[..keep], &digest[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_safe() {
        for (name, disk) in [
            ("INBOX", "INBOX"),
            ("Entwürfe", "Entwürfe"),
            ("a/b", "a%2Fb"),
            ("100%", "100%25"),
            (".hidden", "%2Ehidden"),
            ("..", "%2E%2E"),
            ("end. ", "end.%20"),
            ("dot.", "dot%2E"),
            (" lead", "%20lead"),
            ("CON", "%43ON"),
            ("com1.txt", "%63om1.txt"),
            ("Cur", "%43ur"),
            ("current", "current"),
            ("tab\there", "tab%09here"),
            ("<:>", "%3C%3A%3E"),
        ] {
            assert_eq!(encode(name), disk, "{name:?}");
            assert_eq!(decode(disk), name, "{disk:?}");
        }
    }

    #[test]
    fn long_names_stay_apart_and_short_enough() {
        let (one, two) = ("ü".repeat(300), format!("{}x", "ü".repeat(299)));
        assert!(encode(&one).len() <= LONGEST);
        assert_ne!(encode(&one), encode(&two));
        let escapes = encode(&"?".repeat(300));
        assert!(escapes.len() <= LONGEST && !decode(&escapes).contains('%'), "{escapes}");
    }

    #[test]
    fn folding_sees_case_and_composition() {
        assert_eq!(fold("E\u{301}t\u{e9}"), fold("\u{e9}T\u{c9}"));
        assert_ne!(fold("a"), fold("b"));
    }
}
