//! Mail addresses ([MS-OXWSCONT] EmailAddressDictionaryEntryType, [MS-OXOCNTC] §2.2.1.2).

use super::names::{EMAIL_NAMES, EMAIL_ORIGINALS};
use crate::{
    convert::{draft::Draft, node::Node},
    xml::Element,
};
use omm_content::card::{Contact, Email, Extra};
use omm_mapi::contact::mail_address;

/// An address that is not of the Internet, and the parameter that says of what.
pub(super) const FOREIGN: &str = "X-MAIL-ADDRESS";
const TYPE: &str = "X-ADDRESS-TYPE";
const KEYS: [&str; 3] = ["EmailAddress1", "EmailAddress2", "EmailAddress3"];

pub(super) fn read(item: &Element, contact: &mut Contact, losses: &mut Vec<String>) {
    let entries: Vec<_> = item.child("EmailAddresses").into_iter().flat_map(|all| all.all("Entry")).collect();
    for (at, key) in KEYS.iter().enumerate() {
        let Some(entry) = entries.iter().find(|entry| entry.attribute("Key") == Some(key)) else { continue };
        let property = |of: &[crate::ops::ExtendedPath; 3]| {
            of.get(at).and_then(|one| one.text(item)).unwrap_or_default()
        };
        let shown = entry.attribute("Name").map(str::to_owned);
        Slot {
            display: shown.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| property(&EMAIL_NAMES)),
            kind: entry.attribute("RoutingType").unwrap_or_default(),
            address: entry.text(),
            original: &property(&EMAIL_ORIGINALS),
        }
        .add(contact, losses);
    }
}

struct Slot<'a> {
    display: String,
    kind: &'a str,
    address: &'a str,
    original: &'a str,
}

impl Slot<'_> {
    fn add(self, contact: &mut Contact, losses: &mut Vec<String>) {
        // [MS-OXOCNTC] §2.2.1.2.4: for an address of Exchange the original display name is its mail address.
        let known = [self.address, self.original, &self.display].into_iter().find_map(mail_address);
        let is_mail = self.kind.is_empty() || self.kind.eq_ignore_ascii_case("SMTP");
        match known.or_else(|| Some(self.address).filter(|address| is_mail && !address.is_empty())) {
            Some(address) => contact.emails.push(Email {
                display_name: own_name(&self.display, address),
                address: address.to_owned(),
                ..Email::default()
            }),
            None if self.address.is_empty() => {}
            None => {
                losses.push(format!("the {} address of {:?} has no mail address", self.kind, self.display));
                contact.extras.push(Extra {
                    name: FOREIGN.into(),
                    parameter: Some((TYPE.into(), self.kind.to_owned())),
                    value: self.address.to_owned(),
                });
            }
        }
    }
}

/// Outlook shows `Jane (jane@example.org)`; the name is what is left without the address.
fn own_name(display: &str, address: &str) -> String {
    let shown = format!("({address})");
    let mut name = display.trim();
    while let Some(shorter) = name.strip_suffix(&shown) {
        name = shorter.trim_end();
    }
    let name = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(name);
    if name.eq_ignore_ascii_case(address) { String::new() } else { name.to_owned() }
}

pub(super) fn write(contact: &Contact, draft: &mut Draft) {
    let foreign = contact.extras.iter().filter(|extra| extra.name.eq_ignore_ascii_case(FOREIGN));
    let kind = |extra: &Extra| match &extra.parameter {
        Some((name, kind)) if name == TYPE => kind.clone(),
        _ => String::new(),
    };
    let mails = contact.emails.iter().filter(|email| !email.address.trim().is_empty());
    let mails = mails.map(|email| (email.address.as_str(), email.display_name.as_str(), "SMTP".to_owned()));
    let all = mails.chain(foreign.map(|extra| (extra.value.as_str(), "", kind(extra))));
    let mut entries = Vec::new();
    for (at, (address, name, kind)) in all.enumerate() {
        let Some(key) = KEYS.get(at) else {
            draft.lose(format!("the mail address {address}"));
            continue;
        };
        let mut entry = Node::text("t:Entry", address).with("Key", key);
        if !name.is_empty() {
            entry = entry.with("Name", name);
        }
        // What the attribute is not said of is SMTP.
        if kind != "SMTP" && !kind.is_empty() {
            entry = entry.with("RoutingType", &kind);
        }
        entries.push(entry);
    }
    if !entries.is_empty() {
        draft.set("contacts:EmailAddresses", Node::parent("t:EmailAddresses", entries));
    }
}
