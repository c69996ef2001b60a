//! Counting before anything is copied.

use super::Pst;
use crate::pst::ndb::{Nid, kind};
use omm_mapi::Result;
use std::collections::HashMap;

/// Everything that is in a file, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Census {
    /// The folders of [`Pst::folders`], in their order, without "Recovered".
    pub folders: Vec<FolderCount>,
    /// Messages in no table of a folder, by nid: what is in the folder "Recovered".
    pub orphans: Vec<Nid>,
    /// How many search folders: their items lie in other folders.
    pub search_folders: u64,
    /// How many folders lie outside of "Top of Personal Folders": what Outlook keeps for itself.
    pub outside_folders: u64,
    /// How many items lie in those.
    pub outside_items: u64,
    /// How many associated items (settings, views, rules) lie in folders outside.
    pub outside_associated: u64,
    /// The messages of folders without a readable table.
    pub(super) without_table: HashMap<Nid, Vec<Nid>>,
}

/// What is in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderCount {
    /// The folder.
    pub nid: Nid,
    /// How many items.
    pub items: u64,
    /// How many associated items: settings, views, rules; never copied.
    pub associated: u64,
}

impl Pst {
    pub(super) fn counted(&self) -> Result<&Census> {
        if let Some(census) = self.store.census.get() {
            return Ok(census);
        }
        let census = self.count()?;
        Ok(self.store.census.get_or_init(|| census))
    }

    fn count(&self) -> Result<Census> {
        let mut messages: HashMap<Nid, Vec<u32>> = HashMap::new();
        let nodes = self.context.nodes(|nid, parent| messages.entry(parent).or_default().push(nid.0))?;
        let tree = self.tree_of(&nodes);
        let mut census = Census { search_folders: tree.search_folders, ..Census::default() };
        let associated = |nid: &Nid| nodes.associated.get(nid).copied().unwrap_or(0);
        let inside = std::iter::once(self.ipm_subtree()).chain(tree.inside.iter().map(|(nid, _, _)| *nid));
        for nid in inside {
            let nodes = messages.remove(&nid).unwrap_or_default();
            let items = match self.listed(nid) {
                Some(listed) => {
                    let orphans = nodes.into_iter().map(Nid).filter(|nid| listed.binary_search(nid).is_err());
                    census.orphans.extend(orphans);
                    listed.len() as u64
                }
                // Without a table, the folder has them all.
                None => {
                    let nodes: Vec<Nid> = nodes.into_iter().map(Nid).collect();
                    let items = nodes.len() as u64;
                    census.without_table.insert(nid, nodes);
                    items
                }
            };
            census.folders.push(FolderCount { nid, items, associated: associated(&nid) });
        }
        for nid in tree.outside.iter().chain([&Nid::ROOT_FOLDER]).filter(|nid| **nid != self.ipm_subtree()) {
            census.outside_items += messages.remove(nid).map_or(0, |nodes| nodes.len() as u64);
            census.outside_associated += associated(nid);
        }
        census.outside_folders = tree.outside.len() as u64;
        census.orphans.extend(messages.into_values().flatten().map(Nid));
        census.orphans.sort_unstable();
        Ok(census)
    }

    /// Which items the table of a folder lists, in order; `None` if there is no table that can be read.
    fn listed(&self, folder: Nid) -> Option<Vec<Nid>> {
        let mut table = self.context.table(folder.sibling(kind::CONTENTS_TABLE)).ok()?;
        let mut listed = Vec::new();
        while let Some((nid, _)) = table.next_id() {
            listed.push(nid);
        }
        listed.sort_unstable();
        Some(listed)
    }
}
