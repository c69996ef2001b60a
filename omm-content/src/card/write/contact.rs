//! A contact as a card.

use super::{Card, Version};
use crate::{
    card::{Contact, Inline, part::Class},
    line::Line,
    pieces::Pieces,
};

impl Contact {
    /// Writes a vCard with its photo and files.
    ///
    /// The order of lines and every byte follow from the arguments alone.
    pub fn write(&self, version: Version, photo: Option<Inline>, files: Vec<Inline>) -> Pieces {
        let mut card = Card::begin(version);
        card.text("UID", &self.uid);
        card.revised(self.revised);
        card.name(self);
        card.work(self);
        self.addresses.iter().for_each(|address| card.address(address));
        self.phones.iter().for_each(|phone| card.phone(phone));
        card.emails(&self.emails);
        self.ims.iter().for_each(|im| card.im(im));
        self.webs.iter().for_each(|web| card.web(web));
        card.uri("FBURL", &self.free_busy);
        card.person(self);
        card.list("CATEGORIES", &self.categories);
        card.text("NOTE", &self.notes);
        card.class(self.class);
        card.numbers(self);
        card.finish(self, photo, files)
    }
}

impl Card {
    /// RFC 6350 §6.2: names.
    fn name(&mut self, contact: &Contact) {
        if self.is_4() && contact.is_organisation() {
            self.put(Line::new("KIND").plain("org"));
        }
        let shown = contact.shown_name();
        self.put(Line::new("FN").text(&shown));
        let name = &contact.name;
        // RFC 2426 §3.1.2: N must be there, empty if need be; RFC 6350 §6.2.2: it may be left out.
        if !self.is_4() || !name.is_empty() {
            let fields = [&name.family, &name.given, &name.middle, &name.prefix, &name.suffix];
            self.put(fields.into_iter().fold(Line::new("N"), |line, field| line.field(field)));
        }
        self.list("NICKNAME", &contact.nicknames);
        if contact.file_as != shown {
            self.text("X-EVOLUTION-FILE-AS", &contact.file_as);
        }
        for (property, value) in [
            ("X-PHONETIC-FIRST-NAME", &name.phonetic_given),
            ("X-PHONETIC-MIDDLE-NAME", &name.phonetic_middle),
            ("X-PHONETIC-LAST-NAME", &name.phonetic_family),
            ("X-INITIALS", &contact.initials),
            ("X-MAIDENNAME", &contact.maiden_name),
        ] {
            self.text(property, value);
        }
    }

    pub(super) fn class(&mut self, class: Class) {
        if class != Class::Public {
            self.text_by_version("X-CLASS", "CLASS", class.name());
        }
    }

    fn numbers(&mut self, contact: &Contact) {
        for (property, value) in [
            ("X-GOVERNMENT-ID", &contact.government_id),
            ("X-CUSTOMER-ID", &contact.customer_id),
            ("X-ORGANIZATIONAL-ID", &contact.organisational_id),
            ("X-ACCOUNT", &contact.account),
            ("X-BILLING", &contact.billing),
            ("X-MILEAGE", &contact.mileage),
            ("X-REFERRED-BY", &contact.referred_by),
            ("X-FTP-SITE", &contact.ftp_site),
            ("X-COMPUTER-NETWORK", &contact.computer_network),
        ] {
            self.text(property, value);
        }
        for (at, value) in contact.user_fields.iter().enumerate() {
            self.text(&format!("X-CUSTOM{}", at + 1), value);
        }
        for extra in &contact.extras {
            let name: String = extra
                .name
                .chars()
                .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                .collect();
            let line = Line::new(if name.is_empty() { "X-OTHER" } else { &name });
            let line = match &extra.parameter {
                Some((name, value)) => self.words(line, name, value),
                None => line,
            };
            self.put(line.text(&extra.value));
        }
    }
}
