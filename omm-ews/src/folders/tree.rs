//! From a list of folders, each with its parent's id, to paths. Pure.

use super::Listed;
use crate::{
    kind,
    ops::{EwsFolder, FolderId},
};
use omm_core::model::{FolderPath, ItemKind, Role};
use std::collections::HashMap;

/// Deeper ones are cut off: a server that says a folder lies in itself must not hold anybody up.
pub(super) const DEEPEST: usize = 300;
/// Letters of a GUID.
const GUID: usize = 36;

/// The folders that hold items, parents before their children.
pub(super) fn listed(root: &FolderId, roles: &[(FolderId, Role)], all: Vec<EwsFolder>) -> Vec<Listed> {
    let mut below: HashMap<&str, Vec<&EwsFolder>> = HashMap::new();
    for folder in &all {
        // Servers before 2010 do not say of which folder one on the top level is.
        let parent = folder.parent.as_ref().map_or(root.id.as_str(), |parent| parent.id.as_str());
        below.entry(parent).or_default().push(folder);
    }
    let mut listed = Vec::with_capacity(all.len());
    let mut open = vec![(root.id.as_str(), FolderPath::default())];
    while let Some((id, path)) = open.pop() {
        if path.depth() > DEEPEST {
            continue;
        }
        for folder in below.remove(id).unwrap_or_default() {
            let path = path.child(folder.name.as_str());
            open.push((&folder.id.id, path.clone()));
            listed.extend(one(folder, path, roles));
        }
    }
    listed.sort_by(|one, other| one.path.cmp(&other.path));
    listed
}

fn one(folder: &EwsFolder, path: FolderPath, roles: &[(FolderId, Role)]) -> Option<Listed> {
    let kind = kind::of_folder(folder.class.as_deref())?;
    // What a search folder shows lies in others.
    if folder.is_hidden || folder.element == "SearchFolder" {
        return None;
    }
    let role = roles.iter().find(|(id, _)| id.id == folder.id.id).map(|(_, role)| *role);
    let kind = role.map_or(kind, |role| of_role(role, kind));
    let (id, items, holder) = (folder.id.clone(), folder.items, holder(folder));
    Some(Listed { id, path, role, kind, items, holder })
}

/// The mailbox with the items of a public folder, as far as it was asked for: the letters of a GUID, ended by a zero.
fn holder(folder: &EwsFolder) -> Option<String> {
    let list = folder.replicas.as_ref()?;
    let letters = String::from_utf8(list.get(..GUID)?.to_vec()).ok()?;
    letters.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-').then_some(letters)
}

/// What a folder that every mailbox has is for, whatever class it was given.
fn of_role(role: Role, otherwise: ItemKind) -> ItemKind {
    match role {
        Role::Contacts => ItemKind::Contact,
        Role::Calendar => ItemKind::Event,
        Role::Tasks => ItemKind::Task,
        Role::Notes => ItemKind::Note,
        _ => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> FolderId {
        FolderId { id: id.to_owned(), change_key: None }
    }

    fn folder(own: &str, parent: Option<&str>, name: &str, class: &str) -> EwsFolder {
        EwsFolder {
            id: id(own),
            parent: parent.map(id),
            class: (!class.is_empty()).then(|| class.to_owned()),
            name: name.to_owned(),
            distinguished: None,
            items: Some(1),
            children: None,
            element: "Folder".to_owned(),
            is_hidden: false,
            replicas: None,
            changed: None,
        }
    }

    #[test]
    fn paths_roles_and_kinds() {
        let mut search = folder("6", Some("0"), "Search", "IPF.Note");
        search.element = "SearchFolder".to_owned();
        let all = vec![
            folder("3", Some("2"), "Deeper", ""),
            folder("2", Some("1"), "A/B", "IPF.Contact"),
            folder("1", Some("0"), "Posteingang", "IPF.Note"),
            folder("4", None, "Kalender", "IPF.Odd"),
            folder("5", Some("0"), "Settings", "IPF.Configuration"),
            search,
            // In itself, and in nothing that is there.
            folder("7", Some("7"), "Loop", ""),
            folder("8", Some("9"), "Lost", ""),
        ];
        let roles = [(id("1"), Role::Inbox), (id("4"), Role::Calendar)];
        let listed = listed(&id("0"), &roles, all);
        let words: Vec<_> = listed.iter().map(|one| (one.path.to_string(), one.role, one.kind)).collect();
        assert_eq!(
            words,
            [
                ("Kalender".to_owned(), Some(Role::Calendar), ItemKind::Event),
                ("Posteingang".to_owned(), Some(Role::Inbox), ItemKind::Mail),
                ("Posteingang/A\\/B".to_owned(), None, ItemKind::Contact),
                ("Posteingang/A\\/B/Deeper".to_owned(), None, ItemKind::Mail),
            ]
        );
    }
}
