//! An item.

use crate::ews::{
    schema::{Kind, Property, PropertyName},
    xml::Element,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub(in crate::ews) struct Item {
    pub(in crate::ews) key: u64,
    pub(in crate::ews) folder: u64,
    pub(in crate::ews) kind: Kind,
    /// What was set, in no order; what follows from it is reckoned when it is asked for.
    pub(in crate::ews) fields: Vec<Element>,
    pub(in crate::ews) properties: Vec<Property>,
    pub(in crate::ews) mime: Option<Vec<u8>>,
    pub(in crate::ews) attachments: Vec<Attachment>,
    /// Of a series: those that are not as the others, by the second at which they would begin.
    pub(in crate::ews) exceptions: BTreeMap<i64, Exception>,
    /// Of a series: those that do not take place.
    pub(in crate::ews) deleted: BTreeSet<i64>,
    /// Stays with it wherever it goes ([MS-OXCPRPT] PidTagSearchKey).
    pub(in crate::ews) search_key: Vec<u8>,
    pub(in crate::ews) created_at: DateTime<Utc>,
    pub(in crate::ews) modified_at: DateTime<Utc>,
    /// On the mailbox's clock: when it came into this folder, when anything was changed, when it was last changed
    /// otherwise than to read or unread.
    pub(in crate::ews) arrived: u64,
    pub(in crate::ews) changed: u64,
    pub(in crate::ews) changed_otherwise: u64,
}

/// What is attached.
#[derive(Clone, Debug)]
pub(in crate::ews) struct Attachment {
    pub(in crate::ews) number: u64,
    /// Name, ContentType, ContentId, ContentLocation, IsInline, IsContactPhoto, LastModifiedTime: as they were given.
    pub(in crate::ews) fields: Vec<Element>,
    pub(in crate::ews) content: Attached,
}

#[derive(Clone, Debug)]
pub(in crate::ews) enum Attached {
    File(Vec<u8>),
    Item(Box<Item>),
}

/// One of a series that differs.
#[derive(Clone, Debug, Default)]
pub(in crate::ews) struct Exception {
    pub(in crate::ews) fields: Vec<Element>,
    pub(in crate::ews) removed: BTreeSet<String>,
    pub(in crate::ews) properties: Vec<Property>,
    pub(in crate::ews) attachments: Vec<Attachment>,
}

impl Item {
    pub(in crate::ews) fn field(&self, name: &str) -> Option<&Element> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(in crate::ews) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.text.trim())
    }

    pub(in crate::ews) fn is(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1"))
    }

    pub(in crate::ews) fn put(&mut self, field: Element) {
        match self.fields.iter_mut().find(|own| own.name == field.name) {
            Some(own) => *own = field,
            None => self.fields.push(field),
        }
    }

    pub(in crate::ews) fn put_text(&mut self, name: &str, text: impl Into<String>) {
        self.put(Element::text(name, text));
    }

    /// Its user changes an element of it: of a message MIME is made anew then.
    pub(in crate::ews) fn edit(&mut self, name: &str, text: &str) {
        self.put_text(name, text);
        self.mime = None;
    }

    pub(in crate::ews) fn remove(&mut self, name: &str) {
        self.fields.retain(|field| field.name != name);
    }

    pub(in crate::ews) fn property(&self, name: &PropertyName) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == *name)
    }

    pub(in crate::ews) fn put_property(&mut self, property: Property) {
        self.properties.retain(|own| own.name != property.name);
        self.properties.push(property);
    }

    pub(in crate::ews) fn class(&self) -> String {
        self.text("ItemClass").filter(|class| !class.is_empty()).unwrap_or(self.kind.class()).to_owned()
    }

    pub(in crate::ews) fn is_series(&self) -> bool {
        self.kind == Kind::CalendarItem && self.field("Recurrence").is_some()
    }

    /// The one of a series that differs: as soon as it does, it has the files of the series as its own.
    pub(in crate::ews) fn exception(&mut self, original: i64) -> &mut Exception {
        let inherited = self.inherited();
        let blank = || Exception { attachments: inherited, ..Exception::default() };
        self.exceptions.entry(original).or_insert_with(blank)
    }

    /// What an occurrence that becomes another has of the files of its series: the same ones, under other names.
    pub(in crate::ews) fn inherited(&self) -> Vec<Attachment> {
        let all = self.attachments.iter().chain(self.exceptions.values().flat_map(|it| &it.attachments));
        let last = all.map(|own| own.number).max().unwrap_or(0);
        let numbers = last + 1..;
        self.attachments
            .iter()
            .zip(numbers)
            .map(|(own, number)| Attachment { number, ..own.clone() })
            .collect()
    }

    /// About as many bytes as it takes. Whether it was read is a bit of it.
    pub(in crate::ews) fn size(&self) -> usize {
        let fields: usize = self.fields.iter().filter(|field| field.name != "IsRead").map(weight).sum();
        let properties: usize = self.properties.iter().flat_map(|it| &it.values).map(String::len).sum();
        let attachments: usize = self.attachments.iter().map(Attachment::size).sum();
        let mime = self.mime.as_ref().map_or(attachments, Vec::len);
        512 + fields + properties + mime
    }
}

impl Attachment {
    pub(in crate::ews) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.text.as_str())
    }

    pub(in crate::ews) fn size(&self) -> usize {
        match &self.content {
            Attached::File(bytes) => bytes.len(),
            Attached::Item(item) => item.size(),
        }
    }
}

fn weight(element: &Element) -> usize {
    element.text.len() + element.children.iter().map(weight).sum::<usize>()
}
