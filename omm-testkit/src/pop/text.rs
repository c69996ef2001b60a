//! Messages as they travel.

use super::{Quirk, world::World};

/// A message with the line ends that it travels with: CRLF, and one at the very end; dots are not doubled yet.
pub(crate) fn travelling(world: &World, stored: &[u8]) -> Vec<u8> {
    let keeps_lone = world.is_so(Quirk::LoneLineFeeds);
    let mut text = Vec::with_capacity(stored.len() + stored.len() / 32 + 2);
    for line in stored.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) if !line.ends_with(b"\r") && !keeps_lone => text.extend([line, b"\r\n"].concat()),
            _ => text.extend(line),
        }
    }
    // RFC 1939 §3: every line of an answer ends with CRLF, so the last line of a message does.
    if !text.is_empty() && !text.ends_with(b"\r\n") {
        text.extend(b"\r\n");
    }
    text
}

/// What STAT and LIST should say of it. RFC 1939 §11: each line end is two octets, doubled dots do not count.
pub(crate) fn size(world: &World, stored: &[u8]) -> usize {
    if world.is_so(Quirk::SizesAsStored) { stored.len() } else { travelling(world, stored).len() }
}

/// RFC 1939 §3: a line that begins with the termination octet gets another one before it; a lone one is the end.
pub(crate) fn stuffed(text: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(text.len() + text.len() / 64 + 3);
    let mut is_line_start = true;
    for (at, byte) in text.iter().enumerate() {
        if is_line_start && *byte == b'.' {
            stuffed.push(b'.');
        }
        stuffed.push(*byte);
        // A lone line feed ends no line.
        is_line_start = *byte == b'\n' && at > 0 && text[at - 1] == b'\r';
    }
    stuffed.extend(b".\r\n");
    stuffed
}

/// RFC 1939 §7: the headers, the blank line, and this many lines of the body.
pub(crate) fn top(text: &[u8], lines: usize) -> &[u8] {
    let header = header_len(text);
    let body = text[header..].split_inclusive(|byte| *byte == b'\n').take(lines).map(<[u8]>::len);
    &text[..header + body.sum::<usize>()]
}

pub(crate) fn has_eight_bit_header(text: &[u8]) -> bool {
    !text[..header_len(text)].is_ascii()
}

/// The headers with the blank line behind them; all when there is none.
fn header_len(text: &[u8]) -> usize {
    let mut end = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if matches!(line, b"\r\n" | b"\n") {
            return end;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_mended_and_nothing_else_is() {
        for (stored, usual, lone) in [
            (&b""[..], &b""[..], &b""[..]),
            (b"a\r\n", b"a\r\n", b"a\r\n"),
            (b"a\n\nb\n", b"a\r\n\r\nb\r\n", b"a\n\nb\n\r\n"),
            (b"a", b"a\r\n", b"a\r\n"),
            (b"a\r", b"a\r\r\n", b"a\r\r\n"),
            (b"a\r\rb\0\xff\n", b"a\r\rb\0\xff\r\n", b"a\r\rb\0\xff\n\r\n"),
        ] {
            let mut world = World::new();
            assert_eq!(travelling(&world, stored), usual);
            assert_eq!(size(&world, stored), usual.len());
            world.settings.quirks.insert(Quirk::LoneLineFeeds);
            assert_eq!(travelling(&world, stored), lone);
        }
    }

    #[test]
    fn dots_are_doubled_at_line_starts_only() {
        for (text, expected) in [
            (&b""[..], &b".\r\n"[..]),
            (b".\r\n..\r\na.\r\n.b\r\n", b"..\r\n...\r\na.\r\n..b\r\n.\r\n"),
            (b"a\n.\r\n", b"a\n.\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(text), expected);
        }
    }

    #[test]
    fn the_top_ends_where_it_was_asked_to() {
        let text = b"A: b\r\n\r\none\r\ntwo\r\n";
        for (lines, expected) in
            [(0, &b"A: b\r\n\r\n"[..]), (1, b"A: b\r\n\r\none\r\n"), (2, text), (9, text)]
        {
            assert_eq!(top(text, lines), expected);
        }
        assert_eq!(top(b"A: b\r\n", 3), b"A: b\r\n");
    }
}
