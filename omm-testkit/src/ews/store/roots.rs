//! The folders that every mailbox has.

/// Name by which it is found, what holds it, its display name, its class.
type Root = (&'static str, Option<&'static str>, &'static str, &'static str);

pub(in crate::ews) const DISTINGUISHED: [Root; 21] = [
    ("root", None, "", ""),
    ("msgfolderroot", Some("root"), "Top of Information Store", ""),
    ("inbox", Some("msgfolderroot"), "Inbox", "IPF.Note"),
    ("drafts", Some("msgfolderroot"), "Drafts", "IPF.Note"),
    ("outbox", Some("msgfolderroot"), "Outbox", "IPF.Note"),
    ("sentitems", Some("msgfolderroot"), "Sent Items", "IPF.Note"),
    ("deleteditems", Some("msgfolderroot"), "Deleted Items", "IPF.Note"),
    ("junkemail", Some("msgfolderroot"), "Junk Email", "IPF.Note"),
    ("calendar", Some("msgfolderroot"), "Calendar", "IPF.Appointment"),
    ("contacts", Some("msgfolderroot"), "Contacts", "IPF.Contact"),
    ("tasks", Some("msgfolderroot"), "Tasks", "IPF.Task"),
    ("notes", Some("msgfolderroot"), "Notes", "IPF.StickyNote"),
    ("journal", Some("msgfolderroot"), "Journal", "IPF.Journal"),
    ("conversationhistory", Some("msgfolderroot"), "Conversation History", "IPF.Note"),
    ("searchfolders", Some("root"), "Finder", ""),
    ("voicemail", Some("searchfolders"), "Voice Mail", "IPF.Note.Microsoft.Voicemail"),
    ("recoverableitemsroot", Some("root"), "Recoverable Items", ""),
    ("recoverableitemsdeletions", Some("recoverableitemsroot"), "Deletions", ""),
    ("recoverableitemsversions", Some("recoverableitemsroot"), "Versions", ""),
    ("recoverableitemspurges", Some("recoverableitemsroot"), "Purges", ""),
    ("syncissues", Some("msgfolderroot"), "Sync Issues", "IPF.Note"),
];

/// What an archive has beside them.
pub(in crate::ews) const ARCHIVE: [Root; 6] = [
    ("archiveroot", None, "", ""),
    ("archivemsgfolderroot", Some("archiveroot"), "Top of Information Store", ""),
    ("archiveinbox", Some("archivemsgfolderroot"), "Inbox", "IPF.Note"),
    ("archivedeleteditems", Some("archivemsgfolderroot"), "Deleted Items", "IPF.Note"),
    ("archiverecoverableitemsroot", Some("archiveroot"), "Recoverable Items", ""),
    ("archiverecoverableitemsdeletions", Some("archiverecoverableitemsroot"), "Deletions", ""),
];

/// Public folders, which are a mailbox of their own.
pub(in crate::ews) const PUBLIC: [Root; 1] = [("publicfoldersroot", None, "IPM_SUBTREE", "")];
