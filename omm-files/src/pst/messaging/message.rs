//! Messages.

use super::{Context, PstAttachment};
use crate::pst::{
    ltp::{Entry, Place, PropertyContext, Table},
    ndb::{Bid, DataReader, Nid, Subnode, Subnodes, kind},
};
use omm_mapi::{Attachment, Error, Message, Result, property::Properties};
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
    large: Vec<Entry>,
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
        Self::open(context, node.data, node.subnodes, format!("{of}, embedded message"), depth + 1)
    }

    fn open(context: &Context, data: Bid, subnodes: Bid, name: String, depth: u8) -> Result<Self> {
        let subnodes = context.ndb.subnodes(subnodes).unwrap_or_else(|error| {
            context.ndb.remarks.add(format_args!("{name}: its recipients and attachments are lost: {error}"));
            Subnodes::default()
        });
        let subnodes = Arc::new(subnodes);
        let list = PropertyContext::open(&context.ndb, data, Arc::clone(&subnodes));
        let mut list = list.map_err(|error| error.at(&name))?;
        let (properties, large) = context.bag_of(&mut list, &name);
        Ok(Self { context: context.clone(), data, subnodes, properties, large, name, depth })
    }

    /// The ids of properties that are too large for memory; [`Self::stream`] reads them.
    pub fn large(&self) -> impl Iterator<Item = u16> {
        self.large.iter().map(|entry| entry.id)
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

    /// Which attachments the table lists; those of the subnodes where it is damaged.
    fn attachment_nodes(&self) -> Vec<Nid> {
        let of_subnodes = || self.subnodes.of_kind(kind::ATTACHMENT).map(|node| node.nid).collect();
        match self.table(Nid::ATTACHMENT_TABLE) {
            Ok(Some(mut table)) => {
                // A damaged table may name the same attachment again and again.
                let mut seen = HashSet::new();
                let nodes = std::iter::from_fn(|| table.next_id().map(|(nid, _)| nid));
                nodes.filter(|nid| seen.insert(*nid)).collect()
            }
            Ok(None) => of_subnodes(),
            Err(error) => {
                self.context
                    .ndb
                    .remarks
                    .add(format_args!("{}: its attachment table is lost: {error}", self.name));
                of_subnodes()
            }
        }
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
        while let Some(row) = table.next_row() {
            match row {
                Ok(row) => recipients.push(self.context.bag_of_row(&mut table, &row)),
                Err(error) => {
                    self.context.ndb.remarks.add(format_args!("{}: a recipient is lost: {error}", self.name))
                }
            }
        }
        Ok(recipients)
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        let nodes = self.attachment_nodes();
        let open = |nid: Nid| {
            let name = format!("{}, attachment {nid}", self.name);
            Box::new(PstAttachment::open(&self.context, self.subnodes.get(nid), name, self.depth))
                as Box<dyn Attachment>
        };
        Ok(nodes.into_iter().map(open).collect())
    }
}
