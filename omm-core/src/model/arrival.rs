//! When a message arrived, by its own words.

use super::Received;
use chrono::{DateTime, Datelike};

/// When a message arrived, from its header block: the date of the topmost Received field that has one (RFC 5321 §4.4:
/// each server on the way puts its own in front), else the Date field, else nothing.
///
/// For sources that keep messages and not when they came.
pub fn arrival(header: &[u8]) -> Option<Received> {
    let header = String::from_utf8_lossy(header);
    let fields = fields(&header);
    let of = |name: &'static str| {
        fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    };
    // RFC 5322 §3.6.7: the date stands behind the semicolon.
    let received = of("Received").find_map(|value| date(value.rsplit_once(';')?.1));
    received.or_else(|| of("Date").find_map(date))
}

/// Names and unfolded values (RFC 5322 §2.2.3), up to the first empty line.
fn fields(header: &str) -> Vec<(&str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in header.lines().take_while(|line| !line.trim_end().is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim_end(), value.to_owned()));
        }
    }
    fields
}

/// RFC 5322 §3.3, with what is seen beside it: a wrong day of the week, a zone that nobody knows.
fn date(text: &str) -> Option<Received> {
    let text = without_comments(text);
    let text = text.split_once(',').map_or(text.as_str(), |(_, rest)| rest);
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let known = DateTime::parse_from_rfc2822(&words.join(" ")).ok();
    let date = known.or_else(|| {
        // RFC 5322 §4.3: a zone that is unknown is as -0000.
        let [day, month, year, time, ..] = words.as_slice() else { return None };
        DateTime::parse_from_rfc2822(&format!("{day} {month} {year} {time} -0000")).ok()
    })?;
    // Nothing was sent earlier, and many servers keep nothing earlier.
    (1970..=9999).contains(&date.year()).then_some(date)
}

/// RFC 5322 §3.2.2: comments stand in parentheses, which may be nested.
fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    let mut rest = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => rest.push(letter),
            _ => {}
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_server_on_the_way_knows_when_it_came() {
        for (header, expected) in [
            (
                "Received: from a by b;\r\n\tFri, 1 Mar 2024 10:11:12 +0100 (CET (winter))\r\nReceived: from x by a; \
                 Thu, 29 Feb 2024 10:11:12 +0000\r\nDate: Wed, 28 Feb 2024 10:00:00 +0000\r\n",
                Some("2024-03-01T10:11:12+01:00"),
            ),
            // The topmost has no date that can be read.
            (
                "Received: by a\r\nReceived: by b; Tue, 2 Jan 2024 03:04:05 GMT\r\n",
                Some("2024-01-02T03:04:05+00:00"),
            ),
            (
                "Received: by b; nonsense\nDATE : 5 Feb 99 06:07 -0500\n\nbody",
                Some("1999-02-05T06:07:00-05:00"),
            ),
            // The wrong day of the week, and a zone that nobody knows.
            ("Date: Mon, 1 Mar 2024 10:11:12 +0000", Some("2024-03-01T10:11:12+00:00")),
            ("Date: 1 Mar 2024 10:11:12 MESZ", Some("2024-03-01T10:11:12+00:00")),
            ("Date: 1 Jan 1904 00:00:00 +0000", None),
            ("Subject: x\r\n\r\nDate: Mon, 1 Mar 2024 10:11:12 +0000", None),
            ("Date: (((((", None),
            ("\u{0}", None),
            ("", None),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(arrival(header.as_bytes()).map(|date| date.to_rfc3339()), expected, "{header}");
        }
    }
}
