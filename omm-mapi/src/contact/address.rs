//! Postal addresses ([MS-OXOCNTC] §2.2.1.3).

use super::names::{self, address as lid};
use crate::property::Properties;
use omm_content::card::{Address, Contact, Place};

pub(super) fn fill(properties: &Properties, contact: &mut Contact) {
    // [MS-OXOCNTC] §2.2.1.3.9: 1 home, 2 work, 3 other.
    let preferred = properties.named_number(&lid(names::POSTAL_ADDRESS_ID));
    let mut work = work(properties);
    let (mut home, mut other) = (home(properties), other(properties));
    // The mailing address is a copy of one of the three; old files have nothing else.
    if [&work, &home, &other].iter().all(|address| address.is_empty()) {
        work = mailing(properties);
    }
    home.preferred = preferred == Some(1);
    work.preferred = preferred == Some(2);
    other.preferred = preferred == Some(3);
    let known = [work, home, other].into_iter().filter(|address| !address.is_empty());
    contact.addresses.extend(known.map(in_parts));
}

/// An address that is known only as it is written on a letter, which most programs do not show: all of it is the street.
fn in_parts(mut address: Address) -> Address {
    let parts =
        [&address.post_box, &address.street, &address.city, &address.region, &address.code, &address.country];
    if parts.iter().all(|part| part.is_empty()) {
        address.street = address.label.clone();
    }
    address
}

fn work(properties: &Properties) -> Address {
    let text = |id: u32| properties.named_text(&lid(id)).unwrap_or_default();
    Address {
        place: Place::Work,
        post_box: text(names::WORK_ADDRESS_POST_OFFICE_BOX),
        street: text(names::WORK_ADDRESS_STREET),
        city: text(names::WORK_ADDRESS_CITY),
        region: text(names::WORK_ADDRESS_STATE),
        code: text(names::WORK_ADDRESS_POSTAL_CODE),
        country: text(names::WORK_ADDRESS_COUNTRY),
        country_code: text(names::WORK_ADDRESS_COUNTRY_CODE),
        label: text(names::WORK_ADDRESS),
        ..Address::default()
    }
}

fn home(properties: &Properties) -> Address {
    let text = |id: u16| properties.text(id).unwrap_or_default();
    Address {
        place: Place::Home,
        post_box: text(names::HOME_ADDRESS_POST_OFFICE_BOX),
        street: text(names::HOME_ADDRESS_STREET),
        city: text(names::HOME_ADDRESS_CITY),
        region: text(names::HOME_ADDRESS_STATE),
        code: text(names::HOME_ADDRESS_POSTAL_CODE),
        country: text(names::HOME_ADDRESS_COUNTRY),
        country_code: properties.named_text(&lid(names::HOME_ADDRESS_COUNTRY_CODE)).unwrap_or_default(),
        label: properties.named_text(&lid(names::HOME_ADDRESS)).unwrap_or_default(),
        ..Address::default()
    }
}

fn other(properties: &Properties) -> Address {
    let text = |id: u16| properties.text(id).unwrap_or_default();
    Address {
        place: Place::Other,
        post_box: text(names::OTHER_ADDRESS_POST_OFFICE_BOX),
        street: text(names::OTHER_ADDRESS_STREET),
        city: text(names::OTHER_ADDRESS_CITY),
        region: text(names::OTHER_ADDRESS_STATE),
        code: text(names::OTHER_ADDRESS_POSTAL_CODE),
        country: text(names::OTHER_ADDRESS_COUNTRY),
        country_code: properties.named_text(&lid(names::OTHER_ADDRESS_COUNTRY_CODE)).unwrap_or_default(),
        label: properties.named_text(&lid(names::OTHER_ADDRESS)).unwrap_or_default(),
        ..Address::default()
    }
}

fn mailing(properties: &Properties) -> Address {
    let text = |id: u16| properties.text(id).unwrap_or_default();
    Address {
        place: Place::Work,
        post_box: text(names::POST_OFFICE_BOX),
        street: text(names::STREET_ADDRESS),
        city: text(names::LOCALITY),
        region: text(names::STATE_OR_PROVINCE),
        code: text(names::POSTAL_CODE),
        country: text(names::COUNTRY),
        label: text(names::POSTAL_ADDRESS),
        ..Address::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_parts_is_a_street() {
        let labelled = |street: &str, city: &str| Address {
            street: street.into(),
            city: city.into(),
            label: "1 Road\r\nTown".into(),
            ..Address::default()
        };
        for (street, city, expected) in [("", "", "1 Road\r\nTown"), ("Road", "", "Road"), ("", "Town", "")] {
            assert_eq!(in_parts(labelled(street, city)).street, expected);
        }
    }
}
