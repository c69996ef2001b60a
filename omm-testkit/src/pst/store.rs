//! The store: folders, items, and what every file has besides.

use super::block::{Blocks, Node};
use super::btree::{NodeEntry, Trees};
use super::columns;
use super::context::Context;
use super::damage::BlockPlace;
use super::folder::{FolderId, FolderState, Role};
use super::format::{Crypt, Format};
use super::header::Header;
use super::integrity::crc;
use super::item::Item;
use super::message::Pen;
use super::names::Names;
use super::nid::{self, Indices, NidType, nid, sibling};
use super::property::{Encoder, Key, Properties, Value};
use super::space::Space;
use super::table::{self, Row};
use std::io::{self, Seek, Write};

/// What the file is like, before there is one.
#[derive(Clone, Debug)]
pub struct PstBuilder {
    format: Format,
    crypt: Crypt,
    password: Option<Vec<u8>>,
    name: String,
    code_page: &'static encoding_rs::Encoding,
    record_key: [u8; 16],
    more: Properties,
}

/// A file in the making. Nothing of an item stays in memory but its line in the folder's table.
pub struct PstWriter<W> {
    builder: PstBuilder,
    blocks: Blocks<W>,
    names: Names,
    indices: Indices,
    nodes: Vec<NodeEntry>,
    pub(super) folders: Vec<FolderState>,
    roles: Vec<(Role, FolderId)>,
    serial: u64,
}

/// Where an item went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The id of its node.
    pub nid: u32,
    /// The blocks of the item, its attachments among them. The last data block is the item's own properties unless they
    /// take several.
    pub blocks: Vec<BlockPlace>,
}

impl PstBuilder {
    /// A file of a format, with permuted data (as Outlook has it), no password, and text of Windows-1252 if any is narrow.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            crypt: Crypt::Permute,
            password: None,
            name: "Generated".to_owned(),
            code_page: encoding_rs::WINDOWS_1252,
            record_key: *b"omm-testkit-key!",
            more: Properties::new(),
        }
    }

    /// How the data is disguised.
    #[must_use]
    pub fn crypt(mut self, crypt: Crypt) -> Self {
        self.crypt = crypt;
        self
    }

    /// A password, which is a checksum in the store that programs may ask for and nothing more.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(self.code_page.encode(password).0.into_owned());
        self
    }

    /// The record key, which tells one store from another: each export has its own.
    #[must_use]
    pub fn record_key(mut self, key: [u8; 16]) -> Self {
        self.record_key = key;
        self
    }

    /// The name of the store.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The code page of narrow text in an ANSI file.
    #[must_use]
    pub fn code_page(mut self, code_page: &'static encoding_rs::Encoding) -> Self {
        self.code_page = code_page;
        self
    }

    /// One more property of the store.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.more.push((key.into(), value.into()));
        self
    }

    /// Begins the file.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn start<W: Write + Seek>(self, out: W) -> io::Result<PstWriter<W>> {
        let space = Space::new(out, self.format)?;
        let mut writer = PstWriter {
            blocks: Blocks::new(space, self.format, self.crypt),
            names: Names::new(),
            indices: Indices::new(),
            nodes: Vec::new(),
            folders: Vec::new(),
            roles: Vec::new(),
            serial: 0,
            builder: self,
        };
        // [MS-PST] §2.7.1: folders that every file has.
        writer.folders.push(FolderState::new(FolderId::ROOT, FolderId::ROOT, "", None));
        let top = writer.folder(FolderId::ROOT, "Top of Personal Folders", None);
        let finder = writer.folder(FolderId::ROOT, "Search Root", None);
        let deleted = writer.folder(top, "Deleted Items", None);
        for (role, folder) in [(Role::Subtree, top), (Role::Finder, finder), (Role::DeletedItems, deleted)] {
            writer.role(role, folder);
        }
        Ok(writer)
    }
}

impl<W: Write + Seek> PstWriter<W> {
    /// The folder that all folders of the user are in.
    pub fn top(&self) -> FolderId {
        self.with_role(Role::Subtree).unwrap_or(FolderId::ROOT)
    }

    /// The folder of a role, if one was given it.
    pub fn with_role(&self, role: Role) -> Option<FolderId> {
        self.roles.iter().rev().find(|(known, _)| *known == role).map(|(_, folder)| *folder)
    }

    /// A new folder; `class` is its container class, as `IPF.Contact`.
    pub fn folder(&mut self, parent: FolderId, name: &str, class: Option<&str>) -> FolderId {
        let id = FolderId(self.indices.take(NidType::Folder));
        self.folders.push(FolderState::new(id, parent, name, class));
        id
    }

    /// One more property of a folder.
    pub fn set(&mut self, folder: FolderId, key: impl Into<Key>, value: impl Into<Value>) {
        if let Some(state) = self.state(folder) {
            state.properties.push((key.into(), value.into()));
        }
    }

    /// Says what a folder is for; the store, the root and the inbox will name it.
    pub fn role(&mut self, role: Role, folder: FolderId) {
        self.roles.push((role, folder));
    }

    /// The entry id of an item: flags, the store, the node ([MS-PST] §2.4.3.2).
    pub fn entry_id_of(&self, nid: u32) -> Vec<u8> {
        let mut id = vec![0; 4];
        id.extend_from_slice(&self.builder.record_key);
        id.extend_from_slice(&nid.to_le_bytes());
        id
    }

    /// How large the file is so far, in bytes.
    pub fn written_bytes(&self) -> u64 {
        self.blocks.space.used_bytes()
    }

    /// Writes an item into a folder.
    ///
    /// # Errors
    /// Those of the file; also when the file becomes larger than its format allows.
    pub fn item(&mut self, folder: FolderId, item: &Item) -> io::Result<Placed> {
        let (placed, row, is_read) = self.write(item, NidType::Message, folder)?;
        if let Some(state) = self.state(folder) {
            state.unread += u32::from(!is_read);
            state.items.push(row);
        }
        Ok(placed)
    }

    /// Writes an item that a folder hides: a view, a rule, a setting ("FAI").
    ///
    /// # Errors
    /// As [`Self::item`].
    pub fn associated(&mut self, folder: FolderId, item: &Item) -> io::Result<Placed> {
        let (placed, row, _) = self.write(item, NidType::Associated, folder)?;
        if let Some(state) = self.state(folder) {
            state.associated.push(row);
        }
        Ok(placed)
    }

    /// Writes an item whose node names a folder, and which that folder's table does not have: as after a crash.
    ///
    /// # Errors
    /// As [`Self::item`].
    pub fn orphan(&mut self, folder: FolderId, item: &Item) -> io::Result<Placed> {
        self.write(item, NidType::Message, folder).map(|(placed, _, _)| placed)
    }

    /// A search folder, and the items that it has found; items of other folders, by the ids of their nodes.
    ///
    /// # Errors
    /// As [`Self::item`].
    pub fn search_folder(&mut self, parent: FolderId, name: &str, found: &[u32]) -> io::Result<FolderId> {
        let id = self.indices.take(NidType::SearchFolder);
        let mut rows = Vec::new();
        for state in &self.folders {
            for row in state.items.iter().filter(|row| found.contains(&row.id)) {
                let mut row = row.clone();
                row.cells.insert(0x67f1, super::property::Stored::Inline(state.id.0));
                rows.push(row);
            }
        }
        let columns = columns::of(self.builder.format, columns::SEARCH);
        let table = table::write(&mut self.blocks, &columns, &rows)?;
        self.add(sibling(id, NidType::SearchContents), table, 0);
        let criteria = self.write_context(&[(Key::Id(0x660b), Value::I32(0))])?;
        self.add(sibling(id, NidType::SearchCriteria), criteria, 0);
        self.add(sibling(id, NidType::SearchUpdates), Node::default(), id);
        let mut state = FolderState::new(FolderId(id), parent, name, None);
        state.is_search = true;
        state.found = rows.len();
        self.folders.push(state);
        Ok(FolderId(id))
    }

    /// Writes what is left: folders, tables, templates, the store, the trees, the header.
    ///
    /// # Errors
    /// As [`Self::item`].
    pub fn finish(mut self) -> io::Result<W> {
        self.write_folders()?;
        self.write_templates()?;
        self.write_store()?;
        self.write_receive_folder()?;
        let names = self.names.context().write(&mut self.blocks)?;
        self.add(nid::NAMES, names, 0);
        self.add(nid::SEARCH_QUEUE, Node::default(), 0);
        self.add(nid::SEARCH_ACTIVITY, Node::default(), 0);
        self.nodes.sort_by_key(|entry| entry.nid);
        let next_block = self.blocks.next_bid();
        let format = self.builder.format;
        let mut trees = Trees { space: &mut self.blocks.space, format, next_bid: 1 };
        let blocks = trees.blocks(&self.blocks.written)?;
        let nodes = trees.nodes(&self.nodes)?;
        let header = Header {
            format,
            crypt: self.builder.crypt,
            next_block,
            next_page: trees.next_bid,
            nodes,
            blocks,
            highest: self.indices.highest(),
        };
        self.blocks.space.finish(|extent| header.bytes(extent)).map(|(out, _)| out)
    }

    fn state(&mut self, folder: FolderId) -> Option<&mut FolderState> {
        self.folders.iter_mut().find(|state| state.id == folder)
    }

    fn pen(&mut self) -> Pen<'_, W> {
        let encoder = self.encoder();
        Pen { blocks: &mut self.blocks, names: &mut self.names, encoder }
    }

    fn encoder(&self) -> Encoder {
        Encoder { format: self.builder.format, code_page: self.builder.code_page }
    }

    fn write(&mut self, item: &Item, kind: NidType, folder: FolderId) -> io::Result<(Placed, Row, bool)> {
        self.serial += 1;
        let serial = self.serial;
        self.blocks.take_places();
        let written = self.pen().item(item, serial)?;
        let nid = self.indices.take(kind);
        self.add(nid, written.node, folder.0);
        let row = Row { id: nid, ..written.row };
        Ok((Placed { nid, blocks: self.blocks.take_places() }, row, written.is_read))
    }

    pub(super) fn write_context(&mut self, properties: &[(Key, Value)]) -> io::Result<Node> {
        let context: Context = self.pen().context(properties);
        context.write(&mut self.blocks)
    }

    pub(super) fn write_table(&mut self, columns: &[(u16, u16)], rows: &[Row]) -> io::Result<Node> {
        let columns = columns::of(self.builder.format, columns);
        table::write(&mut self.blocks, &columns, rows)
    }

    pub(super) fn encode(&self, value: &Value) -> super::property::Stored {
        self.encoder().encode(value).1
    }

    pub(super) fn add(&mut self, nid: u32, node: Node, parent: u32) {
        self.nodes.push(NodeEntry { nid, node, parent });
    }

    /// The folders' names for the roles that the inbox and the root folder know ([MS-OXOSFLD] §2.2.3).
    pub(super) fn role_properties(&self, of_store: bool) -> Properties {
        let roles = self.roles.iter().filter(|(role, _)| role.is_of_store() == of_store);
        let named = roles.filter_map(|(role, folder)| Some((role.property()?, self.entry_id_of(folder.0))));
        named.map(|(id, entry)| (Key::Id(id), Value::Binary(entry))).collect()
    }

    /// [MS-PST] §2.4.3.1.
    fn write_store(&mut self) -> io::Result<()> {
        let builder = &self.builder;
        let password = builder.password.as_deref().map_or(0, crc);
        let mut properties: Properties = vec![
            (Key::Id(0x0e38), Value::I32(0)),
            (Key::Id(0x0ff9), Value::Binary(builder.record_key.to_vec())),
            (Key::Id(0x3001), Value::Text(builder.name.clone())),
            (Key::Id(0x35df), Value::I32(self.valid_folders())),
            (Key::Id(0x67ff), Value::I32(password as i32)),
        ];
        properties.extend(self.role_properties(true));
        properties.extend(self.builder.more.clone());
        let node = self.write_context(&properties)?;
        self.add(nid::STORE, node, 0);
        Ok(())
    }

    /// The table of receive folders: where mail arrives, whatever that folder is called ([MS-OXCSTOR] §2.2.1.3). The column of
    /// the folder is in no document; files of Outlook have it.
    fn write_receive_folder(&mut self) -> io::Result<()> {
        let Some(inbox) = self.with_role(Role::Inbox) else { return Ok(()) };
        let values = [(0x001a, Value::Text("IPM".to_owned())), (0x6605, Value::I32(inbox.0 as i32))];
        let cells = values.iter().map(|(id, value)| (*id, self.encode(value))).collect();
        let table = self.write_table(columns::RECEIVE, &[Row { id: 1, cells }])?;
        self.add(nid::RECEIVE_FOLDERS, table, 0);
        Ok(())
    }

    /// `PidTagValidFolderMask`: which of the store's folders there are, a bit for each.
    fn valid_folders(&self) -> i32 {
        let properties = self.roles.iter().filter(|(role, _)| role.is_of_store());
        let bits =
            properties.filter_map(|(role, _)| role.property()).map(|property| 1 << (property - 0x35e0));
        bits.fold(0, |mask, bit: i32| mask | bit)
    }

    /// [MS-PST] §2.7.1: empty tables that new ones are copied from.
    fn write_templates(&mut self) -> io::Result<()> {
        let templates = [
            (nid::HIERARCHY_TEMPLATE, columns::HIERARCHY),
            (nid::CONTENTS_TEMPLATE, columns::CONTENTS),
            (nid::ASSOCIATED_TEMPLATE, columns::ASSOCIATED),
            (nid::SEARCH_TEMPLATE, columns::SEARCH),
            (nid::ATTACHMENTS, columns::ATTACHMENTS),
            (nid::RECIPIENTS, columns::RECIPIENTS),
        ];
        for (nid, columns) in templates {
            let table = self.write_table(columns, &[])?;
            self.add(nid, table, 0);
        }
        for template in [nid::FOLDER_TEMPLATE, nid::SEARCH_FOLDER_TEMPLATE] {
            let node = self.write_context(&[
                (Key::Id(0x3001), Value::Text(String::new())),
                (Key::Id(0x3602), Value::I32(0)),
                (Key::Id(0x3603), Value::I32(0)),
                (Key::Id(0x360a), Value::Bool(false)),
            ])?;
            self.add(template, node, 0);
        }
        Ok(())
    }
}

/// The first folder that is made is the top one, with the id that Outlook gives it.
const _: () = assert!(nid(NidType::Folder, 0x401) == 0x8022);
