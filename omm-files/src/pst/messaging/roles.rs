//! Which folder is the inbox, which the calendar: by what the store says ([MS-OXOSFLD] §2.2).

use super::{Pst, PstFolder, bag::Budget, entry_id};
use crate::pst::{damage::OrDamage, ndb::Nid};
use omm_core::model::Role;
use omm_mapi::{
    Result,
    property::{Properties, Value, tag},
};

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

/// What Outlook calls these folders when the store does not say, as OST files do not; the last resort. English,
/// French, German, Spanish, Italian, Dutch, Polish, Portuguese, Japanese.
const NAMES: [(Role, &[&str]); 6] = [
    (
        Role::Inbox,
        &[
            "inbox",
            "boîte de réception",
            "posteingang",
            "bandeja de entrada",
            "posta in arrivo",
            "postvak in",
            "skrzynka odbiorcza",
            "caixa de entrada",
            "受信トレイ",
        ],
    ),
    (
        Role::Sent,
        &[
            "sent items",
            "éléments envoyés",
            "gesendete elemente",
            "elementos enviados",
            "posta inviata",
            "verzonden items",
            "elementy wysłane",
            "itens enviados",
            "送信済みアイテム",
        ],
    ),
    (
        Role::Drafts,
        &[
            "drafts",
            "brouillons",
            "entwürfe",
            "borradores",
            "bozze",
            "concepten",
            "wersje robocze",
            "rascunhos",
            "下書き",
        ],
    ),
    (
        Role::Trash,
        &[
            "deleted items",
            "éléments supprimés",
            "gelöschte elemente",
            "elementos eliminados",
            "posta eliminata",
            "verwijderde items",
            "elementy usunięte",
            "itens excluídos",
            "削除済みアイテム",
        ],
    ),
    (
        Role::Junk,
        &[
            "junk e-mail",
            "junk email",
            "courrier indésirable",
            "junk-e-mail",
            "correo no deseado",
            "posta indesiderata",
            "ongewenste e-mail",
            "wiadomości-śmieci",
            "lixo eletrônico",
            "迷惑メール",
        ],
    ),
    (
        Role::Archive,
        &["archive", "archiv", "archivo", "archivio", "archief", "archiwum", "arquivo morto", "アーカイブ"],
    ),
];

/// What folders of other items are for (PidTagContainerClass); of several, the one with this English name is the main one.
const CLASSES: [(&str, Role, &str); 4] = [
    ("IPF.Appointment", Role::Calendar, "calendar"),
    ("IPF.Contact", Role::Contacts, "contacts"),
    ("IPF.Task", Role::Tasks, "tasks"),
    ("IPF.StickyNote", Role::Notes, "notes"),
];

/// Gives folders their roles, each to one folder.
///
/// # Errors
/// If the file below cannot be read.
pub(super) fn assign(pst: &Pst, folders: &mut [PstFolder]) -> Result<()> {
    let mut said = of(&pst.store.properties, &OF_STORE);
    let inbox = pst.receive_folder()?;
    said.extend(inbox.map(|nid| (nid, Role::Inbox)));
    for nid in inbox.into_iter().chain([Nid::ROOT_FOLDER]) {
        let properties = pst.folder_properties(nid, &mut Budget::new())?;
        said.extend(of(&properties, &OF_INBOX));
        said.extend(junk(&properties).map(|nid| (nid, Role::Junk)));
    }
    for (nid, role) in said {
        give(folders, role, |folder| folder.nid == nid);
    }
    for (role, names) in NAMES {
        let is_called =
            |path: &[String]| matches!(path, [only] if names.contains(&only.to_lowercase().as_str()));
        give(folders, role, |folder| is_called(&folder.path));
    }
    by_class(folders);
    Ok(())
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
fn by_class(folders: &mut [PstFolder]) {
    for (class, role, name) in CLASSES {
        let fits =
            |folder: &PstFolder| folder.path.len() == 1 && folder.container_class.as_deref() == Some(class);
        let is_called =
            |folder: &PstFolder| folder.path.first().is_some_and(|own| own.to_lowercase() == name);
        let is_only = folders.iter().filter(|folder| fits(folder)).count() == 1;
        give(folders, role, |folder| fits(folder) && (is_only || is_called(folder)));
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
    ///
    /// # Errors
    /// If the file below cannot be read.
    pub(super) fn receive_folder(&self) -> Result<Option<Nid>> {
        /// The column of the folder's node; seen in every file, in no specification.
        const FOLDER: u16 = 0x6605;
        // Not every file has it.
        let Ok(mut table) = self.context.table(Nid::RECEIVE_FOLDERS).or_damage()? else { return Ok(None) };
        let mut found = None;
        let mut budget = Budget::new();
        while let Some(row) = table.next_row(&"the table of receive folders")? {
            let bag = self.context.bag_of_row(&mut table, &row, &mut budget)?;
            let class = bag.text(tag::MESSAGE_CLASS).unwrap_or_default().to_ascii_lowercase();
            let nid = bag.number(FOLDER).and_then(|nid| u32::try_from(nid).ok()).map(Nid);
            match class.as_str() {
                "ipm.note" | "ipm" => return Ok(nid),
                // Where there is no inbox, this is the root.
                "" => found = nid,
                _ => {}
            }
        }
        Ok(found)
    }
}
