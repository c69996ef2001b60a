//! Name, parameters and value of a content line: `group.NAME;PARAM=value:value` (RFC 6350 §3.3, RFC 5545 §3.1).
//!
//! Works on octets, because charsets are settled later, and allocates nothing: the first pass looks at every line of a
//! file with it.

use super::charset;
use memchr::{memchr, memchr2};
use std::borrow::Cow;

/// Where the pieces of a content line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    // Byte offsets: the name is `name..name_end` (the group is before it), parameters are `params..colon`.
    name: usize,
    name_end: usize,
    params: usize,
    colon: usize,
    // Whether the name has letters that no name may have.
    odd: bool,
}

/// A longer name of somebody's own is none if it is odd besides.
const LONGEST_ODD: usize = 64;

/// A parameter: `NAME=value`, or a bare word as vCard 2.1 has them, whose name is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name, without spaces; empty for a bare word.
    pub name: &'a [u8],
    /// Its value as it stands there, quotes included.
    pub value: &'a [u8],
}

impl Head {
    /// Finds them; nothing if the line is no property.
    pub fn of(line: &[u8]) -> Option<Self> {
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let body = line.get(indent..)?;
        let length = body.iter().position(|byte| !is_name(*byte))?;
        let spaces = body.get(length..)?.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let after = indent + length + spaces;
        let full = body.get(..length)?;
        // RFC 6350 §3.3: a group before the name, parted by a dot.
        let dot = full.iter().position(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
        if length == 0 || dot == length {
            return None;
        }
        let (name, name_end) = (indent + dot, indent + length);
        let colon = match line.get(after)? {
            // Text that nobody folded: a link at the begin of its line.
            b':' if line.get(after + 1..)?.starts_with(b"//") && full.iter().all(u8::is_ascii_lowercase) => {
                return None;
            }
            b':' => after,
            b';' => colon(line, after)?,
            _ => return Self::with_odd_name(line, indent),
        };
        // Seen: `X-messaging/xmpp-All`, which strict readers refuse with all of its card.
        let odd = full.contains(&b'/') && starts_own(line.get(name..).unwrap_or_default());
        Some(Self { name, name_end, params: after, colon, odd })
    }

    /// Seen: `X-GOOGLE TALK;TYPE=WORK:x`. RFC 6350 §3.3 and RFC 5545 §3.1 have letters, digits and `-`.
    fn with_odd_name(line: &[u8], indent: usize) -> Option<Self> {
        let start = line.get(indent..)?;
        let end = start.iter().take(LONGEST_ODD).position(|byte| matches!(byte, b':' | b';'))?;
        let full = start.get(..end)?.trim_ascii_end();
        let dot = full.iter().position(|byte| !is_name(*byte) || *byte == b'.')?;
        let group = if dot > 0 && full.get(dot) == Some(&b'.') { dot + 1 } else { 0 };
        let name = full.get(group..)?;
        let is_own = starts_own(name);
        let is_none = |byte: &u8| matches!(byte, b'"' | b'=' | b',') || byte.is_ascii_control();
        if !is_own || name.iter().any(is_none) {
            return None;
        }
        let after = indent + end;
        let colon = if line.get(after) == Some(&b':') { after } else { colon(line, after)? };
        // A link in a text.
        if line.get(colon + 1..)?.starts_with(b"//") {
            return None;
        }
        let (name, name_end) = (indent + group, indent + full.len());
        Some(Self { name, name_end, params: after, colon, odd: true })
    }

    /// The name, without its group.
    pub fn name<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line.get(self.name..self.name_end).unwrap_or_default()
    }

    /// Whether the name has letters that no name may have.
    pub fn is_odd(&self) -> bool {
        self.odd
    }

    /// The name, if it has letters that no name may have.
    pub(crate) fn odd_name<'a>(&self, line: &'a [u8]) -> Option<Cow<'a, str>> {
        self.odd.then(|| charset::decode(self.name(line), None).0)
    }

    /// The name as it may be written: a hyphen for what no name may have.
    pub(crate) fn legal_name<'a>(&self, line: &'a [u8]) -> Cow<'a, str> {
        let name = self.name(line);
        if !self.odd {
            return String::from_utf8_lossy(name);
        }
        let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let pieces = name.split(|byte| !is_legal(*byte)).filter(|piece| !piece.is_empty());
        let pieces: Vec<_> = pieces.map(String::from_utf8_lossy).collect();
        Cow::Owned(pieces.join("-"))
    }

    /// The group, without its dot; empty without one.
    pub fn group<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let before = line.get(..self.name).unwrap_or_default().trim_ascii_start();
        before.strip_suffix(b".").unwrap_or_default()
    }

    /// The value, as it stands there.
    pub fn value<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line.get(self.colon + 1..).unwrap_or_default()
    }

    /// Whether it has parameters.
    pub fn has_params(&self) -> bool {
        self.colon > self.params
    }

    /// Whether there are spaces where none may be.
    pub fn is_spaced(&self, line: &[u8]) -> bool {
        self.params > self.name_end || line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Whether its parameters have a quote that does not close.
    pub(super) fn has_open_quote(&self, line: &[u8]) -> bool {
        let params = line.get(self.params..self.colon).unwrap_or_default();
        !memchr::memchr_iter(b'"', params).count().is_multiple_of(2)
    }

    /// Its parameters.
    pub fn params<'a>(&self, line: &'a [u8]) -> Params<'a> {
        Params { rest: line.get(self.params..self.colon).unwrap_or_default() }
    }

    /// Whether a parameter has the name.
    pub fn param<'a>(&self, line: &'a [u8], name: &str) -> Option<&'a [u8]> {
        self.params(line)
            .find(|param| param.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|param| unquoted(param.value))
    }

    /// The line with another value of a parameter.
    pub(crate) fn with_param(&self, line: &str, name: &str, value: &str) -> String {
        let part = |range: std::ops::Range<usize>| line.get(range).unwrap_or_default();
        let mut out = part(0..self.params).to_owned();
        for param in self.params(line.as_bytes()) {
            let own = String::from_utf8_lossy(param.name);
            let kept = String::from_utf8_lossy(param.value);
            out.push(';');
            if !own.is_empty() {
                out.extend([&own, "="]);
            }
            out.push_str(if own.eq_ignore_ascii_case(name) { value } else { &kept });
        }
        out.push_str(part(self.colon..line.len()));
        out
    }

    /// Whether a bare word or an ENCODING says so.
    pub(crate) fn says(&self, line: &[u8], encoding: &[u8]) -> bool {
        self.params(line).any(|param| {
            (param.name.eq_ignore_ascii_case(b"ENCODING") || (param.name.is_empty() && encoding.len() > 1))
                && unquoted(param.value).eq_ignore_ascii_case(encoding)
        })
    }
}

/// The parameters of a line.
#[derive(Clone, Debug)]
pub struct Params<'a> {
    // Empty, or begins with `;`.
    rest: &'a [u8],
}

impl<'a> Iterator for Params<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        loop {
            let rest = self.rest.strip_prefix(b";")?;
            let end = end_of(rest, b";");
            let (one, after) = rest.split_at_checked(end)?;
            self.rest = after;
            let one = one.trim_ascii();
            if one.is_empty() {
                continue;
            }
            return Some(match one.iter().position(|byte| matches!(byte, b'=' | b'"')) {
                Some(at) if one.get(at) == Some(&b'=') => Param {
                    name: one.get(..at).unwrap_or_default().trim_ascii(),
                    value: one.get(at + 1..).unwrap_or_default().trim_ascii(),
                },
                _ => Param { name: b"", value: one },
            });
        }
    }
}

/// Takes the quotes off (RFC 5545 §3.2).
pub fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        other => other,
    }
}

/// RFC 5545 §3.1: letters, digits and `-`. Seen besides: `_`, `/` and a dot, which parts a group.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
}

/// Whether a name is one of somebody's own.
fn starts_own(name: &[u8]) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"X-"))
}

/// Where the value begins, behind parameters.
fn colon(line: &[u8], from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    // Seen: `TZID=(UTC+01:00) Amsterdam, Berlin:2010…` without quotes. A date has no colon, so the last one is it.
    let open =
        rest.get(..7).is_some_and(|start| start[..6].eq_ignore_ascii_case(b";TZID=") && start[6] != b'"');
    if open
        && let Some(at) = memchr::memrchr(b':', rest)
        && !rest.get(..at)?.contains(&b'"')
    {
        return Some(from + at);
    }
    let end = end_of(rest, b":");
    (end < rest.len()).then_some(from + end)
}

/// The end of what stands before one of the letters, quoted parts passed over. A quote that never closes is a letter.
fn end_of(text: &[u8], stop: &[u8; 1]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr2(stop[0], b'"', text.get(at..).unwrap_or_default()) {
        let found = at + found;
        if text.get(found) != Some(&b'"') {
            return found;
        }
        at = match memchr(b'"', text.get(found + 1..).unwrap_or_default()) {
            Some(close) => found + 1 + close + 1,
            // From here on quotes mean nothing.
            None => {
                let rest = text.get(found + 1..).unwrap_or_default();
                return memchr(stop[0], rest).map_or(text.len(), |stop| found + 1 + stop);
            }
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<String> {
        let line = line.as_bytes();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let head = Head::of(line)?;
        let params: Vec<String> =
            head.params(line).map(|param| format!("{}={}", text(param.name), text(param.value))).collect();
        Some(format!(
            "{}|{}|{}|{}",
            text(head.group(line)),
            text(head.name(line)),
            params.join("|"),
            text(head.value(line))
        ))
    }

    #[test]
    fn lines_fall_into_pieces() {
        for (line, pieces) in [
            ("SUMMARY:a:b;c", "|SUMMARY||a:b;c"),
            ("item1.TEL;type=HOME;VOICE:1", "item1|TEL|type=HOME|=VOICE|1"),
            ("A;CN=\"x:y;z\";B=\"1\",\"2\":v", "|A|CN=\"x:y;z\"|B=\"1\",\"2\"|v"),
            ("A;CN=\"x:v", "|A|CN=\"x|v"),
            (
                "DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin:20100101T000000",
                "|DTSTART|TZID=(UTC+01:00) Amsterdam, Berlin|20100101T000000",
            ),
            (
                "DTSTART;TZID=\"(UTC+01:00) A\":20100101T000000",
                "|DTSTART|TZID=\"(UTC+01:00) A\"|20100101T000000",
            ),
            ("DTSTART ; VALUE = DATE :20100101", "|DTSTART|VALUE=DATE|20100101"),
            ("summary : x", "|summary|| x"),
            ("X;;A=b:", "|X|A=b|"),
            ("X-GOOGLE TALK;TYPE=WORK:a", "|X-GOOGLE TALK|TYPE=WORK|a"),
            ("a.x-My (own) name :b", "a|x-My (own) name||b"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(pieces), "{line}");
        }
        let line = "X;A=TZ;TZID=\"TZ\";B:TZID=TZ";
        let head = Head::of(line.as_bytes()).unwrap();
        assert_eq!(head.with_param(line, "TZID", "\"a,b\""), "X;A=TZ;TZID=\"a,b\";B:TZID=TZ");
        for none in [
            "https://x/y",
            "",
            "no colon",
            "two words: x",
            ":x",
            "A;B=c",
            "a.:x",
            "ü:x",
            "X-rays, as said: x",
            "X-ref http://x",
            "X-NO COLON;A=b",
        ] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn odd_names_become_legal_ones() {
        for (line, name) in [
            ("X-GOOGLE TALK:a", "X-GOOGLE-TALK"),
            ("X-EX^ECT-NUME?ENTS : 17", "X-EX-ECT-NUME-ENTS"),
            ("g.X-A.B & C;D=e:f", "X-A-B-C"),
            ("X-Straße:a", "X-Stra-e"),
            ("X-messaging/xmpp-All:a", "X-messaging-xmpp-All"),
            ("X-LEGAL_1:a", "X-LEGAL_1"),
        ] {
            let head = Head::of(line.as_bytes()).unwrap();
            assert_eq!(head.legal_name(line.as_bytes()), name);
            assert_eq!(head.odd_name(line.as_bytes()).is_some(), !name.contains('_'), "{line}");
        }
    }
}
