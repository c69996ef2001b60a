//! What a person is like, and whom they know.

use super::{
    Reader, date,
    name::{set, whole},
};
use crate::{card::Gender, loss::Lost, read::component::Property};

impl Reader {
    /// RFC 6350 §6.2.5 to §6.2.7, §6.4.4, §6.5.2, §6.6.6; RFC 6715 §2.
    pub(super) fn person(&mut self, property: &Property) -> bool {
        match property.name.as_str() {
            "BDAY" | "X-BDAY" => self.date(property, true),
            "ANNIVERSARY" | "X-ANNIVERSARY" | "X-EVOLUTION-ANNIVERSARY" => self.date(property, false),
            "X-ABDATE" if self.labels.get(property).as_deref() == Some("anniversary") => {
                let taken = self.date(property, false);
                self.labels.said(property);
                taken
            }
            "GENDER" | "X-GENDER" => self.gender(property),
            "LANG" | "X-LANGUAGE" => self.text(property, |reader| &mut reader.contact.language),
            "GEO" => self.position(property),
            "HOBBY" | "X-HOBBY" => self.list(property, |reader| &mut reader.contact.hobbies),
            "INTEREST" | "X-INTEREST" => self.list(property, |reader| &mut reader.contact.interests),
            _ => self.relation(property),
        }
    }

    fn text(&mut self, property: &Property, into: impl Fn(&mut Self) -> &mut String) -> bool {
        let taken = set(into(self), property.text());
        if taken {
            self.parameters(property, &[]);
        }
        taken
    }

    fn list(&mut self, property: &Property, into: impl Fn(&mut Self) -> &mut Vec<String>) -> bool {
        into(self).push(property.text());
        self.parameters(property, &[]);
        true
    }

    fn date(&mut self, property: &Property, is_birthday: bool) -> bool {
        let contact = &mut self.contact;
        let into = if is_birthday { &mut contact.birthday } else { &mut contact.anniversary };
        if into.is_some() {
            return false;
        }
        let Some((date, has_time)) = date::read(property) else { return false };
        *into = Some(date);
        if has_time {
            self.lose(&property.name, Lost::Value, property.value());
        }
        self.parameters(property, &["X-APPLE-OMIT-YEAR"]);
        true
    }

    /// RFC 6350 §6.2.7: a letter, and words.
    fn gender(&mut self, property: &Property) -> bool {
        if self.contact.gender.is_some() {
            return false;
        }
        let mut fields = property.fields().map(|field| whole(field, ","));
        let sex = fields.next().unwrap_or_default().trim().to_ascii_uppercase();
        let words = fields.next().unwrap_or_default();
        let (gender, rest) = match (sex.as_str(), words.is_empty()) {
            ("F" | "FEMALE", _) => (Gender::Female, words),
            ("M" | "MALE", _) => (Gender::Male, words),
            (_, false) => (Gender::Text(words), String::new()),
            ("O", true) => (Gender::Text("other".into()), String::new()),
            ("N", true) => (Gender::Text("none".into()), String::new()),
            _ => return false,
        };
        if !rest.is_empty() {
            self.lose("GENDER", Lost::Word, &rest);
        }
        self.contact.gender = Some(gender);
        true
    }

    /// `geo:1.5,2` (RFC 6350 §6.5.2) or `1.5;2` (RFC 2426 §3.4.2).
    fn position(&mut self, property: &Property) -> bool {
        let value = property.value().trim();
        let value = value
            .get(..4)
            .filter(|scheme| scheme.eq_ignore_ascii_case("geo:"))
            .map_or(value, |scheme| value.get(scheme.len()..).unwrap_or_default());
        let value = value.replace("\\", "");
        let mut parts = value.split([',', ';']).map(|part| part.trim().parse::<f64>().ok());
        let (Some(Some(latitude)), Some(Some(longitude))) = (parts.next(), parts.next()) else {
            return false;
        };
        if self.contact.position.is_some() || !latitude.is_finite() || !longitude.is_finite() {
            return false;
        }
        self.contact.position = Some((latitude, longitude));
        self.parameters(property, &[]);
        true
    }

    fn relation(&mut self, property: &Property) -> bool {
        let kind = match property.name.as_str() {
            "X-SPOUSE" | "X-EVOLUTION-SPOUSE" | "X-KADDRESSBOOK-X-SPOUSESNAME" => "spouse".to_owned(),
            "X-MANAGER" | "X-EVOLUTION-MANAGER" | "X-KADDRESSBOOK-X-MANAGERSNAME" => "x-manager".to_owned(),
            "X-ASSISTANT" | "X-EVOLUTION-ASSISTANT" | "X-KADDRESSBOOK-X-ASSISTANTSNAME" => {
                "x-assistant".to_owned()
            }
            "X-CHILD" => "child".to_owned(),
            "X-ABRELATEDNAMES" => {
                let label = self.labels.get(property).unwrap_or_default();
                self.labels.said(property);
                match label.as_str() {
                    "manager" | "assistant" => format!("x-{label}"),
                    _ => label,
                }
            }
            // A link to another card is no name.
            "RELATED" if !property.has("VALUE", "text") => return false,
            "RELATED" | "X-RELATED" => match property.params("TYPE").as_slice() {
                [] => String::new(),
                [one] => one.to_lowercase(),
                _ => return false,
            },
            _ => return false,
        };
        self.related(&kind, property.text());
        self.parameters(property, &["TYPE"]);
        true
    }

    fn related(&mut self, kind: &str, name: String) {
        let contact = &mut self.contact;
        let field = match kind {
            "spouse" => Some(&mut contact.spouse),
            "x-manager" => Some(&mut contact.manager),
            "x-assistant" => Some(&mut contact.assistant),
            _ => None,
        };
        let is_taken = field.is_some_and(|field| set(field, name.clone()));
        match kind {
            _ if is_taken => {}
            "child" => contact.children.push(name),
            _ => contact.relations.push((kind.strip_prefix("x-").unwrap_or(kind).to_owned(), name)),
        }
    }
}
