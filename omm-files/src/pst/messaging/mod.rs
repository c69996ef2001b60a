//! The messaging layer ([MS-PST] §2.4): the store, its folders, what lies in them.

mod attachment;
mod bag;
mod census;
mod entry_id;
#[cfg(test)]
mod failing;
mod folders;
#[cfg(test)]
mod harmed;
mod items;
mod message;
mod names;
mod nodes;
mod roles;
mod sketch;
mod store;
#[cfg(test)]
mod tests;

pub use attachment::PstAttachment;
pub use census::{Census, FolderCount};
pub use folders::PstFolder;
pub use items::ItemRow;
pub use message::PstMessage;
pub use store::Pst;

use super::ndb::{Ndb, Nid, NodeEntry};
use crate::pst::ltp::PropertyContext;
use omm_mapi::{Error, Result, property::NameMap};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What every object of a file needs to be read.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) ndb: Arc<Ndb>,
    pub(crate) names: Arc<NameMap>,
    pub(crate) code_page: Option<u32>,
    /// How many messages within the item at hand may still be opened.
    pub(crate) embedded: Arc<AtomicUsize>,
}

/// How many messages an item has within it at most: what lies in itself would have no end.
const EMBEDDED: usize = 1000;

impl Context {
    /// What a file begins with: no names are known.
    pub(super) fn new(ndb: Arc<Ndb>) -> Self {
        Self { ndb, names: Arc::default(), code_page: None, embedded: Arc::default() }
    }

    /// The same for one item, with all the messages that it may have within it.
    fn of_item(&self) -> Self {
        Self { embedded: Arc::new(AtomicUsize::new(EMBEDDED)), ..self.clone() }
    }

    /// Counts a message within the item.
    ///
    /// # Errors
    /// If there were too many.
    fn count_embedded(&self) -> Result<()> {
        let less = |left: usize| left.checked_sub(1);
        match self.embedded.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::malformed(format!("the item has more than {EMBEDDED} messages within it"))),
        }
    }

    /// The entry of a node.
    fn node(&self, nid: Nid) -> Result<NodeEntry> {
        let missing = || Error::malformed("the node is missing").at(format_args!("node {nid}"));
        self.ndb.node_entry(nid)?.ok_or_else(missing)
    }

    /// The properties of a node.
    fn properties_of(&self, nid: Nid) -> Result<PropertyContext> {
        let node = self.node(nid)?;
        let subnodes = Arc::new(self.ndb.subnodes(node.subnodes)?);
        PropertyContext::open(&self.ndb, node.data, subnodes)
            .map_err(|error| error.at(format_args!("node {nid}")))
    }
}
