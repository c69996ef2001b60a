//! Who somebody is, and what an organisation calls them.

use super::{MOST, Reader, kept::class};
use crate::{
    card::{Contact, Name},
    loss::Lost,
    read::component::Property,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// Sets a text that is not set yet; false if it is, or there is nothing to set.
pub(super) fn set(into: &mut String, value: String) -> bool {
    let takes = into.is_empty() && !value.is_empty();
    if takes {
        *into = value;
    }
    takes
}

/// The texts of a field as one; those that say nothing are left out. One text alone may have blanks of its own.
pub(super) fn joined(mut field: impl Iterator<Item = String>, between: &str) -> String {
    let first = field.next().unwrap_or_default();
    let Some(second) = field.next() else { return first };
    let mut all = String::new();
    for text in [first, second].into_iter().chain(field) {
        let text = text.trim();
        if !text.is_empty() {
            all.push_str(if all.is_empty() { "" } else { between });
            all.push_str(text);
        }
    }
    all
}

/// The texts of a field as they stand there.
pub(super) fn whole(mut field: impl Iterator<Item = String>, between: &str) -> String {
    let first = field.next().unwrap_or_default();
    field.fold(first, |mut all, text| {
        all.extend([between, &text]);
        all
    })
}

impl Reader {
    /// RFC 6350 §6.2.1 to §6.2.3, §6.7: names, and what tells one card from another.
    pub(super) fn name(&mut self, property: &Property) -> bool {
        let contact = &mut self.contact;
        let taken = match property.name.as_str() {
            "UID" => set(&mut contact.uid, property.text()),
            "REV" if contact.revised.is_none() => {
                contact.revised = revised(property.value());
                contact.revised.is_some()
            }
            // Blanks at its ends are none of a name that is shown.
            "FN" => set(&mut contact.display_name, property.text().trim().to_owned()),
            "N" => names(property, &mut contact.name),
            "NICKNAME" => self.texts(property, |contact| &mut contact.nicknames),
            "X-EVOLUTION-FILE-AS" => set(&mut contact.file_as, property.text()),
            "X-PHONETIC-FIRST-NAME" => set(&mut contact.name.phonetic_given, property.text()),
            "X-PHONETIC-MIDDLE-NAME" => set(&mut contact.name.phonetic_middle, property.text()),
            "X-PHONETIC-LAST-NAME" => set(&mut contact.name.phonetic_family, property.text()),
            "X-INITIALS" => set(&mut contact.initials, property.text()),
            "X-MAIDENNAME" => set(&mut contact.maiden_name, property.text()),
            "CATEGORIES" => self.texts(property, |contact| &mut contact.categories),
            "NOTE" => set(&mut contact.notes, property.text()),
            "CLASS" | "X-CLASS" => class(property).map(|class| contact.class = class).is_some(),
            _ => false,
        };
        if taken {
            self.parameters(property, &[]);
        }
        taken
    }

    /// Adds the texts of a list to those that are there.
    fn texts(&mut self, property: &Property, into: impl Fn(&mut Contact) -> &mut Vec<String>) -> bool {
        let into = into(&mut self.contact);
        let mut texts = property.texts().filter(|text| !text.is_empty());
        into.extend(texts.by_ref().take(MOST.saturating_sub(into.len())));
        if texts.next().is_some() {
            self.lose(&property.name, Lost::TooMany, "");
        }
        true
    }

    /// RFC 6350 §6.6.
    pub(super) fn work(&mut self, property: &Property) -> bool {
        let taken = match property.name.as_str() {
            "ORG" if self.contact.organisation.is_empty() && self.contact.department.is_empty() => {
                self.organisation(property);
                true
            }
            "X-PHONETIC-ORG" => set(&mut self.contact.phonetic_organisation, property.text()),
            "TITLE" => set(&mut self.contact.job_title, property.text()),
            "ROLE" => set(&mut self.contact.role, property.text()),
            "X-OFFICE-LOCATION" | "X-EVOLUTION-OFFICE" => set(&mut self.contact.office, property.text()),
            "X-LOCATION" => set(&mut self.contact.location, property.text()),
            _ => false,
        };
        if taken {
            self.parameters(property, &[]);
        }
        taken
    }

    fn organisation(&mut self, property: &Property) {
        let mut fields = property.fields().map(|field| whole(field, ", "));
        self.contact.organisation = fields.next().unwrap_or_default();
        let mut units = fields.filter(|unit| !unit.is_empty()).peekable();
        let mut department = units.next().unwrap_or_default();
        let is_joined = units.peek().is_some();
        for unit in units {
            department.extend(["; ", &unit]);
        }
        if is_joined {
            self.lose("ORG", Lost::Joined, &department);
        }
        self.contact.department = department;
    }

    /// Properties that are one text each, with a name of their own.
    pub(super) fn number(&mut self, property: &Property) -> bool {
        let contact = &mut self.contact;
        let into = match property.name.as_str() {
            "X-GOVERNMENT-ID" => &mut contact.government_id,
            "X-CUSTOMER-ID" => &mut contact.customer_id,
            "X-ORGANIZATIONAL-ID" => &mut contact.organisational_id,
            "X-ACCOUNT" => &mut contact.account,
            "X-BILLING" => &mut contact.billing,
            "X-MILEAGE" => &mut contact.mileage,
            "X-REFERRED-BY" => &mut contact.referred_by,
            "X-FTP-SITE" => &mut contact.ftp_site,
            "X-COMPUTER-NETWORK" => &mut contact.computer_network,
            name => match user_field(name) {
                Some(at) => {
                    if contact.user_fields.len() < at {
                        contact.user_fields.resize(at, String::new());
                    }
                    match contact.user_fields.get_mut(at - 1) {
                        Some(field) => field,
                        None => return false,
                    }
                }
                None => return false,
            },
        };
        let taken = set(into, property.text());
        if taken {
            self.parameters(property, &[]);
        }
        taken
    }
}

/// `X-CUSTOM3` is the third.
fn user_field(name: &str) -> Option<usize> {
    const MOST: usize = 100;
    let number = name.strip_prefix("X-CUSTOM")?;
    let at = number.parse::<usize>().ok().filter(|at| (1..=MOST).contains(at))?;
    // `X-CUSTOM03` is another one.
    (at.to_string() == number).then_some(at)
}

/// RFC 6350 §6.2.2; false if there is one already.
fn names(property: &Property, name: &mut Name) -> bool {
    if !name.is_empty() {
        return false;
    }
    let mut fields = property.fields().map(|field| joined(field, " "));
    let mut next = || fields.next().unwrap_or_default();
    (name.family, name.given, name.middle, name.prefix, name.suffix) =
        (next(), next(), next(), next(), next());
    true
}

/// RFC 6350 §6.7.4, RFC 2426 §3.6.4: with and without what parts it, and as a day.
fn revised(value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(value) {
        return Some(time.to_utc());
    }
    let digits = value.replace(['-', ':'], "");
    let digits = digits.trim_end_matches('Z');
    let digits = digits.split('.').next().unwrap_or_default();
    if let Ok(time) = NaiveDateTime::parse_from_str(digits, "%Y%m%dT%H%M%S") {
        return Some(time.and_utc());
    }
    let day = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}
