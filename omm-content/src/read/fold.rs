//! Lines on their way out: folded to the letter.

/// RFC 5545 §3.1, RFC 6350 §3.2: not longer than 75 octets without the line end.
const LONGEST: usize = 75;

/// Writes a content line with folds and line end. Control characters, which have no place in it, are left out.
pub(crate) fn write(line: &str, into: &mut Vec<u8>) {
    let has_control = has_control(line.as_bytes());
    if line.len() <= LONGEST && !has_control {
        into.extend_from_slice(line.as_bytes());
        into.extend_from_slice(b"\r\n");
        return;
    }
    let cleaned: String;
    let mut rest = line;
    if has_control {
        cleaned = without_control(line);
        rest = &cleaned;
    }
    let mut room = LONGEST;
    loop {
        let end = boundary(rest, room);
        let (now, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        into.extend_from_slice(now.as_bytes());
        into.extend_from_slice(b"\r\n");
        if after.is_empty() {
            return;
        }
        into.push(b' ');
        rest = after;
        room = LONGEST - 1;
    }
}

/// The last boundary between letters within `room` octets.
fn boundary(text: &str, room: usize) -> usize {
    if text.len() <= room {
        return text.len();
    }
    (1..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// RFC 5545 §3.1: CONTROL is everything below a space except HTAB.
pub(crate) fn is_control(byte: u8) -> bool {
    ((byte < 0x20) & (byte != b'\t')) | (byte == 0x7F)
}

/// Whether there is one. Looks at all bytes, which is faster than to stop at the first.
pub(crate) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, byte| found | is_control(*byte))
}

/// The text without them.
pub(crate) fn without_control(text: &str) -> String {
    text.chars().filter(|letter| !(letter.is_ascii() && is_control(*letter as u8))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_unfold_to_themselves() {
        for line in
            ["A:b".to_owned(), format!("N:{}", "ü😀x ".repeat(90)), "A:".to_owned() + &" ".repeat(200)]
        {
            let mut out = Vec::new();
            write(&line, &mut out);
            let out = String::from_utf8(out).unwrap();
            assert!(out.split("\r\n").all(|one| one.len() <= LONGEST));
            assert_eq!(out.replace("\r\n ", ""), line + "\r\n");
        }
        let mut out = Vec::new();
        write("A:b\u{0}\u{7}c", &mut out);
        assert_eq!(out, b"A:bc\r\n");
    }
}
