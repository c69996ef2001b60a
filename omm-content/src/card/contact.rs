//! A contact.

use super::part::{Address, CardDate, Class, Email, Extra, Gender, Im, Name, Phone, Web};
use crate::line::Line;
use chrono::{DateTime, Utc};

/// A person or an organisation, with all that address books keep of one. Empty text and empty lists mean that nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    /// What tells it from every other, for good: a URI such as `urn:uuid:…` (RFC 6350 §6.7.6).
    pub uid: String,
    /// When it was changed last.
    pub revised: Option<DateTime<Utc>>,
    /// The name as it is shown. The writer makes one of the other fields when it is empty.
    pub display_name: String,
    /// The name in its parts.
    pub name: Name,
    /// Under what it is filed, such as `Miller, Jane`. `X-EVOLUTION-FILE-AS`.
    pub file_as: String,
    /// Nicknames.
    pub nicknames: Vec<String>,
    /// Initials. `X-INITIALS`.
    pub initials: String,
    /// The family name before a marriage. `X-MAIDENNAME`.
    pub maiden_name: String,
    /// The organisation.
    pub organisation: String,
    /// How the organisation is pronounced. `X-PHONETIC-ORG`.
    pub phonetic_organisation: String,
    /// The department within it.
    pub department: String,
    /// The position, such as "Director".
    pub job_title: String,
    /// The profession or role, such as "Programmer".
    pub role: String,
    /// The room or building. `X-OFFICE-LOCATION`.
    pub office: String,
    /// Where somebody is, in words. `X-LOCATION`.
    pub location: String,
    /// Name of the manager.
    pub manager: String,
    /// Name of the assistant.
    pub assistant: String,
    /// Name of the spouse.
    pub spouse: String,
    /// Names of the children.
    pub children: Vec<String>,
    /// Other relations: what kind (a word), and the name.
    pub relations: Vec<(String, String)>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// Phones, fax machines, pagers.
    pub phones: Vec<Phone>,
    /// Mail addresses, the most important one first.
    pub emails: Vec<Email>,
    /// Addresses of instant messaging.
    pub ims: Vec<Im>,
    /// Web pages.
    pub webs: Vec<Web>,
    /// Where free and busy times are told (RFC 6350 §6.9.1).
    pub free_busy: String,
    /// The birthday.
    pub birthday: Option<CardDate>,
    /// The wedding anniversary.
    pub anniversary: Option<CardDate>,
    /// The gender.
    pub gender: Option<Gender>,
    /// The language: a tag of RFC 5646, or what the address book has in its place.
    pub language: String,
    /// Latitude and longitude, in degrees.
    pub position: Option<(f64, f64)>,
    /// Hobbies.
    pub hobbies: Vec<String>,
    /// Interests.
    pub interests: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Notes.
    pub notes: String,
    /// Who may see it.
    pub class: Class,
    /// X.509 certificates for S/MIME, DER.
    pub certificates: Vec<Vec<u8>>,
    /// OpenPGP keys, binary or armoured.
    pub pgp_keys: Vec<Vec<u8>>,
    /// Number of an identity card and the like. `X-GOVERNMENT-ID`.
    pub government_id: String,
    /// `X-CUSTOMER-ID`.
    pub customer_id: String,
    /// Number within an organisation. `X-ORGANIZATIONAL-ID`.
    pub organisational_id: String,
    /// `X-ACCOUNT`.
    pub account: String,
    /// `X-BILLING`.
    pub billing: String,
    /// `X-MILEAGE`.
    pub mileage: String,
    /// Who recommended the contact. `X-REFERRED-BY`.
    pub referred_by: String,
    /// `X-FTP-SITE`.
    pub ftp_site: String,
    /// The name of a computer network. `X-COMPUTER-NETWORK`.
    pub computer_network: String,
    /// Four fields of the user's own, by their place; later ones are `X-CUSTOM5` and so on.
    pub user_fields: Vec<String>,
    /// What no other field holds.
    pub extras: Vec<Extra>,
    /// Other properties that are no texts, as they stood in the card that it was read from.
    pub lines: Vec<Line>,
}

impl Contact {
    /// The name to show: the display name, else the best that there is; empty if there is nothing at all.
    pub fn shown_name(&self) -> String {
        let name =
            [&self.name.prefix, &self.name.given, &self.name.middle, &self.name.family, &self.name.suffix];
        let joined = name.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let candidates = [
            Some(self.display_name.as_str()),
            Some(joined.as_str()),
            Some(self.file_as.as_str()),
            self.nicknames.first().map(String::as_str),
            Some(self.organisation.as_str()),
            self.emails.first().map(|email| email.address.as_str()),
            self.phones.first().map(|phone| phone.number.as_str()),
            self.ims.first().map(|im| im.address.as_str()),
            self.webs.first().map(|web| web.url.as_str()),
        ];
        candidates
            .into_iter()
            .flatten()
            .map(str::trim)
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether it is an organisation rather than a person: it has no name but that of one.
    pub fn is_organisation(&self) -> bool {
        let unnamed = self.name.is_empty() && self.nicknames.is_empty();
        unnamed
            && !self.organisation.is_empty()
            && matches!(self.display_name.as_str(), name if name.is_empty() || name == self.organisation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_always_shown() {
        let mut contact = Contact::default();
        assert_eq!(contact.shown_name(), "");
        contact.emails.push(Email::new("a@example.org"));
        assert_eq!(contact.shown_name(), "a@example.org");
        contact.organisation = "Example".into();
        assert_eq!((contact.shown_name().as_str(), contact.is_organisation()), ("Example", true));
        contact.name.given = "Jane".into();
        contact.name.family = "Miller".into();
        assert_eq!((contact.shown_name().as_str(), contact.is_organisation()), ("Jane Miller", false));
        contact.display_name = "Dr. Jane".into();
        assert_eq!(contact.shown_name(), "Dr. Jane");
    }
}
