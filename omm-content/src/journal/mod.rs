//! Notes and journal entries, and how they are written as VJOURNAL (RFC 5545 §3.6.3).
//!
//! A note has no date of its own, so it has no DTSTART; an entry of a journal has one. VJOURNAL has no end and no duration: the length
//! of an entry is `X-DURATION`, what kind it is (a phone call, a letter) `X-ENTRY-TYPE`. The colour of a note is `COLOR`
//! (RFC 7986 §5.9), its size on the screen `X-NOTE-WIDTH` and `X-NOTE-HEIGHT`.

use crate::{
    calendar::Time,
    line::Line,
    pieces::{Layout, Pieces},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::{borrow::Cow, fmt, io::Read};

/// A note or an entry of a journal. Empty text means that nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// What tells it from every other, for good.
    pub uid: String,
    /// When it was changed last; DTSTAMP says the same, for no clock is read here.
    pub modified: Option<DateTime<Utc>>,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When what it tells of began.
    pub start: Option<DateTime<Utc>>,
    /// The day it tells of, where no time of the day is known; `start` goes before it.
    pub day: Option<NaiveDate>,
    /// How long that took.
    pub duration: Option<Duration>,
    /// Its title.
    pub summary: String,
    /// Its text.
    pub description: String,
    /// Categories.
    pub categories: Vec<String>,
    /// Whom it concerns.
    pub contacts: Vec<String>,
    /// A name of a colour of CSS.
    pub colour: Cow<'static, str>,
    /// PRIVATE or CONFIDENTIAL; empty for public.
    pub class: Cow<'static, str>,
    /// Properties beginning with X-, and their texts.
    pub extras: Vec<(Cow<'static, str>, String)>,
    /// Other properties, as they stood where it was read from.
    pub extra: Vec<Line>,
}

/// A file inside.
pub struct Attached {
    /// Its media type; may be empty.
    pub media_type: String,
    /// Its name; may be empty.
    pub name: String,
    /// Its bytes, read while the note is.
    pub data: Box<dyn Read + Send>,
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attached({}, {})", self.media_type, self.name)
    }
}

impl Journal {
    /// Writes an iCalendar object with this one component and the files inside it.
    pub fn write(&self, files: Vec<Attached>) -> Pieces {
        let mut text =
            String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OMM//OMM//EN\r\nBEGIN:VJOURNAL\r\n");
        let mut body = Pieces::new();
        self.lines().iter().for_each(|line| line.write(&mut text));
        for file in files {
            let line = Line::new("ATTACH").param("FMTTYPE", &file.media_type).param("FILENAME", &file.name);
            // RFC 5545 §3.8.1.1, RFC 8607 §4.1.
            line.param("ENCODING", "BASE64").param("VALUE", "BINARY").plain("").write(&mut text);
            text.truncate(text.len() - 2);
            body.text(std::mem::take(&mut text));
            body.base64(file.data, Layout::Folded);
            body.text("\r\n");
        }
        body.text(text);
        body.text("END:VJOURNAL\r\nEND:VCALENDAR\r\n");
        body
    }

    fn lines(&self) -> Vec<Line> {
        let text = |name: &str, value: &str| (!value.is_empty()).then(|| Line::new(name).text(value));
        // RFC 5545 §3.8.7.2: DTSTAMP must be there. What was never changed has the date of the epoch.
        let stamp = self.modified.or(self.created).unwrap_or(DateTime::UNIX_EPOCH);
        let categories = self.categories.iter().fold(None, |line: Option<Line>, one| {
            Some(line.unwrap_or_else(|| Line::new("CATEGORIES")).text(one))
        });
        let minutes = self.duration.map(|duration| duration.num_minutes()).filter(|minutes| *minutes > 0);
        let mut lines: Vec<Option<Line>> = vec![
            text("UID", &self.uid),
            date("DTSTAMP", Some(stamp)),
            date("CREATED", self.created),
            date("LAST-MODIFIED", self.modified),
            date("DTSTART", self.start).or_else(|| self.day.map(|day| Time::Date(day).line("DTSTART"))),
            minutes.map(|minutes| Line::new("X-DURATION").plain(&format!("PT{minutes}M"))),
            text("SUMMARY", &self.summary),
            text("DESCRIPTION", &self.description),
            categories,
            text("COLOR", &self.colour),
            text("CLASS", &self.class),
        ];
        lines.extend(self.contacts.iter().map(|contact| text("CONTACT", contact)));
        lines.extend(self.extras.iter().map(|(name, value)| text(name, value)));
        lines.into_iter().flatten().chain(self.extra.iter().cloned()).collect()
    }
}

fn date(name: &str, date: Option<DateTime<Utc>>) -> Option<Line> {
    date.map(|date| Line::new(name).plain(&date.format("%Y%m%dT%H%M%SZ").to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_with_everything() {
        let note = Journal {
            uid: "urn:uuid:1".into(),
            modified: DateTime::from_timestamp(1_700_000_000, 0),
            created: DateTime::from_timestamp(1_600_000_000, 0),
            start: DateTime::from_timestamp(1_600_000_060, 0),
            duration: Some(Duration::minutes(90)),
            summary: "Milk; eggs".into(),
            description: "Milk\r\neggs".into(),
            categories: vec!["a,b".into(), "c".into()],
            contacts: vec!["Jane".into()],
            colour: "yellow".into(),
            class: "PRIVATE".into(),
            extras: vec![("X-ENTRY-TYPE".into(), "Phone call".into()), ("X-EMPTY".into(), String::new())],
            ..Journal::default()
        };
        let file =
            Attached { media_type: "text/plain".into(), name: "a.txt".into(), data: Box::new(&b"hi"[..]) };
        let text = String::from_utf8(note.write(vec![file]).into_bytes().unwrap()).unwrap();
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OMM//OMM//EN\r\nBEGIN:VJOURNAL\r\nUID:urn:uuid:1\r\n\
             DTSTAMP:20231114T221320Z\r\nCREATED:20200913T122640Z\r\nLAST-MODIFIED:20231114T221320Z\r\n\
             DTSTART:20200913T122740Z\r\nX-DURATION:PT90M\r\nSUMMARY:Milk\\; eggs\r\nDESCRIPTION:Milk\\neggs\r\n\
             CATEGORIES:a\\,b,c\r\nCOLOR:yellow\r\nCLASS:PRIVATE\r\nCONTACT:Jane\r\nX-ENTRY-TYPE:Phone call\r\n\
             ATTACH;FMTTYPE=text/plain;FILENAME=a.txt;ENCODING=BASE64;VALUE=BINARY:\r\n aGk=\r\nEND:VJOURNAL\r\n\
             END:VCALENDAR\r\n";
        assert_eq!(text, expected);
    }
}
