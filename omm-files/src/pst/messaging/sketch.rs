//! A few properties of an item, read without the rest of it: for listings.

use super::{Context, Pst};
use crate::pst::ndb::Nid;
use omm_mapi::{
    Result,
    property::{Named, Properties},
};

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
        let mut list = self.properties_of(nid)?;
        let mut bag = self.bag();
        let named = names.iter().filter_map(|name| self.names.id(name));
        for id in ids.iter().copied().chain(named) {
            if let Some(value) = list.get(id)? {
                bag.insert(id, value);
            }
        }
        Ok(bag)
    }
}
