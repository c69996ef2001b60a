//! Lines of LIST and UIDL, and the timestamp of a greeting.

/// A line of LIST (RFC 1939 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) number: u32,
    /// A hint: servers are known to count line ends as one byte.
    pub(crate) size: u64,
}

impl Listed {
    /// Reads a line; what follows the size is the server's own.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let (number, rest) = number(line)?;
        let rest = std::str::from_utf8(rest).ok()?;
        let size = rest.split_ascii_whitespace().next()?.parse().ok()?;
        Some(Self { number, size })
    }
}

/// A line of UIDL (RFC 1939 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    pub(crate) number: u32,
    /// Any bytes but line ends: RFC 1939 allows 1 to 70 printable ones, servers are known to send more and others.
    pub(crate) uid: &'a [u8],
}

impl<'a> Named<'a> {
    /// Reads a line; nothing if it names no message, or gives it no id.
    pub(crate) fn read(line: &'a [u8]) -> Option<Self> {
        let (number, uid) = number(line)?;
        let uid = uid.trim_ascii();
        (!uid.is_empty()).then_some(Self { number, uid })
    }
}

/// A message number, never 0, and what follows it.
fn number(line: &[u8]) -> Option<(u32, &[u8])> {
    let line = line.trim_ascii_start();
    let end = line.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(line.len());
    let (digits, rest) = line.split_at(end);
    let number = std::str::from_utf8(digits).ok()?.parse().ok().filter(|number| *number > 0)?;
    rest.first().is_none_or(|byte| byte.is_ascii_whitespace()).then_some((number, rest))
}

/// The timestamp in a greeting, brackets included, if it is one (RFC 1939 §7: a msg-id, RFC 5322 §3.6.4).
///
/// Nothing that is not: a server in between could choose one so that the answer tells something about the password
/// (CVE-2007-1558).
pub(crate) fn timestamp(greeting: &str) -> Option<&str> {
    let start = greeting.find('<')?;
    let end = start + greeting[start..].find('>')?;
    let inside = &greeting[start + 1..end];
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>()[]\\,;:\"".contains(&byte);
    let (left, right) = inside.split_once('@')?;
    let is_word = |word: &str| !word.is_empty() && !word.contains('@') && word.bytes().all(is_plain);
    (is_word(left) && is_word(right) && inside.len() < 250).then_some(&greeting[start..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_list() {
        let listed = |number, size| Some(Listed { number, size });
        for (line, expected) in [
            ("1 120", listed(1, 120)),
            ("2\t9999999999 octets", listed(2, 9_999_999_999)),
            ("0 120", None),
            ("4294967296 1", None),
            ("1", None),
            ("1 -5", None),
            ("1x 5", None),
            ("", None),
        ] {
            assert_eq!(Listed::read(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn lines_of_uidl() {
        for (line, expected) in [
            (&b"1 whqtswO00WBw418f9t5JxYwZ"[..], Some((1, &b"whqtswO00WBw418f9t5JxYwZ"[..]))),
            (b"2 a b ", Some((2, b"a b"))),
            (b"3 \xe4\xf6", Some((3, b"\xe4\xf6"))),
            (b"4 ", None),
            (b"4", None),
            (b"x y", None),
        ] {
            assert_eq!(Named::read(line).map(|named| (named.number, named.uid)), expected, "{line:?}");
        }
    }

    #[test]
    fn timestamps_and_what_is_none() {
        for (greeting, expected) in [
            (
                "POP3 server ready <1896.697170952@dbc.mtview.ca.us>",
                Some("<1896.697170952@dbc.mtview.ca.us>"),
            ),
            ("<a@b> ready <c@d>", Some("<a@b>")),
            ("Dovecot ready.", None),
            ("<not one>", None),
            ("<a@@b>", None),
            ("<a\u{1}@b>", None),
            ("<\u{e4}@b>", None),
            ("<@b>", None),
            ("<a@b", None),
        ] {
            assert_eq!(timestamp(greeting), expected, "{greeting}");
        }
    }
}
