//! The folders of a data file as ours: of one kind each.

use crate::pst::{Census, Nid, Pst};
use omm_core::model::{ItemKind, Role};
use omm_mapi::{Options, Result};
use std::collections::BTreeMap;

/// A folder of the file.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) nid: Nid,
    /// The way to it; empty for the folder above all others.
    pub(super) path: Vec<String>,
    pub(super) role: Option<Role>,
    /// The kind that it is for.
    pub(super) own: ItemKind,
    /// How many items of each kind lie in it.
    pub(super) kinds: BTreeMap<ItemKind, u64>,
    /// How many settings of Outlook lie in it.
    pub(super) associated: u64,
}

/// All folders of which something is to be shown, parents before children.
pub(super) fn layout(pst: &Pst, options: &Options) -> Result<Vec<Laid>> {
    let census = pst.census()?;
    let mut all = Vec::new();
    for folder in pst.folders()? {
        let mut kinds: BTreeMap<ItemKind, u64> = BTreeMap::new();
        for item in pst.items(folder.nid)? {
            *kinds.entry(omm_mapi::kind_of(&item.class, options)).or_default() += 1;
        }
        let associated = census.folders.iter().find(|count| count.nid == folder.nid);
        let associated = associated.map_or(0, |count| count.associated);
        // The folder above all others is one of ours only if something lies in it; likewise what Outlook does not show.
        if (folder.path.is_empty() || folder.hidden) && kinds.is_empty() {
            continue;
        }
        let own = kind_of_folder(folder.container_class.as_deref(), &kinds);
        let (nid, path, role) = (folder.nid, folder.path, folder.role);
        all.push(Laid { nid, path, role, own, kinds, associated });
    }
    Ok(all)
}

/// The census as a line for people. What is in no folder that is shown is no part of the numbers.
pub(super) fn sentence(census: &Census, shown: &[Laid]) -> String {
    let items: u64 = census.folders.iter().map(|folder| folder.items).sum();
    let all: u64 = census.folders.iter().map(|folder| folder.associated).sum();
    let associated: u64 = shown.iter().map(|folder| folder.associated).sum();
    let outside = census.outside_items + census.outside_associated + all.saturating_sub(associated);
    let mut line = format!("census: {items} items in {} folders", census.folders.len());
    for (count, what) in [
        (census.orphans.len() as u64, "in no folder (carried into Recovered)"),
        (associated, "settings of Outlook (skipped)"),
        (census.search_folders, "search folders (skipped: their items lie in other folders)"),
        (outside, "in folders that Outlook keeps for itself (not part of the numbers)"),
    ] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    line
}

/// What a folder is for ([MS-OXOSFLD] §2.2.1: PidTagContainerClass). One that does not say is for what lies in it, if that is
/// of one kind.
fn kind_of_folder(class: Option<&str>, kinds: &BTreeMap<ItemKind, u64>) -> ItemKind {
    let class = class.unwrap_or_default().trim().to_ascii_lowercase();
    if class.is_empty() && kinds.len() == 1 {
        return kinds.keys().next().copied().unwrap_or(ItemKind::Mail);
    }
    match class.split('.').nth(1) {
        Some("contact") => ItemKind::Contact,
        Some("appointment") => ItemKind::Event,
        Some("task") => ItemKind::Task,
        Some("stickynote" | "journal") => ItemKind::Note,
        _ => ItemKind::Mail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_folders() {
        use ItemKind::{Contact, Event, Mail, Note, Task};
        for (class, kinds, expected) in [
            (Some("IPF.Note"), &[Contact][..], Mail),
            (Some("IPF.Contact.MOC.QuickContacts"), &[], Contact),
            (Some("ipf.appointment"), &[Mail], Event),
            (Some("IPF.Task"), &[], Task),
            (Some("IPF.Journal"), &[], Note),
            (Some(""), &[Contact], Contact),
            (None, &[Event], Event),
            (None, &[Contact, Mail], Mail),
            (None, &[], Mail),
        ] {
            let kinds = kinds.iter().map(|kind| (*kind, 1)).collect();
            assert_eq!(kind_of_folder(class, &kinds), expected, "{class:?} {kinds:?}");
        }
    }
}
