//! How somebody is reached: addresses, phones, mail, messages, web.

use super::{Reader, name::joined};
use crate::{
    card::{Address, Email, Im, Phone, PhoneKind, Place, Web},
    loss::Lost,
    read::component::{Property, decode_uri},
};

/// Properties of older programs, and the service that they name.
const SERVICES: [(&str, &str); 16] = [
    ("X-AIM", "aim"),
    ("X-ICQ", "icq"),
    ("X-JABBER", "jabber"),
    ("X-MSN", "msn"),
    ("X-YAHOO", "yahoo"),
    ("X-SKYPE", "skype"),
    ("X-SKYPE-USERNAME", "skype"),
    ("X-GADUGADU", "gadugadu"),
    ("X-GROUPWISE", "groupwise"),
    ("X-GTALK", "gtalk"),
    ("X-GOOGLE-TALK", "gtalk"),
    ("X-QQ", "qq"),
    ("X-IRC", "irc"),
    ("X-SIP", "sip"),
    ("X-MATRIX", "matrix"),
    ("X-TWITTER", "twitter"),
];

impl Reader {
    /// RFC 6350 §6.3, §6.4, §6.7.8, §6.9.1.
    pub(super) fn reach(&mut self, property: &Property) -> bool {
        match property.name.as_str() {
            "ADR" => self.address(property),
            "LABEL" => self.label(property),
            "X-ABADR" => return self.country_code(property),
            "TEL" => self.phone(property),
            "EMAIL" => self.email(property),
            "IMPP" => self.im(property),
            "URL" => self.web(property),
            "FBURL" if self.contact.free_busy.is_empty() => {
                self.contact.free_busy = property.value().trim().to_owned();
                self.parameters(property, &[]);
            }
            name => match SERVICES.iter().find(|(known, _)| *known == name) {
                Some((_, service)) => {
                    let types = self.types(property);
                    let place = self.place(property, &types, &["pref", "internet"]);
                    let address = property.text();
                    self.contact.ims.push(Im { address, service: (*service).to_owned(), place });
                    self.parameters(property, &["TYPE", "PREF"]);
                }
                None => return false,
            },
        }
        true
    }

    /// TYPEs in lower case, Apple's label among them; `pref` for either way to prefer something.
    fn types(&mut self, property: &Property) -> Vec<String> {
        let types = property.params("TYPE");
        let mut types: Vec<_> =
            types.iter().flat_map(|types| types.split(',')).map(|word| word.trim().to_lowercase()).collect();
        if property.param("PREF").is_some() {
            types.push("pref".to_owned());
        }
        if let Some(label) = self.labels.get(property) {
            const SAID: [&str; 9] =
                ["home", "work", "other", "mobile", "main", "homepage", "homefax", "workfax", "pager"];
            // Neither says nothing.
            if SAID.contains(&label.as_str()) {
                self.labels.said(property);
                match label.as_str() {
                    "mobile" => types.push("cell".to_owned()),
                    "homefax" => types.extend(["home".to_owned(), "fax".to_owned()]),
                    "workfax" => types.extend(["work".to_owned(), "fax".to_owned()]),
                    "other" | "homepage" => {}
                    _ => types.push(label),
                }
            }
        }
        types.retain(|word| !word.is_empty());
        types
    }

    /// Home, work or neither; words beside these and `known` are told.
    fn place(&mut self, property: &Property, types: &[String], known: &[&str]) -> Place {
        let is = |word: &str| types.iter().any(|one| one == word);
        let (home, work) = (is("home"), is("work"));
        let mut lost: Vec<_> = types
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "home" | "work" | "other") && !known.contains(word))
            .collect();
        if home && work {
            lost.push("home");
        }
        if !lost.is_empty() {
            self.lose(&property.name, Lost::Word, &lost.join(","));
        }
        match (work, home) {
            (true, _) => Place::Work,
            (_, true) => Place::Home,
            _ => Place::Other,
        }
    }

    fn address(&mut self, property: &Property) {
        let types = self.types(property);
        let place = self.place(property, &types, &["pref", "postal"]);
        let mut fields = property.fields().map(|field| joined(field, ", "));
        let mut next = || fields.next().unwrap_or_default();
        let address = Address {
            place,
            post_box: next(),
            extended: next(),
            street: next(),
            city: next(),
            region: next(),
            code: next(),
            country: next(),
            country_code: property.words("CC").unwrap_or_default(),
            label: property.words("LABEL").unwrap_or_default(),
            preferred: types.iter().any(|word| word == "pref"),
        };
        self.contact.addresses.push(address);
        self.groups_of_addresses.push(property.group.to_lowercase());
        self.parameters(property, &["TYPE", "PREF", "CC", "LABEL"]);
    }

    /// RFC 2426 §3.2.2: of the address before it with the same types.
    fn label(&mut self, property: &Property) {
        let types = self.types(property);
        let place = self.place(property, &types, &["pref", "postal"]);
        let preferred = types.iter().any(|word| word == "pref");
        let label = property.text();
        self.parameters(property, &["TYPE", "PREF"]);
        let same =
            self.contact.addresses.iter_mut().rev().find(|one| one.place == place && one.label.is_empty());
        match same {
            Some(address) => address.label = label,
            None => {
                self.contact.addresses.push(Address { place, label, preferred, ..Address::default() });
                self.groups_of_addresses.push(String::new());
            }
        }
    }

    /// Apple's code of the country of an address.
    fn country_code(&mut self, property: &Property) -> bool {
        let group = property.group.to_lowercase();
        let at = self.groups_of_addresses.iter().position(|one| *one == group && !group.is_empty());
        let address = at.and_then(|at| self.contact.addresses.get_mut(at));
        let address = address.filter(|address| address.country_code.is_empty());
        address.map(|address| address.country_code = property.text()).is_some()
    }

    fn phone(&mut self, property: &Property) {
        let types = self.types(property);
        let (kind, rest) = phone_kind(&types);
        if !rest.is_empty() {
            self.lose("TEL", Lost::Word, &rest.join(","));
        }
        let text = property.text();
        // RFC 6350 §6.4.1: a tel URI.
        let uri = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:"));
        let number = match uri.and_then(|scheme| text.get(scheme.len()..)) {
            Some(number) if property.has("VALUE", "uri") => decode_uri(number),
            _ => text,
        };
        let phone = Phone { kind, number };
        let is_preferred = types.iter().any(|word| word == "pref") && kind != PhoneKind::Primary;
        let same = self.contact.phones.iter().position(|one| one.kind == kind);
        match same.filter(|_| is_preferred) {
            Some(at) => self.contact.phones.insert(at, phone),
            None => self.contact.phones.push(phone),
        }
        self.parameters(property, &["TYPE", "PREF"]);
    }

    fn email(&mut self, property: &Property) {
        let types = self.types(property);
        let place = self.place(property, &types, &["pref", "internet"]);
        let text = property.text();
        let scheme = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        let address = scheme.and_then(|scheme| text.get(scheme.len()..)).map_or(text.clone(), decode_uri);
        let display_name = property.words("X-DISPLAY-NAME").unwrap_or_default();
        let email = Email { address, display_name, place };
        let is_preferred = types.iter().any(|word| word == "pref");
        // Where several are, the first that is preferred goes first.
        let at = if is_preferred && !self.has_preferred_email { 0 } else { self.contact.emails.len() };
        self.has_preferred_email |= is_preferred;
        self.contact.emails.insert(at, email);
        self.parameters(property, &["TYPE", "PREF", "X-DISPLAY-NAME"]);
    }

    fn im(&mut self, property: &Property) {
        let types = self.types(property);
        let place = self.place(property, &types, &["pref", "personal", "business"]);
        let service = property.words("X-SERVICE-TYPE").unwrap_or_default();
        let uri = property.value().trim();
        // The scheme that the writer puts before an address that has none.
        let own = crate::card::write::im_scheme(&service);
        let rest = uri.get(..own.len()).filter(|scheme| scheme.eq_ignore_ascii_case(own));
        let rest = rest.and_then(|_| uri.get(own.len()..)?.strip_prefix(':'));
        let address = rest.map_or_else(|| uri.to_owned(), decode_uri);
        self.contact.ims.push(Im { address, service, place });
        self.parameters(property, &["TYPE", "PREF", "X-SERVICE-TYPE"]);
    }

    fn web(&mut self, property: &Property) {
        let types = self.types(property);
        let place = self.place(property, &types, &["pref", "internet"]);
        // Seen: backslashes before colons and commas, which a URI has not.
        let url = property.value().trim().replace("\\:", ":").replace("\\,", ",").replace("\\;", ";");
        self.contact.webs.push(Web { url, place });
        self.parameters(property, &["TYPE", "PREF"]);
    }
}

/// What a number is for, and words that it does not say.
fn phone_kind(types: &[String]) -> (PhoneKind, Vec<&str>) {
    let is = |word: &str| types.iter().any(|one| one == word);
    let any = |words: &[&str]| words.iter().any(|word| is(word));
    // The words that a kind says, the likeliest kind first.
    let (kind, said): (PhoneKind, &[&str]) = match () {
        () if is("x-assistant") => (PhoneKind::Assistant, &["x-assistant"]),
        () if is("x-callback") => (PhoneKind::Callback, &["x-callback"]),
        () if any(&["x-car", "car"]) => (PhoneKind::Car, &["x-car", "car"]),
        () if is("x-radio") => (PhoneKind::Radio, &["x-radio"]),
        () if any(&["x-telex", "telex", "x-evolution-telex"]) => {
            (PhoneKind::Telex, &["x-telex", "telex", "x-evolution-telex"])
        }
        () if any(&["textphone", "x-tty", "tty", "tty-tdd"]) => {
            (PhoneKind::Tty, &["textphone", "x-tty", "tty", "tty-tdd"])
        }
        () if any(&["x-isdn", "isdn"]) => (PhoneKind::Isdn, &["x-isdn", "isdn"]),
        () if any(&["x-company", "main", "main-number"]) => {
            (PhoneKind::CompanyMain, &["x-company", "main", "main-number", "work"])
        }
        () if is("pager") => (PhoneKind::Pager, &["pager"]),
        () if is("fax") && is("home") => (PhoneKind::HomeFax, &["fax", "home"]),
        () if is("fax") && is("work") => (PhoneKind::WorkFax, &["fax", "work"]),
        () if is("fax") => (PhoneKind::OtherFax, &["fax"]),
        () if any(&["cell", "iphone", "x-mobile"]) => (PhoneKind::Mobile, &["cell", "iphone", "x-mobile"]),
        () if is("video") => (PhoneKind::Video, &["video"]),
        () if is("work") => (PhoneKind::Work, &["work"]),
        () if is("home") => (PhoneKind::Home, &["home"]),
        () if is("pref") => (PhoneKind::Primary, &[]),
        () => (PhoneKind::Other, &["other"]),
    };
    let ignored = ["voice", "pref", "text", "msg"];
    let rest = types.iter().map(String::as_str);
    (kind, rest.filter(|word| !said.contains(word) && !ignored.contains(word)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_phones() {
        for (types, kind, lost) in [
            ("voice,pref", PhoneKind::Primary, ""),
            ("", PhoneKind::Other, ""),
            ("home,voice,pref", PhoneKind::Home, ""),
            ("cell,work", PhoneKind::Mobile, "work"),
            ("fax,home", PhoneKind::HomeFax, ""),
            ("bbs", PhoneKind::Other, "bbs"),
            ("main,work", PhoneKind::CompanyMain, ""),
        ] {
            let types: Vec<_> = types.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            let (found, rest) = phone_kind(&types);
            assert_eq!((found, rest.join(",").as_str()), (kind, lost), "{types:?}");
        }
    }
}
