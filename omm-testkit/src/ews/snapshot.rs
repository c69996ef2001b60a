//! What is stored, as plain values that a test compares.

use super::{
    Kind, Version, calendar,
    schema::{Property, Shape},
    store::{Attached, Attachment, Folder, Ident, Item, Mailbox},
    view::{Purpose, View, item_element},
    world::World,
    xml::Element,
};

/// A folder as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredFolder {
    /// Its id.
    pub id: String,
    /// From the top, `/` between levels.
    pub path: String,
    /// The name it has in every mailbox.
    pub distinguished: Option<&'static str>,
    /// Its class.
    pub class: String,
    /// How many items are in it.
    pub items: usize,
    /// Its extended properties, sorted.
    pub properties: Vec<Property>,
}

/// An item as it is. Ids, sizes and what follows from other elements are left out of what is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredItem {
    /// Its id.
    pub id: String,
    /// Its change key.
    pub change_key: String,
    /// What it is.
    pub kind: Kind,
    /// Its class.
    pub class: String,
    /// What was set, elements sorted by name; for appointments with Start and End in UTC.
    pub fields: Vec<Element>,
    /// Extended properties, sorted by name; those that elements show are there.
    pub properties: Vec<Property>,
    /// The MIME it was created from.
    pub mime: Option<Vec<u8>>,
    /// What is attached.
    pub attachments: Vec<StoredAttachment>,
    /// Of a series: the single ones, those that do not take place left out; at most 2000.
    pub occurrences: Vec<StoredOccurrence>,
    /// Of a series: when those would begin that do not take place.
    pub deleted: Vec<String>,
    /// Everything as GetItem answers it with AllProperties.
    pub element: Element,
}

/// What is attached to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredAttachment {
    /// Name, ContentType and so on, as set.
    pub fields: Vec<Element>,
    /// A file's bytes.
    pub bytes: Option<Vec<u8>>,
    /// An attached item, as GetAttachment shows it.
    pub item: Option<Element>,
}

/// One of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredOccurrence {
    /// From 1; those that were deleted count.
    pub index: usize,
    /// When it begins, in UTC.
    pub start: String,
    /// When it ends.
    pub end: String,
    /// When it would begin had it not been changed.
    pub original_start: String,
    /// Whether anything about it was changed.
    pub is_exception: bool,
    /// What was changed, sorted by name.
    pub changes: Vec<Element>,
}

impl StoredItem {
    /// The text of an element of [`StoredItem::element`].
    pub fn text(&self, name: &str) -> Option<&str> {
        self.element.text_of(name)
    }

    /// An extended property.
    pub fn property(&self, name: &super::PropertyName) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == *name)
    }
}

/// What users see at the top.
pub(super) fn top(mailbox: &Mailbox) -> u64 {
    let names = ["msgfolderroot", "publicfoldersroot"];
    names.iter().find_map(|name| mailbox.distinguished(name)).unwrap_or_default()
}

/// The folder at a path, or with a distinguished name.
pub(super) fn find(mailbox: &Mailbox, path: &str) -> Option<u64> {
    let mut names = path.split('/');
    let first = names.next()?;
    let start = mailbox.distinguished(first).or_else(|| mailbox.child_named(top(mailbox), first))?;
    names.try_fold(start, |parent, name| mailbox.child_named(parent, name))
}

pub(super) fn folders(mailbox: &Mailbox) -> Vec<StoredFolder> {
    let all = mailbox.folders.values().filter(|folder| folder.parent.is_some() && folder.key != top(mailbox));
    let mut found: Vec<StoredFolder> = all
        .map(|folder| {
            let mut properties = folder.properties.clone();
            properties.sort();
            StoredFolder {
                id: mailbox.folder_id(folder.key),
                path: path(mailbox, folder),
                distinguished: folder.distinguished,
                class: folder.class.clone(),
                items: mailbox.items_of(folder.key).count(),
                properties,
            }
        })
        .collect();
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn path(mailbox: &Mailbox, folder: &Folder) -> String {
    let parent = folder.parent.filter(|parent| *parent != top(mailbox));
    let above =
        parent.and_then(|parent| mailbox.folders.get(&parent)).filter(|parent| parent.parent.is_some());
    match above {
        Some(above) => format!("{}/{}", path(mailbox, above), folder.name),
        None => folder.name.clone(),
    }
}

pub(super) fn item(world: &World, mailbox: &Mailbox, item: &Item) -> StoredItem {
    let shape = Shape { base: "AllProperties".to_owned(), ..Shape::default() };
    let view = View { mailbox, item, instance: None, version: Version::Exchange2016 };
    let mut properties = item.properties.clone();
    properties.sort();
    StoredItem {
        id: Ident::Item { mailbox: mailbox.number, key: item.key }.text(),
        change_key: view.change_key(),
        kind: item.kind,
        class: item.class(),
        fields: sorted(&item.fields),
        properties,
        mime: item.mime.clone(),
        attachments: item.attachments.iter().map(|it| attachment(world, mailbox, it)).collect(),
        occurrences: occurrences(item),
        deleted: item
            .deleted
            .iter()
            .filter_map(|at| chrono::DateTime::from_timestamp(*at, 0))
            .map(calendar::shown)
            .collect(),
        element: item_element(world, view, &shape, Purpose::Get).unwrap_or_default(),
    }
}

fn attachment(world: &World, mailbox: &Mailbox, attachment: &Attachment) -> StoredAttachment {
    let shape = Shape { base: "AllProperties".to_owned(), ..Shape::default() };
    let (bytes, item) = match &attachment.content {
        Attached::File(bytes) => (Some(bytes.clone()), None),
        Attached::Item(item) => {
            let view = View { mailbox, item, instance: None, version: Version::Exchange2016 };
            (None, item_element(world, view, &shape, Purpose::Get).ok())
        }
    };
    StoredAttachment { fields: attachment.fields.clone(), bytes, item }
}

fn occurrences(item: &Item) -> Vec<StoredOccurrence> {
    if !item.is_series() {
        return Vec::new();
    }
    let living = calendar::instances(item).filter(|instance| !instance.is_deleted).take(2000);
    let of = |instance: calendar::Instance| StoredOccurrence {
        index: instance.index,
        start: calendar::shown(instance.start),
        end: calendar::shown(instance.end),
        original_start: calendar::shown(instance.original),
        is_exception: instance.is_exception,
        changes: item
            .exceptions
            .get(&instance.original.timestamp())
            .map(|it| sorted(&it.fields))
            .unwrap_or_default(),
    };
    living.map(of).collect()
}

fn sorted(fields: &[Element]) -> Vec<Element> {
    let mut fields = fields.to_vec();
    fields.sort();
    fields
}
