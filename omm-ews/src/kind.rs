//! What Exchange calls the kinds of items and of the folders for them.

use omm_core::model::ItemKind;

/// The kind of a folder, by its class ([MS-OXOSFLD] PidTagContainerClass); nothing for what programs keep in folders.
pub(crate) fn of_folder(class: Option<&str>) -> Option<ItemKind> {
    let Some(class) = class else { return Some(ItemKind::Mail) };
    let is = |word: &str| is_within(class, word);
    match () {
        () if is("IPF.Configuration") || is("IPF.Files") || is("IPF.SkypeTeams") => None,
        () if is("IPF.Contact") => Some(ItemKind::Contact),
        () if is("IPF.Appointment") => Some(ItemKind::Event),
        () if is("IPF.Task") => Some(ItemKind::Task),
        () if is("IPF.StickyNote") => Some(ItemKind::Note),
        () => Some(ItemKind::Mail),
    }
}

/// The class of a folder for items of a kind.
pub(crate) fn class_of_folder(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Contact => "IPF.Contact",
        ItemKind::Event => "IPF.Appointment",
        ItemKind::Task => "IPF.Task",
        ItemKind::Note => "IPF.StickyNote",
        _ => "IPF.Note",
    }
}

/// The folder of every mailbox in which items of a kind are made that shall lie in a folder of another one: there no server
/// makes them, and everywhere they may be moved. Nothing where the folder takes them.
pub(crate) fn workshop(item: ItemKind, folder: ItemKind) -> Option<&'static str> {
    match item {
        _ if item == folder => None,
        ItemKind::Contact => Some("contacts"),
        ItemKind::Event => Some("calendar"),
        ItemKind::Task => Some("tasks"),
        _ => None,
    }
}

/// The kind of an item, by its class ([MS-OXCMSG] PidTagMessageClass). Whatever is none of the others travels as mail: the
/// server makes MIME of everything.
pub(crate) fn of_item(class: &str) -> ItemKind {
    let is = |word: &str| is_within(class, word);
    match () {
        () if is("IPM.Contact") || is("IPM.DistList") => ItemKind::Contact,
        () if is("IPM.Appointment") => ItemKind::Event,
        () if is("IPM.Task") => ItemKind::Task,
        () if is("IPM.StickyNote") => ItemKind::Note,
        () => ItemKind::Mail,
    }
}

/// Whether a class is another, or one made from it: `IPM.Contact.Vip` is within `IPM.Contact`, `IPM.Contacts` is not.
fn is_within(class: &str, of: &str) -> bool {
    let start = class.get(..of.len()).is_some_and(|start| start.eq_ignore_ascii_case(of));
    start && class.get(of.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_folders() {
        for (class, kind) in [
            (None, Some(ItemKind::Mail)),
            (Some("IPF.Note"), Some(ItemKind::Mail)),
            (Some("IPF.Imap"), Some(ItemKind::Mail)),
            (Some("ipf.contact.mine"), Some(ItemKind::Contact)),
            (Some("IPF.Contacts"), Some(ItemKind::Mail)),
            (Some("IPF.Appointment.Birthday"), Some(ItemKind::Event)),
            (Some("IPF.Task"), Some(ItemKind::Task)),
            (Some("IPF.StickyNote"), Some(ItemKind::Note)),
            (Some("IPF.Configuration"), None),
        ] {
            assert_eq!(of_folder(class), kind, "{class:?}");
        }
    }

    #[test]
    fn items_of_one_kind_in_folders_of_another() {
        for (item, folder, made_in) in [
            (ItemKind::Contact, ItemKind::Mail, Some("contacts")),
            (ItemKind::Event, ItemKind::Mail, Some("calendar")),
            (ItemKind::Task, ItemKind::Contact, Some("tasks")),
            (ItemKind::Task, ItemKind::Task, None),
            (ItemKind::Mail, ItemKind::Contact, None),
            (ItemKind::Note, ItemKind::Mail, None),
        ] {
            assert_eq!(workshop(item, folder), made_in, "{item:?} in {folder:?}");
        }
    }

    #[test]
    fn classes_of_items() {
        for (class, kind) in [
            ("IPM.Note.SMIME", ItemKind::Mail),
            ("IPM.Schedule.Meeting.Request", ItemKind::Mail),
            ("IPM.TaskRequest", ItemKind::Mail),
            ("IPM.Task.Custom", ItemKind::Task),
            ("IPM.DistList", ItemKind::Contact),
            ("", ItemKind::Mail),
        ] {
            assert_eq!(of_item(class), kind, "{class}");
        }
    }
}
