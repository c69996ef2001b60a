//! A folder's element.

use super::fields::rights;
use crate::ews::{
    quirk::Quirk,
    schema::{Path, Shape, element_of},
    store::{Folder, Mailbox, change_key},
    world::World,
    xml::Element,
};

/// In a shape.
pub(in crate::ews) fn folder_element(
    world: &World,
    mailbox: &Mailbox,
    folder: &Folder,
    shape: &Shape,
) -> Element {
    let mut element = Element::new(folder.element());
    for name in ORDER {
        if name == "ExtendedProperty" {
            element.children.extend(extended(mailbox, folder, shape));
        } else if is_wanted(world, name, shape)
            && let Some(field) = field(mailbox, folder, name)
        {
            element.children.push(field);
        }
    }
    element
}

const ORDER: [&str; 11] = [
    "FolderId",
    "ParentFolderId",
    "FolderClass",
    "DisplayName",
    "TotalCount",
    "ChildFolderCount",
    "ExtendedProperty",
    "ManagedFolderInformation",
    "EffectiveRights",
    "DistinguishedFolderId",
    "UnreadCount",
];

fn is_wanted(world: &World, name: &str, shape: &Shape) -> bool {
    let by_name = |path: &Path| matches!(path, Path::Field(uri) if element_of(uri) == name);
    let by_shape = match shape.base.as_str() {
        "AllProperties" => name != "DistinguishedFolderId",
        "Default" => {
            matches!(name, "FolderId" | "DisplayName" | "TotalCount" | "ChildFolderCount" | "UnreadCount")
        }
        _ => name == "FolderId",
    };
    let is_optional =
        matches!(name, "TotalCount" | "ChildFolderCount" | "UnreadCount" | "FolderClass" | "EffectiveRights");
    (by_shape || shape.additional.iter().any(by_name))
        && !(is_optional && world.is_so(Quirk::LeavesOptionalOut))
}

fn field(mailbox: &Mailbox, folder: &Folder, name: &str) -> Option<Element> {
    let items = || mailbox.items_of(folder.key);
    let text = |text: String| Some(Element::text(name, text));
    match name {
        "FolderId" => {
            let key = change_key(0x01, folder.changed);
            Some(Element::new(name).with("Id", mailbox.folder_id(folder.key)).with("ChangeKey", key))
        }
        "ParentFolderId" => {
            // A root's parent is itself, as in Exchange.
            let id = mailbox.folder_id(folder.parent.unwrap_or(folder.key));
            Some(Element::new(name).with("Id", id).with("ChangeKey", "AQAAAA=="))
        }
        "FolderClass" => (!folder.class.is_empty()).then(|| Element::text(name, folder.class.clone())),
        "DisplayName" => text(folder.name.clone()),
        "TotalCount" => text(items().count().to_string()),
        "ChildFolderCount" => text(mailbox.children(folder.key).count().to_string()),
        "EffectiveRights" => Some(rights()),
        "DistinguishedFolderId" => folder.distinguished.map(|own| Element::text(name, own)),
        // Seen: folders of other classes have none.
        "UnreadCount" if matches!(folder.element(), "Folder" | "TasksFolder") => {
            let unread = items().filter(|item| item.kind.is_mail() && !item.is("IsRead")).count();
            text(unread.to_string())
        }
        _ => None,
    }
}

fn extended(mailbox: &Mailbox, folder: &Folder, shape: &Shape) -> Vec<Element> {
    let of = |path: &Path| {
        let Path::Extended(name) = path else { return None };
        if let Some(property) = folder.properties.iter().find(|own| own.name == *name) {
            return Some(property.element());
        }
        let value = match (name.tag?, name.kind.as_str()) {
            (0x3001, "String") => folder.name.clone(),
            (0x3613, "String") if !folder.class.is_empty() => folder.class.clone(),
            (0x3602, "Integer") => mailbox.items_of(folder.key).count().to_string(),
            (0x10F4, "Boolean") => "false".to_owned(),
            // PidTagMessageSizeExtended
            (0x0E08, "Long" | "Integer") => {
                mailbox.items_of(folder.key).map(crate::ews::store::Item::size).sum::<usize>().to_string()
            }
            // PidTagLocalCommitTimeMax: when an item here was changed last.
            (0x670A, "SystemTime") => {
                let changed = mailbox.items_of(folder.key).map(|item| item.modified_at).max()?;
                crate::ews::calendar::shown(changed)
            }
            // PidTagDeletedCountTotal
            (0x670B, "Integer") => {
                mailbox.gone.iter().filter(|gone| gone.folder == Some(folder.key)).count().to_string()
            }
            _ => return None,
        };
        Some(crate::ews::schema::Property::new(name.clone(), value).element())
    };
    shape.additional.iter().filter_map(of).collect()
}
