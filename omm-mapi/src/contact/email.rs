//! Mail addresses ([MS-OXOCNTC] §2.2.1.2).

use super::{
    names::{self, address as lid},
    phone,
};
use crate::property::Properties;
use omm_content::card::{Contact, Email, Extra, PhoneKind};

pub(super) fn fill(properties: &Properties, contact: &mut Contact, losses: &mut Vec<String>) {
    for at in 0..3 {
        let text =
            |part: u32| properties.named_text(&lid(names::EMAIL_1 + 0x10 * at + part)).unwrap_or_default();
        let slot = Slot { display: text(0), kind: text(2), address: text(3), original: text(4) };
        slot.add(contact, losses);
    }
}

/// One of the three addresses.
struct Slot {
    display: String,
    kind: String,
    address: String,
    original: String,
}

impl Slot {
    fn add(self, contact: &mut Contact, losses: &mut Vec<String>) {
        let address = self.address.trim();
        if address.is_empty() && mail_address(&self.original).is_none() {
            return;
        }
        if self.kind.eq_ignore_ascii_case("FAX") {
            return phone::add_fax(contact, PhoneKind::OtherFax, address);
        }
        // [MS-OXOCNTC] §2.2.1.2.4: for an address of Exchange the original display name is its mail address.
        let known = [address, &self.original, &self.display].into_iter().find_map(mail_address);
        match known {
            Some(known) => contact.emails.push(Email {
                display_name: own_name(&self.display, known),
                address: known.to_owned(),
                ..Email::default()
            }),
            // What is called SMTP is carried as it is, right or not.
            None if self.kind.is_empty() || self.kind.eq_ignore_ascii_case("SMTP") => {
                contact.emails.push(Email {
                    display_name: own_name(&self.display, address),
                    address: address.to_owned(),
                    ..Email::default()
                });
            }
            None => {
                losses.push(format!("the {} address of {:?} has no mail address", self.kind, self.display));
                let parameter = Some(("X-ADDRESS-TYPE".into(), self.kind.clone()));
                contact.extras.push(Extra {
                    name: "X-MAIL-ADDRESS".into(),
                    parameter,
                    value: address.to_owned(),
                });
            }
        }
    }
}

/// The mail address in a text: the text itself, or what stands in brackets at its end, as in `Jane (jane@example.org)`.
pub fn mail_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let inner = match text.as_bytes() {
        [.., b')'] => text.rfind('(').and_then(|at| text.get(at + 1..text.len() - 1)),
        [.., b'>'] => text.rfind('<').and_then(|at| text.get(at + 1..text.len() - 1)),
        _ => None,
    };
    let candidate = inner.unwrap_or(text).trim();
    let candidate = candidate.strip_prefix("smtp:").or(candidate.strip_prefix("SMTP:")).unwrap_or(candidate);
    let (local, domain) = candidate.rsplit_once('@')?;
    let is = !local.is_empty() && !domain.is_empty() && !local.starts_with('/');
    (is && !candidate.contains(|letter: char| letter.is_whitespace() || letter.is_control()))
        .then_some(candidate)
}

/// Outlook shows `Jane (jane@example.org)`; the name is what is left without the address. Seen: other programs add it twice.
fn own_name(display: &str, address: &str) -> String {
    let shown = format!("({address})");
    let mut without = display.trim();
    while let Some(shorter) = without.strip_suffix(&shown) {
        without = shorter.trim_end();
    }
    let without = without.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(without);
    if without.eq_ignore_ascii_case(address) { String::new() } else { without.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_become_addresses_phones_or_losses() {
        for (display, kind, address, original, expected) in [
            ("Jane (j@x.org)", "SMTP", "j@x.org", "j@x.org", ("j@x.org", "Jane", "", "")),
            ("Jane (j@x.org) (j@x.org)", "SMTP", "j@x.org", "", ("j@x.org", "Jane", "", "")),
            ("j@x.org", "", "j@x.org", "", ("j@x.org", "", "", "")),
            ("Jane", "EX", "/o=Org/cn=jane", "jane@x.org", ("jane@x.org", "Jane", "", "")),
            ("Jane (j@x.org)", "EX", "/o=Org/cn=jane", "Jane", ("j@x.org", "Jane", "", "")),
            ("Jane", "EX", "/o=Org/cn=jane", "Jane", ("", "", "", "/o=Org/cn=jane")),
            ("Jane (Business Fax)", "FAX", "Jane@+1 555", "Jane", ("", "", "+1 555", "")),
            ("odd", "SMTP", "no address", "", ("no address", "odd", "", "")),
            ("'j@x.org'", "SMTP", "j@x.org", "", ("j@x.org", "", "", "")),
        ] {
            let mut contact = Contact::default();
            let mut losses = Vec::new();
            let slot = Slot {
                display: display.into(),
                kind: kind.into(),
                address: address.into(),
                original: original.into(),
            };
            slot.add(&mut contact, &mut losses);
            let email = contact.emails.pop().unwrap_or_default();
            let fax = contact.phones.pop().map(|phone| phone.number).unwrap_or_default();
            let extra = contact.extras.pop().map(|extra| extra.value).unwrap_or_default();
            let found = (email.address.as_str(), email.display_name.as_str(), fax.as_str(), extra.as_str());
            assert_eq!(found, expected, "{display} {kind}");
            assert_eq!(losses.is_empty(), extra.is_empty());
        }
    }
}
