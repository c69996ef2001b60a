//! Which folder is the inbox, which the calendar: by what the store says ([MS-OXOSFLD] §2.2).

use super::{Pst, PstFolder, entry_id};
use crate::pst::ndb::Nid;
use omm_core::model::Role;
use omm_mapi::property::{Properties, Value, tag};

/// PidTagIpmSentMailEntryId, PidTagIpmWastebasketEntryId: on the store.
const OF_STORE: [(u16, Role); 2] = [(0x35E4, Role::Sent), (0x35E3, Role::Trash)];

/// PidTagIpm…EntryId: on the inbox and on the root folder ([MS-OXOSFLD] §2.2.3).
const OF_INBOX: [(u16, Role); 5] = [
    (0x36D0, Role::Calendar),
    (0x36D1, Role::Contacts),
    (0x36D3, Role::Notes),
    (0x36D4, Role::Tasks),
    (0x36D7, Role::Drafts),
];

/// PidTagAdditionalRenEntryIds: the fifth is the folder of junk ([MS-OXOSFLD] §2.2.4).
const MORE: u16 = 0x36D8;
const JUNK: usize = 4;

/// What programs call these folders when the store does not say; the last resort.
const NAMES: [(&str, Role); 8] = [
    ("inbox", Role::Inbox),
    ("sent items", Role::Sent),
    ("drafts", Role::Drafts),
    ("deleted items", Role::Trash),
    ("junk e-mail", Role::Junk),
    ("junk email", Role::Junk),
    ("archive", Role::Archive),
    ("notes", Role::Notes),
];

/// Gives folders their roles, each to one folder.
pub(super) fn assign(pst: &Pst, folders: &mut [PstFolder]) {
    let mut said = of(&pst.store.properties, &OF_STORE);
    let inbox = pst.receive_folder();
    said.extend(inbox.map(|nid| (nid, Role::Inbox)));
    for nid in inbox.into_iter().chain([Nid::ROOT_FOLDER]) {
        let properties = pst.folder_properties(nid);
        said.extend(of(&properties, &OF_INBOX));
        said.extend(junk(&properties).map(|nid| (nid, Role::Junk)));
    }
    for (nid, role) in said {
        give(folders, role, |folder| folder.nid == nid);
    }
    for (name, role) in NAMES {
        give(folders, role, |folder| matches!(folder.path.as_slice(), [only] if only.to_lowercase() == name));
    }
    first_of_class(folders);
}

/// Gives a role to the first folder that fits, unless it or another folder has one.
fn give(folders: &mut [PstFolder], role: Role, fits: impl Fn(&PstFolder) -> bool) {
    if folders.iter().any(|folder| folder.role == Some(role)) {
        return;
    }
    if let Some(folder) = folders.iter_mut().find(|folder| folder.role.is_none() && fits(folder)) {
        folder.role = Some(role);
    }
}

/// The only folder at the top that is for contacts is the one for contacts, whatever it is called; likewise the others.
fn first_of_class(folders: &mut [PstFolder]) {
    for (class, role) in [
        ("IPF.Appointment", Role::Calendar),
        ("IPF.Contact", Role::Contacts),
        ("IPF.Task", Role::Tasks),
        ("IPF.StickyNote", Role::Notes),
    ] {
        let fits =
            |folder: &PstFolder| folder.path.len() == 1 && folder.container_class.as_deref() == Some(class);
        if folders.iter().filter(|folder| fits(folder)).count() == 1 {
            give(folders, role, fits);
        }
    }
}

fn of(properties: &Properties, ids: &[(u16, Role)]) -> Vec<(Nid, Role)> {
    ids.iter().filter_map(|(id, role)| Some((entry_id::node(properties.get(*id)?)?, *role))).collect()
}

fn junk(properties: &Properties) -> Option<Nid> {
    match properties.get(MORE)? {
        Value::Multiple(entries) => entries.get(JUNK).and_then(entry_id::node),
        _ => None,
    }
}

impl Pst {
    /// The folder that mail arrives in: that of the class IPM.Note or of all classes in the table of receive folders.
    fn receive_folder(&self) -> Option<Nid> {
        /// PidTagReceiveFolder…: the node, in the table's own column.
        const FOLDER: u16 = 0x6605;
        let mut table = self.context.table(Nid::RECEIVE_FOLDERS).ok()?;
        let mut found = None;
        while let Some(row) = table.next_row() {
            let Ok(row) = row else { continue };
            let bag = self.context.bag_of_row(&mut table, &row);
            if std::env::var("PST_DUMP").is_ok() {
                println!("RECEIVE {:?} {:?}", row.nid, bag.iter().collect::<Vec<_>>());
            }
            let class = bag.text(tag::MESSAGE_CLASS).unwrap_or_default().to_ascii_lowercase();
            let nid = bag.number(FOLDER).and_then(|nid| u32::try_from(nid).ok()).map(Nid);
            match class.as_str() {
                "ipm.note" => return nid,
                "" | "ipm" => found = nid,
                _ => {}
            }
        }
        found
    }
}
