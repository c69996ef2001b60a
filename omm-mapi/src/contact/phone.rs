//! Phones and fax machines ([MS-OXOCNTC] §2.2.1.4, §2.2.1.2).

use super::names::{self, address as lid};
use crate::property::Properties;
use omm_content::card::{Contact, Phone, PhoneKind};

/// Each tag and its kind. Of two with one kind the first is written first; a second line may have several numbers.
const PHONES: [(u16, PhoneKind); 19] = [
    (0x3A1A, PhoneKind::Primary),
    (0x3A08, PhoneKind::Work),
    (0x3A1B, PhoneKind::Work),
    (0x3A09, PhoneKind::Home),
    (0x3A2F, PhoneKind::Home),
    (0x3A1C, PhoneKind::Mobile),
    (0x3A24, PhoneKind::WorkFax),
    (0x3A25, PhoneKind::HomeFax),
    (0x3A23, PhoneKind::OtherFax),
    (0x3A21, PhoneKind::Pager),
    (0x3A1E, PhoneKind::Car),
    (0x3A02, PhoneKind::Callback),
    (0x3A1D, PhoneKind::Radio),
    (0x3A2C, PhoneKind::Telex),
    (0x3A4B, PhoneKind::Tty),
    (0x3A2D, PhoneKind::Isdn),
    (0x3A2E, PhoneKind::Assistant),
    (0x3A57, PhoneKind::CompanyMain),
    (0x3A1F, PhoneKind::Other),
];

pub(super) fn fill(properties: &Properties, contact: &mut Contact) {
    for (id, kind) in PHONES {
        let numbers = properties.texts(properties.get(id));
        contact.phones.extend(numbers.into_iter().map(|number| Phone { kind, number }));
    }
    // [MS-OXOCNTC] §2.2.1.2.7: the address book's fax "addresses" are `NAME@NUMBER`.
    for (at, kind) in [PhoneKind::WorkFax, PhoneKind::HomeFax, PhoneKind::OtherFax].into_iter().enumerate() {
        let address = properties.named_text(&lid(names::FAX_1 + 0x10 * at as u32 + 3));
        if let Some(address) = address {
            add_fax(contact, kind, &address);
        }
    }
}

/// Adds the number of a fax address, unless it is known.
pub(super) fn add_fax(contact: &mut Contact, kind: PhoneKind, address: &str) {
    let number = address.rsplit('@').next().unwrap_or(address).trim();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own = digits(number);
    if !number.is_empty() && !contact.phones.iter().any(|phone| digits(&phone.number) == own) {
        contact.phones.push(Phone { kind, number: number.to_owned() });
    }
}
