//! Writing cards to the letter.

mod contact;
mod group;
mod inline;
mod person;
mod reach;

pub(super) use reach::im_scheme;

use super::part::CardDate;
use crate::line::Line;
use chrono::{DateTime, NaiveDate, Utc};

/// The vCard to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// vCard 3.0 (RFC 2426).
    V3,
    /// vCard 4.0 (RFC 6350).
    #[default]
    V4,
}

/// A card that is being written.
struct Card {
    version: Version,
    text: String,
}

impl Card {
    /// Begins one. RFC 6350 §6.7.9: the version comes first.
    fn begin(version: Version) -> Self {
        let mut card = Self { version, text: "BEGIN:VCARD\r\n".to_owned() };
        let number = if version == Version::V4 { "4.0" } else { "3.0" };
        card.put(Line::new("VERSION").plain(number));
        card.put(Line::new("PRODID").plain("-//OMM//OMM//EN"));
        card
    }

    fn is_4(&self) -> bool {
        self.version == Version::V4
    }

    fn put(&mut self, line: Line) {
        line.write(&mut self.text);
    }

    /// A property with a text, unless the text is empty.
    fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.put(Line::new(name).text(value));
        }
    }

    /// A text that the versions call otherwise.
    fn text_by_version(&mut self, name_4: &str, name_3: &str, value: &str) {
        self.text(if self.is_4() { name_4 } else { name_3 }, value);
    }

    /// A property with a list of texts, unless it is empty.
    fn list(&mut self, name: &str, values: &[String]) {
        let values = values.iter().filter(|value| !value.is_empty());
        let line = values.fold(None, |line: Option<Line>, value| {
            Some(line.unwrap_or_else(|| Line::new(name)).text(value))
        });
        if let Some(line) = line {
            self.put(line);
        }
    }

    /// A URI, unless it is empty.
    fn uri(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.put(Line::new(name).plain(&uri(value)));
        }
    }

    /// Adds a parameter with words of somebody else. RFC 6868 says how in vCard 4.0 alone.
    fn words(&self, line: Line, name: &str, value: &str) -> Line {
        if self.is_4() {
            return line.param(name, &value.replace("\r\n", "\n").replace('\r', "\n"));
        }
        line.param_as_it_is(name, value)
    }

    /// RFC 6350 §6.7.4, RFC 2426 §3.6.4.
    fn revised(&mut self, revised: Option<DateTime<Utc>>) {
        let format = if self.is_4() { "%Y%m%dT%H%M%SZ" } else { "%Y-%m-%dT%H:%M:%SZ" };
        if let Some(date) = revised {
            self.put(Line::new("REV").plain(&date.format(format).to_string()));
        }
    }

    /// A date. RFC 6350 §4.3.1 has dates without a year and, by VALUE, words; RFC 2426 §3.1.5 has whole dates only.
    fn date(&mut self, name_4: &str, name_3: &str, date: Option<&CardDate>) {
        let Some(date) = date else { return };
        let line = match (self.version, date) {
            (Version::V4, CardDate::Day(day)) => Line::new(name_4).plain(&written(*day, "%Y%m%d")),
            (Version::V4, CardDate::Yearless { month, day }) => {
                Line::new(name_4).plain(&format!("--{month:02}{day:02}"))
            }
            (Version::V4, CardDate::Text(text)) => Line::new(name_4).param("VALUE", "text").text(text),
            (Version::V3, CardDate::Day(day)) => Line::new(name_3).plain(&written(*day, "%Y-%m-%d")),
            (Version::V3, CardDate::Yearless { month, day }) => {
                Line::new(&extended(name_3)).plain(&format!("--{month:02}-{day:02}"))
            }
            (Version::V3, CardDate::Text(text)) => Line::new(&extended(name_3)).text(text),
        };
        self.put(line);
    }
}

/// `BDAY` → `X-BDAY`.
fn extended(name: &str) -> String {
    if name.starts_with("X-") { name.to_owned() } else { format!("X-{name}") }
}

fn written(day: NaiveDate, format: &str) -> String {
    day.format(format).to_string()
}

/// What may not stand in a URI (RFC 3986 §2) is written in percent; the rest is left as it is, `%` too.
fn uri(value: &str) -> String {
    value.trim().chars().fold(String::with_capacity(value.len()), |mut uri, letter| {
        match letter {
            '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}' | '\0'..=' ' | '\x7F' => {
                uri.push_str(&format!("%{:02X}", u32::from(letter)));
            }
            // RFC 3987 allows letters; readers want to see them.
            _ => uri.push(letter),
        }
        uri
    })
}
