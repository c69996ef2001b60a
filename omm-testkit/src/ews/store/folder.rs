//! A folder.

use crate::ews::schema::Property;

#[derive(Clone, Debug)]
pub(in crate::ews) struct Folder {
    pub(in crate::ews) key: u64,
    pub(in crate::ews) parent: Option<u64>,
    pub(in crate::ews) name: String,
    pub(in crate::ews) class: String,
    /// The name it is found under in every mailbox.
    pub(in crate::ews) distinguished: Option<&'static str>,
    pub(in crate::ews) properties: Vec<Property>,
    /// Of a public folder: the mailbox that its items are in, as a GUID.
    pub(in crate::ews) holder: Option<String>,
    /// When it was made and last changed, on the mailbox's clock.
    pub(in crate::ews) created: u64,
    pub(in crate::ews) changed: u64,
}

impl Folder {
    /// What its element is called.
    pub(in crate::ews) fn element(&self) -> &'static str {
        let is = |class: &str| self.class == class || self.class.starts_with(&format!("{class}."));
        match () {
            () if is("IPF.Appointment") => "CalendarFolder",
            () if is("IPF.Contact") => "ContactsFolder",
            () if is("IPF.Task") => "TasksFolder",
            () => "Folder",
        }
    }
}
