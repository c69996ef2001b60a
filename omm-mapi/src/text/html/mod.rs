//! HTML: its text, its charset, and what has to be escaped in it.

mod conditional;
mod entity;
mod plain;
mod tag;

pub(super) use conditional::without_conditional_comments;
pub(super) use plain::to_text;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Escapes text for HTML.
pub(crate) fn escape(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '\u{A0}' => into.push_str("&nbsp;"),
            '\u{AD}' => into.push_str("&shy;"),
            _ => into.push(letter),
        }
    }
}

/// Escapes text for an attribute in double quotes.
pub(crate) fn escape_attribute(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '"' => into.push_str("&quot;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            _ if letter.is_control() => {}
            _ => into.push(letter),
        }
    }
}

/// The charset that a document names in its head (`<meta charset=…>`, `<meta … content="…; charset=…">`).
pub(crate) fn declared(html: &[u8]) -> Option<&'static Encoding> {
    // HTML, "encoding sniffing": the first 1024 bytes; Outlook puts style sheets first.
    const HEAD: usize = 8192;
    let head = html.get(..HEAD).unwrap_or(html).to_ascii_lowercase();
    memchr::memmem::find_iter(&head, b"charset").find_map(|at| {
        let rest = head.get(at + "charset".len()..)?.trim_ascii_start();
        let value = rest.strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.:".contains(byte)));
        let said = Encoding::for_label(value.get(..end.unwrap_or(value.len()))?)?;
        // HTML, "prescan": what could be read as ASCII is no UTF-16, whatever it says.
        Some(if [UTF_16LE, UTF_16BE].contains(&said) { UTF_8 } else { said })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_in_heads() {
        for (html, expected) in [
            (
                &b"<META http-equiv=Content-Type content=\"text/html; charset=iso-8859-2\">"[..],
                Some("ISO-8859-2"),
            ),
            (b"<meta charset = 'UTF-8'>", Some("UTF-8")),
            (b"<p>charset</p><meta charset=shift_jis>", Some("Shift_JIS")),
            (b"<meta charset=unicode>", Some("UTF-8")),
            (b"<meta charset=utf-16be>", Some("UTF-8")),
            (b"<meta charset=unheard-of>", None),
            (b"", None),
        ] {
            assert_eq!(declared(html).map(Encoding::name), expected, "{}", String::from_utf8_lossy(html));
        }
    }

    #[test]
    fn nothing_breaks_out_of_an_attribute() {
        let mut html = String::new();
        escape_attribute("a\"><b>&", &mut html);
        assert_eq!(html, "a&quot;&gt;&lt;b&gt;&amp;");
    }
}
