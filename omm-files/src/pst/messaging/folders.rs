//! The tree of folders.

use super::{Context, Pst, bag::Budget, nodes::Nodes, roles};
use crate::pst::{
    damage::OrDamage,
    ltp::Table,
    ndb::{Nid, kind},
};
use omm_core::model::Role;
use omm_mapi::{
    Error, Result,
    property::{Properties, tag},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// How deep folders lie at most.
const DEPTH: usize = 100;

/// How many characters of a name count: paths repeat it.
const NAME: usize = 1000;

/// PidTagContainerClass.
/// Bytes that the paths of all folders may take: each folder has the names of all above it.
const PATHS: usize = 256 << 20;

/// Rows that are read for the names of folders that do not say them.
const ROWS: usize = 1 << 22;

const CONTAINER_CLASS: u16 = 0x3613;
/// PidTagAttributeHidden.
const HIDDEN: u16 = 0x10F4;

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PstFolder {
    /// Its node; [`Pst::RECOVERED`] for that of messages in no table.
    pub nid: Nid,
    /// The node of its parent; none for the first folder.
    pub parent: Option<Nid>,
    /// Its name and those of its parents, from below "Top of Personal Folders", which itself has an empty path.
    pub path: Vec<String>,
    /// PidTagContainerClass: what it is for, such as `IPF.Note` or `IPF.Contact`.
    pub container_class: Option<String>,
    /// How many items its contents table has.
    pub items: u64,
    /// Whether Outlook does not show it (PidTagAttributeHidden, [MS-OXCFOLD] §2.2.2.2.2.1).
    pub hidden: bool,
    /// Its role, as the store says.
    pub role: Option<Role>,
}

/// Which folders there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// Each folder below the root of the store with its parent and its depth, parents first.
    pub(super) inside: Vec<(Nid, Nid, usize)>,
    /// Folders elsewhere.
    pub(super) outside: Vec<Nid>,
    /// How many search folders.
    pub(super) search_folders: u64,
}

impl Tree {
    /// Sorts folders by where they lie.
    fn new(nodes: &Nodes, root: Nid) -> Self {
        let mut children: HashMap<Nid, Vec<Nid>> = HashMap::new();
        for (nid, parent) in nodes.folders.iter().filter(|(nid, _)| *nid != root) {
            children.entry(*parent).or_default().push(*nid);
        }
        let known: HashSet<Nid> = nodes.folders.iter().map(|(nid, _)| *nid).collect();
        let mut tree = Self { search_folders: nodes.search_folders, ..Self::default() };
        let mut seen = HashSet::from([root]);
        tree.descend(root, &children, &mut seen);
        // Folders whose parent is lost are shown at the top rather than not at all.
        let lost =
            |(_, parent): &&(Nid, Nid)| parent.kind() == kind::NORMAL_FOLDER && !known.contains(parent);
        for (nid, _) in nodes.folders.iter().filter(lost) {
            if seen.insert(*nid) {
                tree.inside.push((*nid, root, 1));
                tree.descend(*nid, &children, &mut seen);
            }
        }
        tree.outside = nodes.folders.iter().map(|(nid, _)| *nid).filter(|nid| !seen.contains(nid)).collect();
        tree.outside.retain(|nid| *nid != Nid::ROOT_FOLDER);
        tree
    }

    /// Adds what lies below a folder. Each is added once, so that a folder within itself is no harm.
    fn descend(&mut self, top: Nid, children: &HashMap<Nid, Vec<Nid>>, seen: &mut HashSet<Nid>) {
        let depth = self.inside.last().filter(|(nid, _, _)| *nid == top).map_or(0, |(_, _, depth)| *depth);
        let below = |nid: Nid, depth: usize| {
            children.get(&nid).into_iter().flatten().rev().map(move |child| (*child, nid, depth + 1))
        };
        let mut open: Vec<_> = below(top, depth).collect();
        while let Some((nid, parent, depth)) = open.pop() {
            if !seen.insert(nid) {
                continue;
            }
            self.inside.push((nid, parent, depth));
            if depth < DEPTH {
                open.extend(below(nid, depth));
            }
        }
    }
}

/// How folders are named, one after the other. Many nodes can have the same data, so that a small file has any number of
/// folders with long names: what all of them take is bounded.
struct Naming {
    /// The names from the top down to the folder.
    path: Vec<String>,
    /// Bytes that paths may still take.
    left: usize,
    /// Rows that may still be read.
    rows: usize,
    /// What the properties of all folders may take.
    budget: Budget,
}

impl Naming {
    fn new() -> Self {
        Self { path: Vec::new(), left: PATHS, rows: ROWS, budget: Budget::new() }
    }

    /// The path of the folder.
    fn path(&mut self) -> Result<Vec<String>> {
        let bytes = self.path.iter().map(|name| size_of::<String>() + name.len()).sum();
        let too_large = || Error::TooLarge { what: "the names of its folders".into(), bytes: PATHS as u64 };
        self.left = self.left.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(self.path.clone())
    }
}

impl Pst {
    pub(super) fn tree_of(&self, nodes: &Nodes) -> Result<&Tree> {
        let root = self.ipm_subtree()?;
        Ok(self.store.tree.get_or_init(|| Tree::new(nodes, root)))
    }

    pub(super) fn all_folders(&self) -> Result<Vec<PstFolder>> {
        let census = self.counted()?;
        let root = self.ipm_subtree()?;
        let places = self.store.tree.get().into_iter().flat_map(|tree| &tree.inside);
        let places = places.map(|(nid, parent, depth)| (*nid, Some(*parent), *depth));
        let mut folders = Vec::new();
        let mut naming = Naming::new();
        // The census counts them in the same order.
        for ((nid, parent, depth), count) in
            std::iter::once((root, None, 0)).chain(places).zip(&census.folders)
        {
            naming.path.truncate(depth.saturating_sub(1));
            folders.push(self.folder(nid, parent, &mut naming, count.items)?);
        }
        roles::assign(self, &mut folders)?;
        if !census.orphans.is_empty() {
            folders.push(PstFolder {
                nid: Self::RECOVERED,
                parent: Some(root),
                path: vec!["Recovered".to_owned()],
                container_class: None,
                items: census.orphans.len() as u64,
                hidden: false,
                role: None,
            });
        }
        Ok(folders)
    }

    /// A folder; its name is added to the path, unless it is the root.
    fn folder(&self, nid: Nid, parent: Option<Nid>, naming: &mut Naming, items: u64) -> Result<PstFolder> {
        let properties = self.folder_properties(nid, &mut naming.budget)?;
        if let Some(parent) = parent {
            let name = match properties.text(tag::DISPLAY_NAME) {
                None => self.context.name_in_parent(nid, parent, &mut naming.rows)?,
                own => own,
            };
            let name = name.unwrap_or_else(|| format!("Folder {nid}"));
            naming.path.push(name.chars().take(NAME).collect());
        }
        let container_class = properties.text(CONTAINER_CLASS);
        let hidden = properties.is(HIDDEN);
        let path = naming.path()?;
        Ok(PstFolder { nid, parent, path, container_class, items, hidden, role: None })
    }

    /// What a folder says of itself: nothing, when that cannot be read.
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(super) fn folder_properties(&self, nid: Nid, budget: &mut Budget) -> Result<Properties> {
        match self.context.properties_of(nid).or_damage()? {
            Ok(mut list) => Ok(self.context.bag_of(&mut list, &format!("folder {nid}"), budget)?.0),
            Err(error) => {
                self.context.ndb.remarks.add(format_args!("folder {nid}: its properties are lost: {error}"));
                Ok(self.context.bag())
            }
        }
    }
}

impl Context {
    /// The name of a folder in the hierarchy table of its parent.
    fn name_in_parent(&self, nid: Nid, parent: Nid, rows: &mut usize) -> Result<Option<String>> {
        let hierarchy = parent.sibling(kind::HIERARCHY_TABLE);
        let Ok(mut table) = self.table(hierarchy).or_damage()? else { return Ok(None) };
        while let Some(row) = table.next_row(&format_args!("table {hierarchy}"))? {
            let Some(left) = rows.checked_sub(1) else {
                self.ndb.remarks.add("too many folders do not say their names: the rest is named by number");
                return Ok(None);
            };
            *rows = left;
            if row.nid == nid {
                let bag = self.bag_of_row(&mut table, &row, &mut Budget::new())?;
                return Ok(bag.text(tag::DISPLAY_NAME));
            }
        }
        Ok(None)
    }

    /// The table that is a node.
    pub(super) fn table(&self, nid: Nid) -> Result<Table> {
        let node = self.node(nid)?;
        let subnodes = Arc::new(self.ndb.subnodes(node.subnodes)?);
        Table::open(&self.ndb, node.data, subnodes).map_err(|error| error.at(format_args!("table {nid}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_paid_for() {
        let mut naming = Naming { left: 100, ..Naming::new() };
        naming.path = vec!["name".to_owned(); 2];
        assert_eq!(naming.path().unwrap(), ["name"; 2]);
        assert!(matches!(naming.path(), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn trees() {
        let folder = |nid, parent| (Nid(nid), Nid(parent));
        // The root, one below, two below; outside; in a loop; below a lost one.
        let folders = vec![
            folder(0x122, 0x122),
            folder(0x8022, 0x122),
            folder(0x8042, 0x8022),
            folder(0x8062, 0x8042),
            folder(0x8082, 0x122),
            folder(0x80A2, 0x80C2),
            folder(0x80C2, 0x80A2),
            folder(0x80E2, 0x9002),
            folder(0x8102, 0x80E2),
            folder(0x8122, 0x8022),
        ];
        let tree = Tree::new(&Nodes { folders, ..Nodes::default() }, Nid(0x8022));
        let inside: Vec<_> =
            tree.inside.iter().map(|(nid, parent, depth)| (nid.0, parent.0, *depth)).collect();
        assert_eq!(
            inside,
            [
                (0x8042, 0x8022, 1),
                (0x8062, 0x8042, 2),
                (0x8122, 0x8022, 1),
                (0x80E2, 0x8022, 1),
                (0x8102, 0x80E2, 2)
            ]
        );
        assert_eq!(tree.outside, [Nid(0x8082), Nid(0x80A2), Nid(0x80C2)]);
    }
}
