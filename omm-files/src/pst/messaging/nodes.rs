//! Which folders and messages there are: one pass over the tree of nodes.

use super::Context;
use crate::pst::ndb::{Nid, kind};
use omm_mapi::Result;
use std::collections::HashMap;

/// How many folders are listed at most.
const FOLDERS: usize = 1 << 20;

/// The folders of a file, and how many nodes of other kinds lie in each.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// How many nodes there are, of whatever kind.
    pub(super) count: usize,
    /// Each folder with its parent, by nid.
    pub(super) folders: Vec<(Nid, Nid)>,
    /// How many search folders.
    pub(super) search_folders: u64,
    /// How many associated messages by folder.
    pub(super) associated: HashMap<Nid, u64>,
}

impl Context {
    /// Lists the nodes, and shows every message with its parent.
    pub(super) fn nodes(&self, mut message: impl FnMut(Nid, Nid)) -> Result<Nodes> {
        let mut nodes = Nodes::default();
        self.ndb.each_node(&mut |node| {
            nodes.count += 1;
            match node.nid.kind() {
                kind::NORMAL_FOLDER if nodes.folders.len() < FOLDERS => {
                    nodes.folders.push((node.nid, node.parent))
                }
                kind::SEARCH_FOLDER => nodes.search_folders += 1,
                kind::ASSOCIATED_MESSAGE => *nodes.associated.entry(node.parent).or_default() += 1,
                kind::NORMAL_MESSAGE => message(node.nid, node.parent),
                _ => {}
            }
        })?;
        Ok(nodes)
    }
}
