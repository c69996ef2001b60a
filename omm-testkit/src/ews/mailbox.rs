//! A mailbox as test authors hold it: what is in it, and what its user does.

use super::{
    Kind, StoredFolder, StoredItem, calendar, ops,
    schema::{Property, PropertyName},
    snapshot,
    store::{Ident, Mailbox},
    world::{SharedWorld, World, lock},
    xml::{self, Element},
};
use std::sync::Arc;

/// A mailbox. Folders are named by paths from the top, as users see them, `/` between levels: `Inbox/Projects`;
/// or by the name every mailbox has them under: `inbox`, `recoverableitemsdeletions`.
pub struct MockMailbox {
    world: SharedWorld,
    number: u32,
}

impl MockMailbox {
    pub(super) fn new(world: &SharedWorld, number: u32) -> Self {
        Self { world: Arc::clone(world), number }
    }

    /// The name of its owner.
    pub fn named(&self, name: &str) -> &Self {
        self.with(|mailbox| name.clone_into(&mut mailbox.name));
        self
    }

    /// Another address of it.
    pub fn alias(&self, address: &str) -> &Self {
        self.with(|mailbox| mailbox.aliases.push(address.to_owned()));
        self
    }

    /// An archive beside it: `archivemsgfolderroot` and what is below.
    pub fn archive(&self) -> &Self {
        self.with(Mailbox::add_archive);
        self
    }

    /// This user may open it.
    pub fn delegate(&self, address: &str) -> &Self {
        self.with(|mailbox| mailbox.delegates.insert(address.to_ascii_lowercase()));
        self
    }

    /// Makes a folder with those above it that are missing, of this class (`IPF.Note`).
    pub fn add_folder(&self, path: &str, class: &str) -> &Self {
        self.with(|mailbox| {
            let root = snapshot::top(mailbox);
            let mut parent =
                snapshot::find(mailbox, path.split('/').next().unwrap_or_default()).unwrap_or(root);
            let is_first_known = parent != root;
            for name in path.split('/').skip(usize::from(is_first_known)) {
                parent = match mailbox.child_named(parent, name) {
                    Some(key) => key,
                    None => mailbox.add_folder(Some(parent), name, class),
                };
            }
        });
        self
    }

    /// Hides a folder from its user.
    pub fn hide_folder(&self, path: &str) -> &Self {
        self.in_folder(path, |mailbox, key| {
            if let Some(folder) = mailbox.folders.get_mut(&key) {
                let name = PropertyName::tagged(0x10F4, "Boolean");
                folder.properties.push(Property::new(name, "true"));
            }
        });
        self
    }

    /// The items of a public folder are in the mailbox with this GUID; who asks elsewhere is refused.
    pub fn held_by(&self, path: &str, guid: &str) -> &Self {
        self.in_folder(path, |mailbox, key| {
            if let Some(folder) = mailbox.folders.get_mut(&key) {
                folder.holder = Some(guid.to_owned());
                let name = PropertyName::tagged(0x6698, "Binary");
                use base64::Engine as _;
                let list = base64::engine::general_purpose::STANDARD.encode(format!("{guid}\0"));
                folder.properties.push(Property::new(name, list));
            }
        });
        self
    }

    /// Removes a folder for good.
    pub fn remove_folder(&self, path: &str) -> &Self {
        self.in_folder(path, |mailbox, key| mailbox.take_folder(key));
        self
    }

    /// Gives a folder another name.
    pub fn rename_folder(&self, path: &str, name: &str) -> &Self {
        self.in_folder(path, |mailbox, key| {
            let now = mailbox.tick();
            if let Some(folder) = mailbox.folders.get_mut(&key) {
                name.clone_into(&mut folder.name);
                folder.changed = now;
            }
        });
        self
    }

    /// Adds a mail that has arrived: no draft, received at this time (`2026-01-31T12:00:00Z`). Gives its id.
    pub fn add_mail(&self, path: &str, mime: &[u8], received: &str, is_read: bool) -> String {
        use base64::Engine as _;
        let content = base64::engine::general_purpose::STANDARD.encode(mime);
        let element = Element::new("Message")
            .holding(Element::text("MimeContent", content))
            .holding(Element::text("IsRead", is_read.to_string()));
        let flags = Property::new(PropertyName::tagged(0x0E07, "Integer"), u8::from(is_read).to_string());
        let received = Property::new(PropertyName::tagged(0x0E06, "SystemTime"), received);
        self.add(path, element, &[flags, received])
    }

    /// Adds an item as CreateItem would: from its element, `<t:Contact>…</t:Contact>`, with any prefix or none.
    /// Gives its id.
    ///
    /// # Panics
    /// When a client could not create it so.
    pub fn add_xml(&self, path: &str, element: &str) -> String {
        let spaced = format!(
            "<x xmlns=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">{element}</x>"
        );
        let root = xml::read(spaced.as_bytes()).unwrap_or_else(|why| panic!("{why}: {element}"));
        let Some(element) = root.children.into_iter().next() else { panic!("no element in {spaced}") };
        self.add(path, element, &[])
    }

    /// The same, with extended properties beside those in the element.
    ///
    /// # Panics
    /// When a client could not create it so.
    pub fn add(&self, path: &str, element: Element, properties: &[Property]) -> String {
        let mut world = lock(&self.world);
        let Some(kind) = Kind::of_element(&element.name) else { panic!("{} is no item", element.name) };
        let (number, folder) = (self.number, self.key(&world, path));
        let mut item = mailbox_mut(&mut world, number).blank(kind, folder);
        let result = ops::fill(&world, None, &mut item, &element);
        result.unwrap_or_else(|refusal| panic!("{}: {}", refusal.code, refusal.text));
        for property in properties {
            let result = ops::put_extended(&mut item, property.clone(), true);
            result.unwrap_or_else(|refusal| panic!("{}: {}", refusal.code, refusal.text));
        }
        let key = mailbox_mut(&mut world, number).add_item(item);
        Ident::Item { mailbox: number, key }.text()
    }

    /// The user reads it, or marks it unread.
    pub fn mark_read(&self, id: &str, is_read: bool) -> &Self {
        self.touch(id, true, |item| item.put_text("IsRead", is_read.to_string()));
        self
    }

    /// The user changes an element of it.
    pub fn set(&self, id: &str, name: &str, text: &str) -> &Self {
        self.touch(id, false, |item| item.edit(name, text));
        self
    }

    /// So much time passes in the mailbox, in which nothing happens.
    pub fn pass(&self, time: std::time::Duration) -> &Self {
        self.with(|mailbox| mailbox.clock += time.as_secs());
        self
    }

    /// The user puts a file on one of a series that was changed: the one with this number, from 1.
    ///
    /// # Panics
    /// When there is no such one.
    pub fn add_file_to_occurrence(&self, id: &str, index: usize, name: &str, bytes: &[u8]) -> &Self {
        let (original, now) = (self.original(id, index), self.with(|mailbox| mailbox.now()));
        self.touch(id, false, |item| {
            let number = item.inherited().iter().map(|own| own.number).max().unwrap_or(0) + 1;
            let fields = [("Name", name.to_owned()), ("LastModifiedTime", calendar::shown(now))];
            let fields = fields.map(|(field, text)| Element::text(field, text)).to_vec();
            let content = super::store::Attached::File(bytes.to_vec());
            item.exception(original).attachments.push(super::store::Attachment { number, fields, content });
        });
        self
    }

    /// The user puts a file in the place of another one of a series that was changed.
    ///
    /// # Panics
    /// When there is no such one.
    pub fn replace_file_of_occurrence(&self, id: &str, index: usize, name: &str, bytes: &[u8]) -> &Self {
        let original = self.original(id, index);
        self.change(id, |item| {
            item.exception(original).attachments.retain(|own| own.field("Name") != Some(name));
        });
        self.add_file_to_occurrence(id, index, name, bytes)
    }

    /// The files that one of a series has: the one with this number, from 1.
    ///
    /// # Panics
    /// When there is no such one.
    pub fn files_of_occurrence(&self, id: &str, index: usize) -> Vec<(String, Vec<u8>)> {
        let original = self.original(id, index);
        let world = lock(&self.world);
        let item = mailbox(&world, self.number).items.get(&item_key(id));
        let list =
            item.map(|item| item.exceptions.get(&original).map_or(&item.attachments, |it| &it.attachments));
        let file = |own: &super::store::Attachment| match &own.content {
            super::store::Attached::File(bytes) => {
                Some((own.field("Name").unwrap_or_default().to_owned(), bytes.clone()))
            }
            super::store::Attached::Item(_) => None,
        };
        list.into_iter().flatten().filter_map(file).collect()
    }

    /// The user moves it. Gives its new id.
    ///
    /// # Panics
    /// When there is no such item or folder.
    pub fn relocate(&self, id: &str, path: &str) -> String {
        let mut world = lock(&self.world);
        let (number, to, key) = (self.number, self.key(&world, path), item_key(id));
        let moved = mailbox_mut(&mut world, number).move_item(key, to);
        let Some(key) = moved else { panic!("there is no item {id}") };
        Ident::Item { mailbox: number, key }.text()
    }

    /// The user moves it, on a server that does not give it another id.
    pub fn relocate_with_its_id(&self, id: &str, path: &str) -> &Self {
        let mut world = lock(&self.world);
        let (number, to, key) = (self.number, self.key(&world, path), item_key(id));
        mailbox_mut(&mut world, number).move_item_with_its_key(key, to);
        drop(world);
        self
    }

    /// The user copies it. Gives the copy's id.
    ///
    /// # Panics
    /// When there is no such item or folder.
    pub fn duplicate(&self, id: &str, path: &str) -> String {
        let mut world = lock(&self.world);
        let (number, to, key) = (self.number, self.key(&world, path), item_key(id));
        let copied = mailbox_mut(&mut world, number).copy_item(key, to);
        let Some(key) = copied else { panic!("there is no item {id}") };
        Ident::Item { mailbox: number, key }.text()
    }

    /// The user deletes it for good.
    pub fn remove(&self, id: &str) -> &Self {
        let key = item_key(id);
        self.with(|mailbox| drop(mailbox.take_item(key)));
        self
    }

    /// One of a series does not take place: the one with this number, from 1.
    ///
    /// # Panics
    /// When there is no such one.
    pub fn remove_occurrence(&self, id: &str, index: usize) -> &Self {
        let original = self.original(id, index);
        self.touch(id, false, |item| {
            item.deleted.insert(original);
        });
        self
    }

    /// One of a series is changed: elements of it are set.
    ///
    /// # Panics
    /// When there is no such one.
    pub fn change_occurrence(&self, id: &str, index: usize, fields: &[Element]) -> &Self {
        let original = self.original(id, index);
        self.touch(id, false, |item| {
            let exception = item.exception(original);
            exception.fields.retain(|own| fields.iter().all(|field| field.name != own.name));
            exception.fields.extend(fields.iter().cloned());
        });
        self
    }

    /// The list of categories that the user has made: names and colours (0 to 24).
    pub fn categories(&self, categories: &[(&str, i32)]) -> &Self {
        let of = |(name, colour): &(&str, i32)| {
            format!(
                "<category name=\"{}\" color=\"{colour}\" keyboardShortcut=\"0\" guid=\"{{00000000-0000-0000-0000-{colour:012}}}\"/>",
                name.replace('&', "&amp;")
            )
        };
        let all: String = categories.iter().map(of).collect();
        let text =
            format!("<?xml version=\"1.0\"?><categories xmlns=\"CategoryList.xsd\">{all}</categories>");
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(text);
        self.with(|mailbox| {
            if let Some(calendar) = mailbox.distinguished("calendar") {
                let name = (calendar, "CategoryList".to_owned());
                mailbox.configurations.insert(name, vec![Element::text("XmlData", data)]);
            }
        });
        self
    }

    /// The zone that its owner chose in Outlook on the web: `W. Europe Standard Time`.
    pub fn time_zone(&self, name: &str) -> &Self {
        let of = |kind: &str, text: &str| {
            Element::new(kind).holding(Element::text("Type", "String")).holding(Element::text("Value", text))
        };
        let entry = Element::new("DictionaryEntry")
            .holding(of("DictionaryKey", "timezone"))
            .holding(of("DictionaryValue", name));
        let dictionary = Element::new("Dictionary").holding(entry);
        self.with(|mailbox| {
            if let Some(root) = mailbox.distinguished("root") {
                mailbox.configurations.insert((root, "OWA.UserOptions".to_owned()), vec![dictionary]);
            }
        });
        self
    }

    /// Its address within Exchange alone, for which ResolveNames has that of mail.
    pub fn x500(&self) -> String {
        self.with(|mailbox| mailbox.x500())
    }

    /// All folders below the top, as they are.
    pub fn folders(&self) -> Vec<StoredFolder> {
        let world = lock(&self.world);
        snapshot::folders(mailbox(&world, self.number))
    }

    /// All items of a folder, oldest first.
    pub fn items(&self, path: &str) -> Vec<StoredItem> {
        let world = lock(&self.world);
        let key = self.key(&world, path);
        let mailbox = mailbox(&world, self.number);
        mailbox.items_of(key).map(|item| snapshot::item(&world, mailbox, item)).collect()
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<StoredItem> {
        let world = lock(&self.world);
        let mailbox = mailbox(&world, self.number);
        mailbox.items.get(&item_key(id)).map(|item| snapshot::item(&world, mailbox, item))
    }

    fn original(&self, id: &str, index: usize) -> i64 {
        let world = lock(&self.world);
        let item = mailbox(&world, self.number).items.get(&item_key(id));
        let found = item.and_then(|item| calendar::original_at(item, index).ok());
        found.unwrap_or_else(|| panic!("there is no occurrence {index} of {id}"))
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut super::store::Item)) {
        let key = item_key(id);
        self.with(|mailbox| mailbox.items.get_mut(&key).map(change));
    }

    fn touch(&self, id: &str, is_read_only: bool, change: impl FnOnce(&mut super::store::Item)) {
        self.change(id, change);
        self.with(|mailbox| mailbox.touch(item_key(id), is_read_only));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Mailbox) -> T) -> T {
        act(mailbox_mut(&mut lock(&self.world), self.number))
    }

    fn in_folder(&self, path: &str, act: impl FnOnce(&mut Mailbox, u64)) {
        let key = self.key(&lock(&self.world), path);
        self.with(|mailbox| act(mailbox, key));
    }

    fn key(&self, world: &World, path: &str) -> u64 {
        let found = snapshot::find(mailbox(world, self.number), path);
        found.unwrap_or_else(|| panic!("there is no folder {path}"))
    }
}

impl std::fmt::Debug for MockMailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockMailbox").field("number", &self.number).finish_non_exhaustive()
    }
}

fn mailbox(world: &World, number: u32) -> &Mailbox {
    world.mailboxes.get(&number).unwrap_or_else(|| panic!("mailbox {number} is gone"))
}

fn mailbox_mut(world: &mut World, number: u32) -> &mut Mailbox {
    world.mailboxes.get_mut(&number).unwrap_or_else(|| panic!("mailbox {number} is gone"))
}

fn item_key(id: &str) -> u64 {
    match Ident::read(id) {
        Some(Ident::Item { key, .. } | Ident::Occurrence { key, .. }) => key,
        _ => panic!("{id} is no item's id"),
    }
}
