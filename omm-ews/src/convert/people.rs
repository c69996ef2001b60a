//! People of whom an item has an address of Exchange alone ([MS-OXWSCDATA] EmailAddressType, its RoutingType `EX`): whom the
//! directory must be asked for, and their mail addresses in the places of those.

use crate::xml::Element;
use std::collections::{BTreeMap, BTreeSet};

/// Elements that say who somebody is: of meetings and lists, of contacts.
const PLACES: [&str; 2] = ["Mailbox", "Entry"];
/// Items lie no deeper.
const DEEPEST: usize = 12;

/// The addresses of Exchange in an item, each once.
pub(crate) fn exchange_addresses(item: &Element) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(item, DEEPEST, &mut found);
    found
}

fn collect(element: &Element, deep: usize, found: &mut BTreeSet<String>) {
    if found.len() < super::MOST && PLACES.contains(&element.name.as_str()) {
        found.extend(exchange_address(element).map(str::to_owned));
    }
    if deep > 0 {
        element.children.iter().for_each(|child| collect(child, deep - 1, found));
    }
}

/// Puts mail addresses in the places of those of Exchange.
pub(crate) fn put_addresses(item: &mut Element, known: &BTreeMap<String, String>) {
    put(item, DEEPEST, known);
}

fn put(element: &mut Element, deep: usize, known: &BTreeMap<String, String>) {
    let address =
        Some(&*element).filter(|one| PLACES.contains(&one.name.as_str())).and_then(exchange_address);
    if let Some(mail) = address.and_then(|address| known.get(address)).cloned() {
        match element.children.iter_mut().find(|child| child.name == "EmailAddress") {
            Some(own) => own.raw_text = mail,
            None => element.raw_text = mail,
        }
        element.children.retain(|child| child.name != "RoutingType");
        element.attributes.retain(|(name, _)| name != "RoutingType");
    }
    if deep > 0 {
        element.children.iter_mut().for_each(|child| put(child, deep - 1, known));
    }
}

/// The address of somebody who has one of Exchange: a distinguished name, `/o=…/cn=…`.
fn exchange_address(of: &Element) -> Option<&str> {
    let address = of.text_of("EmailAddress").unwrap_or_else(|| of.text());
    Some(address).filter(|address| address.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case("/o=")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, read};

    /// Kills: an address that is not found, or that stays what it is.
    #[test]
    fn addresses_of_exchange_become_those_of_mail() {
        let text = "<i><Organizer><Mailbox><Name>A</Name><EmailAddress>/O=X/CN=a</EmailAddress><RoutingType>EX</RoutingType>\
            </Mailbox></Organizer><EmailAddresses><Entry Key='EmailAddress1' RoutingType='EX'>/o=X/cn=b</Entry><Entry \
            Key='EmailAddress2'>c@d.example</Entry></EmailAddresses><Members><Member><Mailbox><EmailAddress>/o=X/cn=e\
            </EmailAddress></Mailbox></Member></Members><Body>/o=X/cn=f</Body></i>";
        let mut item = read(text.as_bytes(), Limits::SMALL).expect("well formed");
        let unknown: Vec<_> = exchange_addresses(&item).into_iter().collect();
        assert_eq!(unknown, ["/O=X/CN=a", "/o=X/cn=b", "/o=X/cn=e"]);
        let known = [("/O=X/CN=a", "a@d.example"), ("/o=X/cn=b", "b@d.example")];
        put_addresses(&mut item, &known.map(|(one, two)| (one.to_owned(), two.to_owned())).into());
        let person = item.child("Organizer").and_then(|one| one.child("Mailbox")).expect("somebody");
        assert_eq!(
            (person.text_of("EmailAddress"), person.text_of("RoutingType")),
            (Some("a@d.example"), None)
        );
        let entry = &item.child("EmailAddresses").expect("entries").children[0];
        assert_eq!((entry.text(), entry.attribute("RoutingType")), ("b@d.example", None));
        assert_eq!(exchange_addresses(&item).into_iter().collect::<Vec<_>>(), ["/o=X/cn=e"]);
    }
}
