//! What a person does, and whom and what they like.

use super::Card;
use crate::{
    card::{Contact, Gender},
    line::Line,
};

impl Card {
    /// RFC 6350 §6.6: organisational properties.
    pub(super) fn work(&mut self, contact: &Contact) {
        if !contact.organisation.is_empty() || !contact.department.is_empty() {
            let line = Line::new("ORG").field(&contact.organisation);
            self.put(if contact.department.is_empty() { line } else { line.field(&contact.department) });
        }
        self.text("X-PHONETIC-ORG", &contact.phonetic_organisation);
        self.text("TITLE", &contact.job_title);
        self.text("ROLE", &contact.role);
        self.text("X-OFFICE-LOCATION", &contact.office);
        self.text("X-LOCATION", &contact.location);
        self.related("x-manager", "X-MANAGER", &contact.manager);
        self.related("x-assistant", "X-ASSISTANT", &contact.assistant);
    }

    /// RFC 6350 §6.2.5 to §6.2.7, §6.4.4, §6.5.2; RFC 6715 §2.
    pub(super) fn person(&mut self, contact: &Contact) {
        self.date("BDAY", "BDAY", contact.birthday.as_ref());
        self.date("ANNIVERSARY", "X-ANNIVERSARY", contact.anniversary.as_ref());
        self.related("spouse", "X-SPOUSE", &contact.spouse);
        contact.children.iter().for_each(|child| self.related("child", "X-CHILD", child));
        contact.relations.iter().for_each(|(kind, name)| self.relation(kind, name));
        if let Some(gender) = &contact.gender {
            self.gender(gender);
        }
        // RFC 6350 §6.4.4 wants a tag; address books keep names of languages, too.
        let lang = if is_tag(&contact.language) { "LANG" } else { "X-LANGUAGE" };
        self.text_by_version(lang, "X-LANGUAGE", &contact.language);
        if let Some((latitude, longitude)) = contact.position {
            let value = if self.is_4() {
                format!("geo:{latitude},{longitude}")
            } else {
                format!("{latitude};{longitude}")
            };
            self.put(Line::new("GEO").plain(&value));
        }
        contact.hobbies.iter().for_each(|hobby| self.text_by_version("HOBBY", "X-HOBBY", hobby));
        contact
            .interests
            .iter()
            .for_each(|interest| self.text_by_version("INTEREST", "X-INTEREST", interest));
    }

    fn gender(&mut self, gender: &Gender) {
        let name = if self.is_4() { "GENDER" } else { "X-GENDER" };
        let line = Line::new(name);
        self.put(match gender {
            Gender::Female => line.plain("F"),
            Gender::Male => line.plain("M"),
            Gender::Text(words) => line.field("").field(words),
        });
    }

    /// RFC 6350 §6.6.6: a relation, by the name of the other.
    fn related(&mut self, kind: &str, name_3: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let line = if self.is_4() {
            Line::new("RELATED").param("TYPE", kind).param("VALUE", "text")
        } else {
            Line::new(name_3)
        };
        self.put(line.text(value));
    }

    /// A relation of any kind: one that RFC 6350 §6.6.6 knows, or a word of somebody's own.
    fn relation(&mut self, kind: &str, value: &str) {
        const KNOWN: [&str; 19] = [
            "contact",
            "acquaintance",
            "friend",
            "met",
            "co-worker",
            "colleague",
            "co-resident",
            "neighbor",
            "child",
            "parent",
            "sibling",
            "spouse",
            "kin",
            "muse",
            "crush",
            "date",
            "sweetheart",
            "me",
            "agent",
        ];
        let word: String = kind
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
            .collect();
        let word = word.trim_matches('-');
        let kind = match word {
            "" => String::new(),
            known if KNOWN.contains(&known) => known.to_owned(),
            own => format!("x-{own}"),
        };
        if self.is_4() {
            self.related(&kind, "", value);
        } else if !value.is_empty() {
            self.put(Line::new("X-RELATED").param("TYPE", &kind).text(value));
        }
    }
}

/// RFC 5646 §2.1: a language of two or three letters, and what is told of it. The longer ones that the grammar allows name
/// no language yet, and would take "English" for one.
fn is_tag(language: &str) -> bool {
    let mut parts = language.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|letter| letter.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric())
        })
}
