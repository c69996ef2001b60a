//! Content lines: `group.NAME;PARAM=value:value`, as vCard (RFC 6350 §3.3) and iCalendar (RFC 5545 §3.1) have them.
//!
//! Written to the letter: CRLF, folded at 75 octets, values escaped by whoever knows their type ([`Line::text`] or
//! [`Line::plain`]). Reading is a room of its own, which forgives.

use std::fmt::Write;

/// RFC 5545 §3.1: lines are not longer than 75 octets.
const LONGEST: usize = 75;

/// A line on its way into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    // Without fold and line end.
    text: String,
    /// Whether a value has begun.
    valued: bool,
}

impl Line {
    /// A line with a name and no value yet.
    pub fn new(name: &str) -> Self {
        Self { text: name.to_owned(), valued: false }
    }

    /// A line as it stood elsewhere, unfolded, with its value. Line ends are taken out.
    pub fn unfolded_from(text: &str) -> Self {
        Self { text: text.chars().filter(|letter| !matches!(letter, '\r' | '\n')).collect(), valued: true }
    }

    /// Adds a parameter; nothing for an empty value. What may not stand in a parameter is written as RFC 6868 says.
    #[must_use]
    pub fn param(self, name: &str, value: &str) -> Self {
        self.params(name, [value])
    }

    /// Adds a parameter of a format older than RFC 6868, such as vCard 3.0 (RFC 2426 §4): `^` is a letter there like any
    /// other, and quotation marks and line ends cannot be written.
    #[must_use]
    pub fn param_as_it_is(mut self, name: &str, value: &str) -> Self {
        let value: String = value
            .replace("\r\n", " ")
            .chars()
            .filter_map(|letter| match letter {
                '"' => Some('\''),
                '\r' | '\n' => Some(' '),
                _ if letter.is_control() && letter != '\t' => None,
                _ => Some(letter),
            })
            .collect();
        if !value.is_empty() {
            let _ = write!(self.text, ";{name}={}", quoted(value));
        }
        self
    }

    /// Adds a parameter with several values; nothing when all are empty.
    #[must_use]
    pub fn params<'a>(mut self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<_> = values.into_iter().filter(|value| !value.is_empty()).map(param_value).collect();
        if !values.is_empty() {
            let _ = write!(self.text, ";{name}={}", values.join(","));
        }
        self
    }

    /// Sets a value that needs no escape: a date, a number, a URI, base64. Line ends are taken out, so that nothing
    /// can break out of its line.
    #[must_use]
    pub fn plain(mut self, value: &str) -> Self {
        self.begin(':');
        self.text.extend(value.chars().filter(|letter| !matches!(letter, '\r' | '\n')));
        self
    }

    /// Sets a TEXT value, or adds another to a list of them (RFC 5545 §3.3.11, RFC 6350 §3.4).
    #[must_use]
    pub fn text(mut self, value: &str) -> Self {
        self.begin(',');
        escape(value, &mut self.text);
        self
    }

    /// Adds a field of a structured value, such as N and ADR: fields are parted by `;`.
    #[must_use]
    pub fn field(mut self, value: &str) -> Self {
        self.begin(';');
        escape(value, &mut self.text);
        self
    }

    /// The line without folds and line end.
    pub fn unfolded(&self) -> &str {
        &self.text
    }

    /// Writes it, folded, with its line end.
    pub fn write(&self, into: &mut String) {
        let mut used = 0;
        for letter in self.text.chars() {
            if used + letter.len_utf8() > LONGEST {
                into.push_str("\r\n ");
                used = 1;
            }
            into.push(letter);
            used += letter.len_utf8();
        }
        into.push_str("\r\n");
    }

    fn begin(&mut self, between: char) {
        self.text.push(if self.valued { between } else { ':' });
        self.valued = true;
    }
}

/// RFC 5545 §3.3.11. Line ends of any kind become `\n`; other control characters have no place in text.
fn escape(value: &str, into: &mut String) {
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ',' | ';' => into.extend(['\\', letter]),
            '\r' => {
                letters.next_if_eq(&'\n');
                into.push_str("\\n");
            }
            '\n' => into.push_str("\\n"),
            '\t' => into.push('\t'),
            _ if letter.is_control() => {}
            _ => into.push(letter),
        }
    }
}

/// RFC 6868 §3: `^n`, `^^`, `^'`.
fn param_value(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    for letter in value.chars() {
        match letter {
            '\n' => text.push_str("^n"),
            '^' => text.push_str("^^"),
            '"' => text.push_str("^'"),
            _ if letter.is_control() && letter != '\t' => {}
            _ => text.push(letter),
        }
    }
    quoted(text)
}

/// RFC 5545 §3.1: a value with one of these stands in quotation marks.
fn quoted(value: String) -> String {
    if value.contains([':', ';', ',']) { format!("\"{value}\"") } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &Line) -> String {
        let mut text = String::new();
        line.write(&mut text);
        text
    }

    #[test]
    fn values_cannot_break_out() {
        for (line, expected) in [
            (Line::new("NOTE").text("a\r\nb,c;d\\e\u{7}"), "NOTE:a\\nb\\,c\\;d\\\\e\r\n"),
            (Line::new("URL").plain("http://x/a,b;c\r\nEVIL:1"), "URL:http://x/a,b;cEVIL:1\r\n"),
            (Line::new("CATEGORIES").text("a,b").text("c"), "CATEGORIES:a\\,b,c\r\n"),
            (Line::new("N").field("Miller").field("").field("x;y"), "N:Miller;;x\\;y\r\n"),
            (
                Line::new("ATTENDEE").param("CN", "A \"B\", C").param("X", ""),
                "ATTENDEE;CN=\"A ^'B^', C\"\r\n",
            ),
            (Line::new("X").param("CN", "a^b").plain("1"), "X;CN=a^^b:1\r\n"),
            (Line::new("X").param_as_it_is("CN", "a^b \"c\"\n:d").plain("1"), "X;CN=\"a^b 'c' :d\":1\r\n"),
            (Line::new("TEL").params("TYPE", ["home", "", "voice"]).plain("1"), "TEL;TYPE=home,voice:1\r\n"),
        ] {
            assert_eq!(written(&line), expected);
        }
    }

    #[test]
    fn long_lines_are_folded_between_letters() {
        let text = "ü".repeat(100);
        let folded = written(&Line::new("SUMMARY").text(&text));
        assert!(folded.lines().all(|line| line.len() <= LONGEST));
        assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
    }
}
