//! Name, parameters and value of a content line: `group.NAME;PARAM=value:value` (RFC 6350 §3.3, RFC 5545 §3.1).
//!
//! Works on octets, because charsets are settled later, and allocates nothing: the first pass looks at every line of a
//! file with it.

/// Where the pieces of a content line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    // Byte offsets: the name is `name..name_end` (the group is before it), parameters are `params..colon`.
    name: usize,
    name_end: usize,
    params: usize,
    colon: usize,
}

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
            _ => return None,
        };
        Some(Self { name, name_end, params: after, colon })
    }

    /// The name, without its group.
    pub fn name<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        line.get(self.name..self.name_end).unwrap_or_default()
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

use memchr::{memchr, memchr2};

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
        ] {
            assert_eq!(shown(line).as_deref(), Some(pieces), "{line}");
        }
        let line = "X;A=TZ;TZID=\"TZ\";B:TZID=TZ";
        let head = Head::of(line.as_bytes()).unwrap();
        assert_eq!(head.with_param(line, "TZID", "\"a,b\""), "X;A=TZ;TZID=\"a,b\";B:TZID=TZ");
        for none in ["https://x/y", "", "no colon", "two words: x", ":x", "A;B=c", "a.:x", "ü:x"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }
}
