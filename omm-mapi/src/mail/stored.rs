//! The header that the message had on its way (PidTagTransportMessageHeaders): Outlook keeps it as text.

use super::{address::Mailbox, fields::Fields, repaired};

/// RFC 5322 §2.1.1: no line is longer.
const LONGEST_LINE: usize = 998;
/// More fields than any message has.
const MOST: usize = 5000;

/// What was kept of a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stored {
    /// Its fields, without those that tell the structure of the body (MIME-Version, Content-…): the body is written anew.
    pub(super) fields: Fields,
    /// The value of its Content-Type, unfolded.
    pub(super) content_type: Option<String>,
    /// Originators and addressees that have names and no address (RFC 5322 §3.4 wants one): the properties may know it.
    pub(super) unaddressed: Vec<(String, String)>,
    /// Whether it has more fields than are read.
    is_cut: bool,
    /// What of it could not be carried, each a line for people.
    pub(super) losses: Vec<String>,
}

impl Stored {
    /// Reads a header as far as it is one. What comes behind an empty line are the headers of parts; lines that are no fields are left out.
    pub(super) fn read(text: &str) -> Self {
        let mut stored = Self::default();
        let mut open: Option<(&str, Vec<&str>)> = None;
        for line in lines(text.trim_start_matches(['\r', '\n'])) {
            if line.trim().is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = &mut open {
                    value.push(line);
                }
                continue;
            }
            stored.add(open.take());
            open = field(line);
        }
        stored.add(open);
        if stored.is_cut {
            stored.losses.push(format!("the header has more than {MOST} fields: the rest is left out"));
        }
        stored
    }

    fn add(&mut self, field: Option<(&str, Vec<&str>)>) {
        let Some((name, lines)) = field else { return };
        if self.fields.count() >= MOST {
            self.is_cut = true;
            return;
        }
        let lower = name.to_ascii_lowercase();
        if lower == "content-type" && self.content_type.is_none() {
            self.content_type = Some(lines.concat().replace(['\t', '\r', '\n', '\0'], " "));
        }
        if lower == "mime-version" || lower.starts_with("content-") {
            return;
        }
        let value = lines.concat();
        let people = ["from", "sender", "to", "cc"].contains(&lower.as_str());
        if people && !value.contains(['@', ';']) {
            self.unaddressed.push((lower, value.replace('"', "").trim().to_owned()));
            return;
        }
        let sound = |line: &str| {
            line.len() + name.len() < LONGEST_LINE
                && line.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        };
        if lines.iter().all(|line| sound(line)) {
            // As it was, so that signatures over it stay good.
            self.fields.folded(name, &lines.join("\r\n"));
        } else {
            repaired::add(&mut self.fields, name, &value, &mut self.losses);
        }
    }
}

impl Stored {
    /// The people of a field that had names and no addresses.
    pub(super) fn named(&self, field: &str) -> Vec<Mailbox> {
        let of_field = self.unaddressed.iter().filter(|(name, _)| name.eq_ignore_ascii_case(field));
        let names =
            of_field.flat_map(|(_, names)| names.split(',').map(str::trim).filter(|name| !name.is_empty()));
        names.filter_map(|name| Mailbox::new(Some(name.to_owned()), None, None, None)).collect()
    }
}

/// Lines, whatever they end with.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let (line, behind) = text.split_at(end);
        rest = behind.strip_prefix("\r\n").or_else(|| behind.get(1..));
        Some(line)
    })
}

/// The name and the first line of the value, if the line begins a field (RFC 5322 §2.2).
fn field(line: &str) -> Option<(&str, Vec<&str>)> {
    let (name, value) = line.split_once(':')?;
    // RFC 5322 §4.5: blanks before the colon were allowed once.
    let name = name.trim_end();
    let named = !name.is_empty() && name.len() <= 76 && name.bytes().all(|byte| byte.is_ascii_graphic());
    named.then(|| (name, vec![value]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_used_as_far_as_they_are_headers() {
        for (text, expected) in [
            (
                "Received: by a;\r\n\tFri, 1 Mar 2024 10:11:12 +0100\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=x\r\n\r\nContent-ID: y\r\nX-Part: z\r\n",
                "Received: by a;\r\n\tFri, 1 Mar 2024 10:11:12 +0100\r\nSubject: x\r\n",
            ),
            (
                "Microsoft Mail Internet Headers Version 2.0\nA: b\nno field\n lost\nC : d\n",
                "A: b\r\nC: d\r\n",
            ),
            ("\r\n\r\nA: b\rC: d", "A: b\r\nC: d\r\n"),
            ("From: \"J\u{f6}rg X\" <a@b>\r\n", "From: =?utf-8?B?SsO2cmcgWA==?= <a@b>\r\n"),
            ("X: a\u{f6} b\0c\r\n", "X: =?utf-8?B?YcO2?= b c\r\n"),
            ("\u{f6}: x\r\n: y\r\n", ""),
            ("", ""),
        ] {
            assert_eq!(Stored::read(text).fields.as_str(), expected, "{text}");
        }
        let long = Stored::read(&format!("X: {}\r\n", "y".repeat(3000)));
        assert!(long.fields.as_str().lines().all(|line| line.len() <= LONGEST_LINE));
        let many = Stored::read(&"X: y\r\n".repeat(MOST + 2));
        assert_eq!((many.fields.count(), many.losses.len()), (MOST, 1));
        let kind = Stored::read("Content-Type: multipart/signed;\r\n\tprotocol=x\r\n").content_type;
        assert_eq!(kind.as_deref(), Some(" multipart/signed; protocol=x"));
    }
}
