//! Postal addresses ([MS-OXWSCONT] PhysicalAddressDictionaryEntryType, [MS-OXOCNTC] §2.2.1.3).

use super::names;
use crate::{
    convert::{draft::Draft, node::Node, words::word},
    ops::ExtendedPath,
    xml::Element,
};
use omm_content::card::{Address, Contact, Place};

/// A place for an address: its key, where the model has it, and the properties beside it.
struct Slot {
    key: &'static str,
    place: Place,
    post_box: ExtendedPath,
    country_code: ExtendedPath,
    label: ExtendedPath,
}

const SLOTS: [Slot; 3] = [
    Slot {
        key: "Business",
        place: Place::Work,
        post_box: names::WORK_POST_BOX,
        country_code: names::WORK_COUNTRY_CODE,
        label: names::WORK_LABEL,
    },
    Slot {
        key: "Home",
        place: Place::Home,
        post_box: names::HOME_POST_BOX,
        country_code: names::HOME_COUNTRY_CODE,
        label: names::HOME_LABEL,
    },
    Slot {
        key: "Other",
        place: Place::Other,
        post_box: names::OTHER_POST_BOX,
        country_code: names::OTHER_COUNTRY_CODE,
        label: names::OTHER_LABEL,
    },
];

pub(super) fn read(item: &Element, contact: &mut Contact) {
    let preferred = item.text_of("PostalAddressIndex");
    let entries: Vec<_> =
        item.child("PhysicalAddresses").into_iter().flat_map(|all| all.all("Entry")).collect();
    for slot in &SLOTS {
        let entry = entries.iter().find(|entry| entry.attribute("Key") == Some(slot.key));
        let of = |name: &str| entry.map(|entry| lines(entry, name)).unwrap_or_default();
        let address = Address {
            place: slot.place,
            post_box: slot.post_box.text(item).unwrap_or_default(),
            street: of("Street"),
            city: of("City"),
            region: of("State"),
            code: of("PostalCode"),
            country: of("CountryOrRegion"),
            country_code: slot.country_code.text(item).unwrap_or_default(),
            label: slot.label.text(item).unwrap_or_default(),
            preferred: preferred == Some(slot.key),
            ..Address::default()
        };
        if !address.is_empty() {
            contact
                .addresses
                .push(in_parts(address, entry.map(|entry| word(entry, "Country")).unwrap_or_default()));
        }
    }
}

/// A street may have several lines.
fn lines(entry: &Element, name: &str) -> String {
    word(entry, name).replace("\r\n", "\n").replace('\r', "\n")
}

/// An address that is known only as it is written on a letter: all of it is the street. Seen: examples of Exchange 2007 say
/// `Country`.
fn in_parts(mut address: Address, country: String) -> Address {
    if address.country.is_empty() {
        address.country = country;
    }
    let parts =
        [&address.post_box, &address.street, &address.city, &address.region, &address.code, &address.country];
    if parts.iter().all(|part| part.is_empty()) {
        address.street = address.label.clone();
    }
    address
}

pub(super) fn write(contact: &Contact, draft: &mut Draft) {
    let mut slots: [Option<&Address>; 3] = [None; 3];
    let mut homeless = Vec::new();
    for address in contact.addresses.iter().filter(|address| !address.is_empty()) {
        let own =
            SLOTS.iter().zip(&mut slots).find(|(slot, place)| slot.place == address.place && place.is_none());
        match own {
            Some((_, place)) => *place = Some(address),
            None => homeless.push(address),
        }
    }
    for address in homeless {
        // Other first: nobody takes that one for what it is not.
        match SLOTS.iter().zip(&mut slots).rev().find(|(_, place)| place.is_none()) {
            Some((slot, place)) => {
                *place = Some(address);
                draft.lose(format!(
                    "that an address in {} is of {:?}: it is kept as {}",
                    address.city, address.place, slot.key
                ));
            }
            None => draft.lose(format!("an address in {}", address.city)),
        }
    }
    let taken: Vec<_> =
        SLOTS.iter().zip(slots).filter_map(|(slot, address)| Some((slot, address?))).collect();
    let entries: Vec<_> = taken.iter().map(|(slot, address)| entry(slot.key, address)).collect();
    if !entries.is_empty() {
        draft.set("contacts:PhysicalAddresses", Node::parent("t:PhysicalAddresses", entries));
    }
    for (slot, address) in &taken {
        draft.property_text(slot.post_box, &address.post_box);
        draft.property_text(slot.country_code, &address.country_code);
    }
    if let Some((slot, _)) = taken.iter().find(|(_, address)| address.preferred) {
        draft.text("contacts:PostalAddressIndex", "t:PostalAddressIndex", slot.key);
    }
}

fn entry(key: &'static str, address: &Address) -> Node {
    let bare = [
        &address.post_box,
        &address.street,
        &address.extended,
        &address.city,
        &address.region,
        &address.code,
        &address.country,
    ]
    .iter()
    .all(|part| part.is_empty());
    let street = [&address.extended, &address.street].into_iter().filter(|part| !part.is_empty()).cloned();
    let street = if bare { address.label.clone() } else { street.collect::<Vec<_>>().join("\n") };
    let parts = [
        ("t:Street", &street),
        ("t:City", &address.city),
        ("t:State", &address.region),
        ("t:CountryOrRegion", &address.country),
        ("t:PostalCode", &address.code),
    ];
    let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
    Node::parent("t:Entry", parts.map(|(name, text)| Node::text(name, text)).collect()).with("Key", key)
}
