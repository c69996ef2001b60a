//! A few properties of an item, read without the rest of it: for listings.

use super::{Context, Pst};
use crate::pst::{ltp::PropertyContext, ndb::Nid};
use omm_mapi::{
    Error, Result,
    property::{Named, Properties},
};
use std::sync::Arc;

impl Pst {
    /// Some properties of a message, by id and by name, as far as it has them and they can be read.
    ///
    /// # Errors
    /// If its properties cannot be read at all.
    pub fn sketch(&self, nid: Nid, ids: &[u16], names: &[Named]) -> Result<Properties> {
        self.context.sketch(nid, ids, names)
    }
}

impl Context {
    fn sketch(&self, nid: Nid, ids: &[u16], names: &[Named]) -> Result<Properties> {
        let node = self.node(nid)?;
        let at = |error: Error| error.at(format_args!("node {nid}"));
        let mut list = PropertyContext::open(&self.ndb, node.data, Arc::default()).map_err(at)?;
        let mut bag = self.bag();
        let named = names.iter().filter_map(|name| self.names.id(name));
        let mut has_subnodes = false;
        for id in ids.iter().copied().chain(named) {
            // What is so large that it has a node of its own is rare here: the list of such nodes is read only for it.
            if !has_subnodes && list.entry(id).is_some_and(|entry| entry.is_in_a_node()) {
                list.heap.subnodes = Arc::new(self.ndb.subnodes(node.subnodes)?);
                has_subnodes = true;
            }
            if let Some(value) = list.get(id)? {
                bag.insert(id, value);
            }
        }
        Ok(bag)
    }
}
