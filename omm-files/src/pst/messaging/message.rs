//! Messages.

use super::{
    Context, PstAttachment,
    bag::{Budget, Missing},
};
use crate::pst::{
    damage::OrDamage,
    ltp::{Place, PropertyContext, Table},
    ndb::{Bid, DataReader, Nid, Subnode, Subnodes, kind},
};
use omm_mapi::{
    Attachment, Error, Message, Result,
    property::{Properties, tag},
    text,
};
use std::{
    collections::HashSet,
    io::{Cursor, Read},
    sync::Arc,
};

/// How deep messages lie within messages at most.
const DEPTH: u8 = 32;

/// A message of a PST, or one embedded in it ([MS-PST] §2.4.5).
pub struct PstMessage {
    context: Context,
    data: Bid,
    subnodes: Arc<Subnodes>,
    properties: Properties,
    missing: Missing,
    /// What it is called in remarks.
    name: String,
    depth: u8,
}

impl PstMessage {
    pub(super) fn open_node(context: &Context, nid: Nid) -> Result<Self> {
        let node = context.node(nid)?;
        Self::open(context, node.data, node.subnodes, format!("message {nid}"), 0)
    }

    /// The message in an attachment.
    pub(super) fn embedded(context: &Context, node: Subnode, of: &str, depth: u8) -> Result<Self> {
        if depth >= DEPTH {
            return Err(Error::malformed(format!("messages lie more than {DEPTH} deep in each other")).at(of));
        }
        context.count_embedded().map_err(|error| error.at(of))?;
        Self::open(context, node.data, node.subnodes, format!("{of}, embedded message"), depth + 1)
    }

    fn open(context: &Context, data: Bid, subnodes: Bid, name: String, depth: u8) -> Result<Self> {
        let subnodes = match context.ndb.subnodes(subnodes).or_damage()? {
            Ok(subnodes) => Arc::new(subnodes),
            Err(error) => {
                let lost = format_args!("{name}: its recipients and attachments are lost: {error}");
                context.ndb.remarks.add(lost);
                Arc::default()
            }
        };
        let list = PropertyContext::open(&context.ndb, data, Arc::clone(&subnodes));
        let mut list = list.map_err(|error| error.at(&name))?;
        let (properties, missing) = context.bag_of(&mut list, &name, &mut Budget::new())?;
        // Its recipients and attachments are in the code page that it says; and so are messages within it that do not.
        let own = properties.number(tag::MESSAGE_CODEPAGE).and_then(|page| u32::try_from(page).ok());
        let own = own.filter(|page| text::is_code_page(*page));
        let context = Context { code_page: own.or(context.code_page), ..context.clone() };
        let properties = properties.with_code_page(context.code_page);
        Ok(Self { context, data, subnodes, properties, missing, name, depth })
    }

    /// The ids of properties that are too large for memory and not in [`Message::properties`]; [`Self::stream`] reads them.
    pub fn large(&self) -> impl Iterator<Item = u16> {
        self.missing.large.iter().copied()
    }

    /// The ids of properties that are damaged and not in [`Message::properties`].
    pub fn damaged(&self) -> impl Iterator<Item = u16> {
        self.missing.damaged.iter().copied()
    }

    /// The bytes of a property as they are stored, read while they are copied.
    ///
    /// # Errors
    /// If they cannot be found; an error may also come while reading.
    pub fn stream(&self, id: u16) -> Result<Option<Box<dyn Read + Send>>> {
        let mut list = PropertyContext::open(&self.context.ndb, self.data, Arc::clone(&self.subnodes))?;
        let Some(entry) = list.entry(id) else { return Ok(None) };
        let place = list.place(entry)?;
        stream(&self.context, &place).map(Some)
    }

    /// A table in a subnode; `None` if there is none.
    fn table(&self, nid: Nid) -> Result<Option<Table>> {
        let Some(node) = self.subnodes.get(nid) else { return Ok(None) };
        let subnodes = Arc::new(self.context.ndb.subnodes(node.subnodes)?);
        Table::open(&self.context.ndb, node.data, subnodes).map(Some)
    }

    /// The attachments: those that the table lists, in its order, then those that it does not, because it is damaged.
    fn attachment_nodes(&self) -> Result<Vec<Nid>> {
        let mut nodes = Vec::new();
        // A damaged table may name an attachment twice.
        let mut seen = HashSet::new();
        match self.table(Nid::ATTACHMENT_TABLE).or_damage()? {
            Ok(Some(mut table)) => {
                while let Some((nid, _)) = table.next_id()? {
                    nodes.extend(seen.insert(nid).then_some(nid));
                }
            }
            Ok(None) => {}
            Err(error) => {
                let lost = format_args!("{}: its attachment table is lost: {error}", self.name);
                self.context.ndb.remarks.add(lost);
            }
        }
        let others = self.subnodes.of_kind(kind::ATTACHMENT).map(|node| node.nid);
        nodes.extend(others.filter(|nid| seen.insert(*nid)));
        Ok(nodes)
    }
}

/// The bytes at a place.
pub(super) fn stream(context: &Context, place: &Place) -> Result<Box<dyn Read + Send>> {
    Ok(match place {
        Place::Heap(bytes) => Box::new(Cursor::new(bytes.clone())),
        Place::Node(node) => {
            let data = context.ndb.data(node.data)?;
            Box::new(DataReader::new(Arc::clone(&context.ndb), data))
        }
    })
}

impl Message for PstMessage {
    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn too_large(&self) -> Vec<u16> {
        self.large().collect()
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        // [MS-PST] §2.4.5.3: a message without recipients may have no table.
        let Some(mut table) = self.table(Nid::RECIPIENT_TABLE).map_err(|error| error.at(&self.name))? else {
            return Ok(Vec::new());
        };
        let mut recipients = Vec::new();
        let mut budget = Budget::new();
        let of = format!("{}: a recipient is lost", self.name);
        while let Some(row) = table.next_row(&of)? {
            recipients.push(self.context.bag_of_row(&mut table, &row, &mut budget)?);
        }
        Ok(recipients)
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        // All of them are held at once.
        let mut budget = Budget::new();
        let open = |nid: Nid| -> Result<Box<dyn Attachment>> {
            let name = format!("{}, attachment {nid}", self.name);
            let node = self.subnodes.get(nid);
            Ok(Box::new(PstAttachment::open(&self.context, node, name, self.depth, &mut budget)?))
        };
        self.attachment_nodes()?.into_iter().map(open).collect()
    }
}
