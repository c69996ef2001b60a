//! A mailbox: folders and items, and what has become of those that are there no more.

use super::{ARCHIVE, DISTINGUISHED, Folder, Ident, Item};
use crate::ews::{schema::Kind, xml::Element};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub(in crate::ews) struct Mailbox {
    pub(in crate::ews) number: u32,
    pub(in crate::ews) address: String,
    /// Other addresses of it.
    pub(in crate::ews) aliases: Vec<String>,
    pub(in crate::ews) name: String,
    pub(in crate::ews) folders: BTreeMap<u64, Folder>,
    pub(in crate::ews) items: BTreeMap<u64, Item>,
    pub(in crate::ews) gone: Vec<Gone>,
    /// By folder and name.
    pub(in crate::ews) configurations: BTreeMap<(u64, String), Vec<Element>>,
    /// Who may open it beside its owner.
    pub(in crate::ews) delegates: BTreeSet<String>,
    /// Counts what happens.
    pub(in crate::ews) clock: u64,
    next: u64,
}

/// Something that was here.
#[derive(Clone, Debug)]
pub(in crate::ews) struct Gone {
    pub(in crate::ews) at: u64,
    pub(in crate::ews) arrived: u64,
    /// Nothing: it was a folder itself.
    pub(in crate::ews) folder: Option<u64>,
    pub(in crate::ews) key: u64,
}

impl Mailbox {
    pub(in crate::ews) fn new(number: u32, address: &str, name: &str) -> Self {
        let mut mailbox = Self {
            number,
            address: address.to_owned(),
            aliases: Vec::new(),
            name: name.to_owned(),
            folders: BTreeMap::new(),
            items: BTreeMap::new(),
            gone: Vec::new(),
            configurations: BTreeMap::new(),
            delegates: BTreeSet::new(),
            clock: 0,
            next: 0,
        };
        mailbox.add_roots(&DISTINGUISHED);
        mailbox
    }

    pub(in crate::ews) fn add_archive(&mut self) {
        self.add_roots(&ARCHIVE);
    }

    pub(in crate::ews) fn add_roots(
        &mut self,
        roots: &[(&'static str, Option<&'static str>, &'static str, &'static str)],
    ) {
        for (distinguished, parent, name, class) in roots {
            let parent = parent.and_then(|name| self.distinguished(name));
            let key = self.add_folder(parent, name, class);
            if let Some(folder) = self.folders.get_mut(&key) {
                folder.distinguished = Some(distinguished);
            }
        }
    }

    /// Its address within Exchange alone.
    pub(in crate::ews) fn x500(&self) -> String {
        let unit = "Exchange Administrative Group (FYDIBOHF23SPDLT)";
        format!("/o=Mock/ou={unit}/cn=Recipients/cn={}-{}", self.number, self.name)
    }

    /// Whether this is its address.
    pub(in crate::ews) fn is_at(&self, address: &str) -> bool {
        std::iter::once(&self.address).chain(&self.aliases).any(|own| own.eq_ignore_ascii_case(address))
    }

    pub(in crate::ews) fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// A time that goes on with every change, and is the same in every run.
    pub(in crate::ews) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
            + TimeDelta::seconds(i64::try_from(self.clock).unwrap_or_default())
    }

    pub(in crate::ews) fn next_key(&mut self) -> u64 {
        // Not one by one: nobody may rely on it. Even, so that ids come that differ in case only.
        self.next += 2;
        self.next
    }

    pub(in crate::ews) fn distinguished(&self, name: &str) -> Option<u64> {
        self.folders.values().find(|folder| folder.distinguished == Some(name)).map(|folder| folder.key)
    }

    pub(in crate::ews) fn add_folder(&mut self, parent: Option<u64>, name: &str, class: &str) -> u64 {
        let (key, now) = (self.next_key(), self.tick());
        let folder = Folder {
            key,
            parent,
            name: name.to_owned(),
            class: class.to_owned(),
            distinguished: None,
            properties: Vec::new(),
            holder: None,
            created: now,
            changed: now,
        };
        self.folders.insert(key, folder);
        key
    }

    /// Names are the same whatever their case.
    pub(in crate::ews) fn child_named(&self, parent: u64, name: &str) -> Option<u64> {
        let same = |folder: &&Folder| folder.name.to_lowercase() == name.to_lowercase();
        self.children(parent).find(same).map(|folder| folder.key)
    }

    pub(in crate::ews) fn children(&self, parent: u64) -> impl Iterator<Item = &Folder> {
        self.folders.values().filter(move |folder| folder.parent == Some(parent))
    }

    /// Everything below a folder, parents before children.
    pub(in crate::ews) fn below(&self, parent: u64) -> Vec<u64> {
        let mut found = Vec::new();
        for child in self.children(parent) {
            found.push(child.key);
            found.extend(self.below(child.key));
        }
        found
    }

    pub(in crate::ews) fn items_of(&self, folder: u64) -> impl Iterator<Item = &Item> {
        self.items.values().filter(move |item| item.folder == folder)
    }

    /// An item that is nowhere yet.
    pub(in crate::ews) fn blank(&mut self, kind: Kind, folder: u64) -> Item {
        let (key, now) = (self.next_key(), self.tick());
        let seed = format!("{}/{key}/{now}", self.address);
        Item {
            key,
            folder,
            kind,
            fields: Vec::new(),
            properties: Vec::new(),
            mime: None,
            attachments: Vec::new(),
            exceptions: BTreeMap::new(),
            deleted: BTreeSet::new(),
            search_key: blake3::hash(seed.as_bytes()).as_bytes()[..16].to_vec(),
            created_at: self.now(),
            modified_at: self.now(),
            arrived: now,
            changed: now,
            changed_otherwise: now,
        }
    }

    pub(in crate::ews) fn add_item(&mut self, item: Item) -> u64 {
        let key = item.key;
        self.items.insert(key, item);
        key
    }

    /// Something about an item was changed.
    pub(in crate::ews) fn touch(&mut self, key: u64, is_read_only: bool) {
        let (now, time) = (self.tick(), self.now());
        if let Some(item) = self.items.get_mut(&key) {
            (item.changed, item.modified_at) = (now, time);
            if !is_read_only {
                item.changed_otherwise = now;
            }
        }
    }

    /// Out of its folder, into another under another id.
    pub(in crate::ews) fn move_item(&mut self, key: u64, folder: u64) -> Option<u64> {
        let mut item = self.take_item(key)?;
        let (new, now) = (self.next_key(), self.tick());
        (item.key, item.folder, item.arrived, item.changed, item.changed_otherwise) =
            (new, folder, now, now, now);
        Some(self.add_item(item))
    }

    pub(in crate::ews) fn move_item_with_its_key(&mut self, key: u64, folder: u64) {
        if let Some(mut item) = self.take_item(key) {
            let now = self.tick();
            (item.folder, item.arrived, item.changed, item.changed_otherwise) = (folder, now, now, now);
            self.add_item(item);
        }
    }

    pub(in crate::ews) fn copy_item(&mut self, key: u64, folder: u64) -> Option<u64> {
        let mut item = self.items.get(&key)?.clone();
        let (new, now) = (self.next_key(), self.tick());
        (item.key, item.folder, item.arrived, item.changed, item.changed_otherwise) =
            (new, folder, now, now, now);
        item.created_at = self.now();
        Some(self.add_item(item))
    }

    /// It is there no more.
    pub(in crate::ews) fn take_item(&mut self, key: u64) -> Option<Item> {
        let item = self.items.remove(&key)?;
        let at = self.tick();
        self.gone.push(Gone { at, arrived: item.arrived, folder: Some(item.folder), key });
        Some(item)
    }

    /// A folder with what is in it, and what is below, is there no more.
    pub(in crate::ews) fn take_folder(&mut self, key: u64) {
        for child in self.below(key).into_iter().rev().chain([key]) {
            let items: Vec<u64> = self.items_of(child).map(|item| item.key).collect();
            items.into_iter().for_each(|item| drop(self.take_item(item)));
            if let Some(folder) = self.folders.remove(&child) {
                let at = self.tick();
                self.gone.push(Gone { at, arrived: folder.created, folder: None, key: child });
            }
        }
    }

    pub(in crate::ews) fn folder_id(&self, key: u64) -> String {
        Ident::Folder { mailbox: self.number, key }.text()
    }

    pub(in crate::ews) fn item_id(&self, key: u64) -> String {
        Ident::Item { mailbox: self.number, key }.text()
    }
}
