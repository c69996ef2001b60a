//! Phones ([MS-OXWSCONT] PhoneNumberKeyType).

use crate::{
    convert::{draft::Draft, node::Node},
    xml::Element,
};
use omm_content::card::{Contact, Phone, PhoneKind};

/// Each key and its kind. Of two with one kind the first is the more important one.
const PHONES: [(&str, PhoneKind); 19] = [
    ("PrimaryPhone", PhoneKind::Primary),
    ("BusinessPhone", PhoneKind::Work),
    ("BusinessPhone2", PhoneKind::Work),
    ("HomePhone", PhoneKind::Home),
    ("HomePhone2", PhoneKind::Home),
    ("MobilePhone", PhoneKind::Mobile),
    ("BusinessFax", PhoneKind::WorkFax),
    ("HomeFax", PhoneKind::HomeFax),
    ("OtherFax", PhoneKind::OtherFax),
    ("Pager", PhoneKind::Pager),
    ("CarPhone", PhoneKind::Car),
    ("Callback", PhoneKind::Callback),
    ("RadioPhone", PhoneKind::Radio),
    ("Telex", PhoneKind::Telex),
    ("TtyTddPhone", PhoneKind::Tty),
    ("Isdn", PhoneKind::Isdn),
    ("AssistantPhone", PhoneKind::Assistant),
    ("CompanyMainPhone", PhoneKind::CompanyMain),
    ("OtherTelephone", PhoneKind::Other),
];

/// Where a phone goes whose own places are taken: what is most like it first.
fn instead(kind: PhoneKind) -> &'static [&'static str] {
    match kind {
        PhoneKind::WorkFax | PhoneKind::HomeFax | PhoneKind::OtherFax => {
            &["OtherFax", "BusinessFax", "HomeFax"]
        }
        PhoneKind::Mobile => &["OtherTelephone", "CarPhone", "PrimaryPhone", "HomePhone2", "BusinessPhone2"],
        _ => &["OtherTelephone", "PrimaryPhone", "HomePhone2", "BusinessPhone2"],
    }
}

pub(super) fn read(item: &Element, contact: &mut Contact) {
    let entries: Vec<_> = item.child("PhoneNumbers").into_iter().flat_map(|all| all.all("Entry")).collect();
    for (key, kind) in PHONES {
        let numbers = entries.iter().filter(|entry| entry.attribute("Key") == Some(key));
        let numbers = numbers.map(|entry| entry.text().to_owned()).filter(|number| !number.is_empty());
        contact.phones.extend(numbers.take(1).map(|number| Phone { kind, number }));
    }
}

pub(super) fn write(contact: &Contact, draft: &mut Draft) {
    let mut places: [Option<&str>; PHONES.len()] = [None; PHONES.len()];
    let mut homeless = Vec::new();
    for phone in contact.phones.iter().filter(|phone| !phone.number.trim().is_empty()) {
        let own =
            PHONES.iter().zip(&mut places).find(|((_, kind), place)| *kind == phone.kind && place.is_none());
        match own {
            Some((_, place)) => *place = Some(&phone.number),
            None => homeless.push(phone),
        }
    }
    for phone in homeless {
        let free = instead(phone.kind).iter().find_map(|key| {
            let at = PHONES.iter().position(|(known, _)| known == key)?;
            places.get(at)?.is_none().then_some(at)
        });
        match free.and_then(|at| Some((PHONES.get(at)?.0, places.get_mut(at)?))) {
            Some((key, place)) => {
                *place = Some(&phone.number);
                draft.lose(format!(
                    "that {} is a phone of the kind {:?}: it is kept as {key}",
                    phone.number, phone.kind
                ));
            }
            None => draft.lose(format!("the phone {} ({:?})", phone.number, phone.kind)),
        }
    }
    let entries: Vec<_> = PHONES
        .iter()
        .zip(places)
        .filter_map(|((key, _), number)| Some(Node::text("t:Entry", number?).with("Key", key)))
        .collect();
    if !entries.is_empty() {
        draft.set("contacts:PhoneNumbers", Node::parent("t:PhoneNumbers", entries));
    }
}
