//! The store: a file and what it says of itself.

use super::{Census, Context, ItemRow, PstFolder, PstMessage, bag::Budget, entry_id, folders::Tree, names};
use crate::pst::{
    damage::{Damage, OrDamage},
    ndb::{Format, Ndb, Nid, kind},
    read_at::ReadAt,
};
use omm_mapi::{
    Result,
    property::{NameMap, Properties, Value, tag},
};
use std::sync::{Arc, OnceLock};

/// PidTagRecordKey, PidTagIpmSubTreeEntryId, PidTagPstPassword.
const RECORD_KEY: u16 = 0x0FF9;
const IPM_SUBTREE: u16 = 0x35E0;
const PASSWORD: u16 = 0x67FF;

/// An open PST or OST file.
///
/// Cheap to clone; clones share the file, the pages used last and the damage found. Several threads may read at once.
#[derive(Clone)]
pub struct Pst {
    pub(super) context: Context,
    pub(super) store: Arc<Store>,
}

/// What a store says of itself, and what was found out about it.
#[derive(Default)]
pub(super) struct Store {
    pub(super) properties: Properties,
    pub(super) root: OnceLock<Nid>,
    pub(super) tree: OnceLock<Tree>,
    pub(super) census: OnceLock<Census>,
}

impl Pst {
    /// The folder of messages that are in no folder's table; there is no node of this id.
    pub const RECOVERED: Nid = Nid(0);

    /// Opens a file. Damage is [remarked](Self::damage), where anything is left to be read.
    ///
    /// # Errors
    /// If it cannot be read, is not a PST or OST, or is of a kind that nobody can read.
    pub fn open(file: Arc<dyn ReadAt>) -> Result<Self> {
        let ndb = Arc::new(Ndb::open(file)?);
        let plain = Context::new(ndb);
        let names = match plain.properties_of(Nid::NAME_TO_ID_MAP).or_damage()? {
            Ok(mut list) => names::read(&mut list)?,
            Err(error) => {
                plain.ndb.remarks.add(format_args!("the names of properties are lost: {error}"));
                NameMap::new()
            }
        };
        let context = Context { names: Arc::new(names), ..plain };
        let properties = match context.properties_of(Nid::MESSAGE_STORE).or_damage()? {
            Ok(mut list) => context.bag_of(&mut list, "store", &mut Budget::new())?.0,
            Err(error) => {
                context.ndb.remarks.add(format_args!("what the store says of itself is lost: {error}"));
                Properties::default()
            }
        };
        let store = Store { properties, ..Store::default() };
        Ok(Self { context, store: Arc::new(store) })
    }

    /// The same with the Windows code page of 8-bit text in items that do not say theirs, when the user's option says
    /// which: that of the computer on which the file was written.
    #[must_use]
    pub fn with_code_page(mut self, code_page: Option<u32>) -> Self {
        self.context.code_page = code_page;
        let properties = self.store.properties.clone().with_code_page(code_page);
        self.store = Arc::new(Store { properties, ..Store::default() });
        self
    }

    /// How the file is laid out.
    pub fn format(&self) -> Format {
        self.context.ndb.header.format
    }

    /// Whether it is an OST: the copy of a mailbox that lies on a server.
    pub fn is_ost(&self) -> bool {
        self.context.ndb.header.is_ost
    }

    /// The name of the store.
    pub fn display_name(&self) -> Option<String> {
        self.store.properties.text(tag::DISPLAY_NAME)
    }

    /// PidTagRecordKey: 16 bytes that tell one store from another, and stay with its copies.
    pub fn record_key(&self) -> Option<&[u8]> {
        self.store.properties.binary(RECORD_KEY)
    }

    /// Whether the file has a password. It protects nothing, and is not needed ([MS-PST] §4.2).
    pub fn has_password(&self) -> bool {
        // All ones is what an OST says for none.
        matches!(self.store.properties.get(PASSWORD), Some(Value::Integer32(crc)) if *crc != 0 && *crc != -1)
    }

    /// How many named properties the file knows.
    pub fn named_properties(&self) -> usize {
        self.context.names.len()
    }

    /// The properties of the store itself.
    pub fn properties(&self) -> &Properties {
        &self.store.properties
    }

    /// The folders below "Top of Personal Folders", parents before children. The first one is that folder itself;
    /// its path is empty. A last one, "Recovered", is there if there are messages in no table.
    ///
    /// # Errors
    /// If the file below cannot be read. A folder without readable properties is listed by its id.
    pub fn folders(&self) -> Result<Vec<PstFolder>> {
        self.all_folders()
    }

    /// The items of a folder, by id: what its contents table says, or what else is known when it is damaged.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub fn items(&self, folder: Nid) -> Result<Vec<ItemRow>> {
        self.items_of(folder)
    }

    /// Counts everything: one pass over all nodes and all contents tables; made once.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub fn census(&self) -> Result<&Census> {
        self.counted()
    }

    /// A message: an item of any kind.
    ///
    /// # Errors
    /// If its properties cannot be read at all.
    pub fn message(&self, nid: Nid) -> Result<PstMessage> {
        PstMessage::open_node(&self.context.of_item(), nid)
    }

    /// The damage met so far. More is met while more is read.
    pub fn damage(&self) -> Damage {
        self.context.ndb.remarks.all()
    }

    /// The folder that mail programs show as the root of the store.
    pub(super) fn ipm_subtree(&self) -> Result<Nid> {
        if let Some(root) = self.store.root.get() {
            return Ok(*root);
        }
        let root = match self.store.properties.get(IPM_SUBTREE).and_then(entry_id::node) {
            Some(said) if self.is_folder(said)? => Some(said),
            said => {
                if let Some(said) = said {
                    self.context.ndb.remarks.add(format_args!("the store's root is no folder: node {said}"));
                }
                self.parent_of_inbox()?
            }
        };
        Ok(*self.store.root.get_or_init(|| root.unwrap_or(Nid::ROOT_FOLDER)))
    }

    /// Whether a node is there and is a folder's.
    fn is_folder(&self, nid: Nid) -> Result<bool> {
        Ok(nid.kind() == kind::NORMAL_FOLDER && self.context.ndb.node_entry(nid)?.is_some())
    }

    /// The folder that the inbox lies in: the root of an OST, which does not say.
    fn parent_of_inbox(&self) -> Result<Option<Nid>> {
        let Some(inbox) = self.receive_folder()?.filter(|nid| *nid != Nid::ROOT_FOLDER) else {
            return Ok(None);
        };
        Ok(self.context.ndb.node_entry(inbox)?.map(|node| node.parent))
    }
}
