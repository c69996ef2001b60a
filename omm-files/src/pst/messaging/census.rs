//! Counting before anything is copied.

use super::Pst;
use crate::pst::{
    damage::OrDamage,
    ndb::{Nid, kind},
};
use omm_mapi::Result;
use std::collections::{HashMap, HashSet};

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
        let mut messages: HashMap<Nid, Vec<Nid>> = HashMap::new();
        let nodes = self.context.nodes(|nid, parent| messages.entry(parent).or_default().push(nid))?;
        let tree = self.tree_of(&nodes)?;
        let root = self.ipm_subtree()?;
        let mut census = Census { search_folders: tree.search_folders, ..Census::default() };
        let associated = |nid: &Nid| nodes.associated.get(nid).copied().unwrap_or(0);
        let inside = || std::iter::once(root).chain(tree.inside.iter().map(|(nid, _, _)| *nid));
        let mut listed = Vec::new();
        let mut without_table = HashSet::new();
        for nid in inside() {
            let before = listed.len();
            if !self.list(nid, &mut listed, nodes.count * 2)? {
                without_table.insert(nid);
            }
            let items = (listed.len() - before) as u64;
            census.folders.push(FolderCount { nid, items, associated: associated(&nid) });
        }
        listed.sort_unstable();
        // What a table lists is carried from there, whatever folder it says it is in.
        messages.values_mut().for_each(|nids| nids.retain(|nid| listed.binary_search(nid).is_err()));
        // A folder without a table has all that say they are in it.
        for count in census.folders.iter_mut().filter(|count| without_table.contains(&count.nid)) {
            let nids = messages.remove(&count.nid).unwrap_or_default();
            count.items = nids.len() as u64;
            census.without_table.insert(count.nid, nids);
        }
        inside().filter_map(|nid| messages.remove(&nid)).for_each(|nids| census.orphans.extend(nids));
        for nid in tree.outside.iter().chain([&Nid::ROOT_FOLDER]).filter(|nid| **nid != root) {
            census.outside_items += messages.remove(nid).map_or(0, |nodes| nodes.len() as u64);
            census.outside_associated += associated(nid);
        }
        census.outside_folders = tree.outside.len() as u64;
        census.orphans.extend(messages.into_values().flatten());
        census.orphans.sort_unstable();
        Ok(census)
    }

    /// Adds which items the table of a folder lists, and says whether it has a table that is not damaged.
    ///
    /// A message lies in one folder, so that all tables together list no more than there are nodes; twice as many, for
    /// rows of messages that are gone. What is beyond is one table that many folders share.
    fn list(&self, folder: Nid, listed: &mut Vec<Nid>, most: usize) -> Result<bool> {
        let table = self.context.table(folder.sibling(kind::CONTENTS_TABLE)).or_damage()?;
        let Ok(mut table) = table else { return Ok(false) };
        while let Some((nid, _)) = table.next_id()? {
            if listed.len() >= most {
                self.context
                    .ndb
                    .remarks
                    .add("contents tables list more than the file has: the rest is not counted");
                break;
            }
            listed.push(nid);
        }
        Ok(true)
    }
}
