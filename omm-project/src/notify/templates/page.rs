//! What a template can say: the values of a notice, made harmless.

use crate::notify::{About, Event, Summary, Totals, Trouble, outbox::Row};
use serde::Serialize;
use url::Url;

/// Of what people name things so much is shown.
const LONGEST_NAME: usize = 200;
/// Of a sentence.
const LONGEST_SENTENCE: usize = 1000;
/// Of a link, which is shown whole or not at all.
const LONGEST_LINK: usize = 2000;

/// The values of one message. The names of these fields are what templates use.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    event: &'static str,
    name: String,
    id: String,
    project: String,
    is_project: bool,
    link: Option<String>,
    /// In UTC.
    at: String,
    summary: Option<Summary>,
    trouble: Option<Trouble>,
    reason: &'static str,
    side: &'static str,
    pub(super) totals: Option<Totals>,
    /// Of a digest: one for each event.
    pub(super) lines: Vec<String>,
    /// How many events it tells of.
    pub(super) count: usize,
    /// How many of them have no line.
    pub(super) more: usize,
    pub(super) is_urgent: bool,
}

impl Page {
    /// Of one event.
    pub(super) fn of(row: &Row) -> Self {
        let About { project, migration, name, .. } = &row.about;
        let (mut summary, mut trouble, mut totals) = (None, None, None);
        match &row.event {
            Event::Ended { summary: of } => {
                let (grade, reason) = (line(&of.grade, LONGEST_NAME), of.reason.as_deref());
                let reason = reason.map(|reason| line(reason, LONGEST_SENTENCE));
                summary = Some(Summary { grade, reason, ..of.clone() });
            }
            Event::NeedsPerson { trouble: of } => {
                trouble = Some(Trouble { remedy: line(&of.remedy, LONGEST_SENTENCE), ..of.clone() });
            }
            Event::Digest { totals: of } => totals = Some(*of),
            Event::Created | Event::Started => {}
        }
        let id = line(row.about.id(), LONGEST_NAME);
        let name = match line(name, LONGEST_NAME) {
            name if name.trim().is_empty() => id.clone(),
            name => name,
        };
        Self {
            event: row.event.name(),
            name,
            id,
            project: line(project.as_deref().unwrap_or_default(), LONGEST_NAME),
            is_project: migration.is_none(),
            link: row.about.link.as_deref().and_then(web_link),
            at: row.at.format("%Y-%m-%d %H:%M UTC").to_string(),
            reason: trouble.as_ref().map_or("", |trouble| trouble.reason.name()),
            side: trouble.as_ref().map_or("", |trouble| side(trouble)),
            summary,
            trouble,
            totals,
            lines: Vec::new(),
            count: 0,
            more: 0,
            is_urgent: row.event.is_urgent(),
        }
    }
}

/// One line of it, not too long: no line break that begins a header or a paragraph of its own, nothing that turns the
/// direction of what follows.
pub(super) fn line(text: &str, most: usize) -> String {
    let harmless = |letter: char| match letter {
        letter if letter.is_control() => ' ',
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => ' ',
        letter => letter,
    };
    let mut line: String = text.chars().take(most).map(harmless).collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    line
}

/// An address of the web; another scheme in a link would run what a stranger wrote.
fn web_link(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.password().is_none();
    (is_web && url.as_str().len() <= LONGEST_LINK).then(|| url.into())
}

fn side(trouble: &Trouble) -> &'static str {
    use omm_core::error::Side;
    match trouble.side {
        Side::Source => "source",
        Side::Destination => "destination",
        Side::Journal | Side::Host => "here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        for (text, expected) in [
            ("Ann", "Ann"),
            ("a\r\nBcc: b", "a  Bcc: b"),
            ("a\u{2028}b\u{202e}c\u{0}\u{85}", "a b c  "),
            ("Zoë 🎉", "Zoë 🎉"),
            ("123456789", "123456789"),
            ("1234567890", "123456789…"),
        ] {
            assert_eq!(line(text, 9), expected, "{text:?}");
        }
    }

    #[test]
    fn only_links_of_the_web_are_shown() {
        for (link, shown) in [
            ("https://panel.example.org/m/7?a=b", true),
            ("http://panel.example.org/", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://ann:secret@panel.example.org/", false),
            ("panel", false),
        ] {
            assert_eq!(web_link(link).is_some(), shown, "{link}");
        }
        assert_eq!(web_link(&format!("https://a.example/{}", "x".repeat(3000))), None);
        assert_eq!(
            web_link("https://a.example/\r\nBcc: x\"><b>").as_deref(),
            Some("https://a.example/Bcc:%20x%22%3E%3Cb%3E")
        );
    }
}
