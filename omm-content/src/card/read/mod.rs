//! From vCard (RFC 6350, RFC 2426) to the records: the way back of the writer.
//!
//! What the writer writes, in either version, comes back as the record that it was written from. Of what others write, all
//! that the record has is read; a property of which it knows nothing is kept: in [`Contact::extras`] if it is a text with
//! at most one parameter, else as its line in [`Contact::lines`]. What is neither is told as a [`Loss`].
//!
//! # How things are read
//!
//! | in the card | in the record |
//! |---|---|
//! | `KIND:group`, `X-ADDRESSBOOKSERVER-KIND:group` | a [`Group`] |
//! | `KIND:org` | the organisation, which is the name if no ORG is there |
//! | several given names, additional names, streets | one text |
//! | ORG with more than two units | the department has them all, parted by `; ` |
//! | `PREF`, `TYPE=pref` | the first of its kind |
//! | a phone that is preferred and nothing else | [`PhoneKind::Primary`](super::PhoneKind) |
//! | `LABEL` of 3.0 | belongs to the address before it of the same place |
//! | labels of Apple (`item1.X-ABLabel`) | the place, the kind of phone, or the relation that they name |
//! | `X-ABDATE`, `X-ABRELATEDNAMES`, `X-ABADR` | anniversary, relations, code of the country |
//! | `X-AIM`, `X-JABBER`, `X-SKYPE` and such | [`Im`](super::Im) with its service |
//! | `X-EVOLUTION-SPOUSE`, `X-EVOLUTION-MANAGER` and such | the field of that name |
//! | photo, files | bytes that stay where they lie in the text |
//! | keys | DER and OpenPGP by their type, else by their first bytes |
//! | a second FN, ORG, TITLE, NOTE …; links to photos and keys | kept as lines |
//! | vCard 2.1 | brought to 4.0 first ([`crate::read::vcf`]) |
//!
//! # What is lost
//!
//! | of a contact | what becomes of it |
//! |---|---|
//! | labels of one's own | the value is kept, its label is told |
//! | types beside those that the record has (`dom`, `bbs`, `cell` at work) | the rest is kept |
//! | parameters: SORT-AS, ALTID, PID, LANGUAGE, LEVEL, GEO and TZ of addresses | the value is kept |
//! | the hour of a birthday | the day is kept |
//! | words beside a gender that is male or female | the gender is kept |
//! | of a group: N in parts | its FN is its name |

mod binary;
mod date;
mod group;
mod kept;
mod name;
mod person;
mod reach;

use super::{Contact, Group, Inline};
use crate::{
    data::Data,
    loss::{Loss, Lost},
    read::{
        Problem, Reason,
        component::{self, Component, Property},
        parted::Text,
        vcf,
    },
};
use kept::Labels;
use std::collections::BTreeMap;

/// What a card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The card, but for what is large.
    pub card: Card,
    /// The photo of a contact.
    pub photo: Option<File>,
    /// Files inside a contact.
    pub files: Vec<File>,
    /// What is gone.
    pub losses: Vec<Loss>,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub enum Card {
    /// A person or an organisation.
    Contact(Box<Contact>),
    /// A distribution list.
    Group(Group),
}

/// Bytes inside a card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The media type; empty if nobody says.
    pub media_type: String,
    /// The name; may be empty.
    pub name: String,
    /// The bytes.
    pub data: Data,
}

impl File {
    /// On its way into another card.
    pub fn inline(&self) -> Inline {
        Inline::new(self.media_type.clone(), self.name.clone(), self.data.reader())
    }
}

/// Reads one card. What is large stays where it lies in the text, which is shared and not copied.
///
/// # Errors
/// If there is no card in it.
pub fn read(text: impl Into<Text>) -> Result<Read, Problem> {
    let mut cards = roots(&text.into())?.into_iter().filter(|root| root.name == "VCARD");
    let mut card = cards.next().ok_or(Problem::new(1, Reason::NoItem))?;
    let is_4 = card.property("VERSION").is_some_and(|version| version.is("4.0"));
    if !is_4 {
        card.properties.iter_mut().for_each(Property::without_carets);
    }
    let mut read = if is_group(&card) { group::read(&card, is_4) } else { contact(&card, is_4) };
    for other in cards {
        let name = other.property("FN").map(Property::text).unwrap_or_default();
        Loss::new("VCARD", Lost::Item, &name).push(&mut read.losses);
    }
    for inside in &card.inside {
        Loss::new(&inside.name, Lost::Component, "").push(&mut read.losses);
    }
    Ok(read)
}

fn is_group(card: &Component) -> bool {
    ["KIND", "X-ADDRESSBOOKSERVER-KIND"]
        .iter()
        .filter_map(|name| card.property(name))
        .any(|kind| kind.is("group"))
}

/// A contact on its way.
struct Reader {
    contact: Contact,
    photo: Option<File>,
    files: Vec<File>,
    labels: Labels,
    losses: Vec<Loss>,
    is_4: bool,
    /// One for each address: the group that it stands in, in lower case.
    groups_of_addresses: Vec<String>,
    has_preferred_email: bool,
}

fn contact(card: &Component, is_4: bool) -> Read {
    let mut reader = Reader {
        contact: Contact::default(),
        photo: None,
        files: Vec::new(),
        labels: Labels::of(card),
        losses: Vec::new(),
        is_4,
        groups_of_addresses: Vec::new(),
        has_preferred_email: false,
    };
    let mut counts = BTreeMap::new();
    for property in &card.properties {
        if says_nothing(property) {
            continue;
        }
        let most = if ONCE.contains(&property.name.as_str()) { 1 } else { MOST };
        let count = counts.entry(property.name.as_str()).or_insert(0_usize);
        *count += 1;
        if *count > most {
            reader.lose(&property.name, Lost::TooMany, property.value());
            continue;
        }
        let taken = reader.name(property)
            || reader.work(property)
            || reader.reach(property)
            || reader.person(property)
            || reader.number(property)
            || reader.binary(property);
        if !taken {
            reader.keep(property);
        }
    }
    reader.finish(card)
}

/// RFC 6350 §6: what stands in a card once at most.
const ONCE: [&str; 7] = ["N", "UID", "REV", "BDAY", "ANNIVERSARY", "GENDER", "KIND"];
/// So often at most stands anything else: a phone is looked for among the phones before it.
const MOST: usize = 10_000;

/// A property without a value says nothing, unless its being there does.
fn says_nothing(property: &Property) -> bool {
    property.is_empty() && !property.name.starts_with("X-")
}

impl Reader {
    fn finish(mut self, card: &Component) -> Read {
        let contact = &mut self.contact;
        contact.addresses.retain(|address| !address.is_empty());
        if card.property("KIND").is_some_and(|kind| kind.is("org")) && contact.organisation.is_empty() {
            contact.organisation = contact.display_name.clone();
        }
        self.labels.finish(&mut self.losses, &mut self.contact.lines);
        let card = Card::Contact(Box::new(self.contact));
        Read { card, photo: self.photo, files: self.files, losses: self.losses }
    }

    fn lose(&mut self, property: &str, reason: Lost, detail: &str) {
        Loss::new(property, reason, detail).push(&mut self.losses);
    }
}

/// The cards of a text; one of 2.1 is brought to 4.0.
fn roots(text: &Text) -> Result<Vec<Component>, Problem> {
    let roots = component::read(text)?;
    let is_current = |root: &Component| {
        root.property("VERSION").is_some_and(|version| version.is("3.0") || version.is("4.0"))
    };
    if roots.first().is_some_and(is_current) {
        return Ok(roots);
    }
    let none = Problem::new(1, Reason::NoItem);
    let text = text.whole()?;
    let Ok(index) = vcf::Index::of(&text[..]) else { return Err(none) };
    let entry = index.entries().first().ok_or(none.clone())?;
    let rendered = index.render(entry, vcf::Options { vcard_3: false }, &mut |at, bytes| {
        let (at, bytes) =
            (usize::try_from(at).unwrap_or_default(), usize::try_from(bytes).unwrap_or_default());
        Ok(text.get(at..at.saturating_add(bytes)).unwrap_or_default().to_vec())
    });
    component::read(&rendered.map(Text::from).map_err(|_| none)?)
}

#[cfg(test)]
mod tests;
