//! Folders and their tables ([MS-PST] §2.4.4).

use super::columns;
use super::nid::{self, NidType, sibling};
use super::property::{Key, Properties, Value};
use super::store::PstWriter;
use super::table::Row;
use std::io::{self, Seek, Write};

/// A folder of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FolderId(pub(super) u32);

/// What a folder is for, as the store or the inbox says by its id ([MS-OXOSFLD] §2.2.3, [MS-PST] §2.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The top of the user's folders.
    Subtree,
    /// Messages on their way.
    Outbox,
    /// Deleted items.
    DeletedItems,
    /// Sent items.
    SentItems,
    /// Views.
    Views,
    /// Views for all folders.
    CommonViews,
    /// Searches.
    Finder,
    /// The inbox: it names the folders that the store does not name.
    Inbox,
    /// The calendar.
    Calendar,
    /// Contacts.
    Contacts,
    /// The journal.
    Journal,
    /// Notes.
    Notes,
    /// Tasks.
    Tasks,
    /// Reminders.
    Reminders,
    /// Drafts.
    Drafts,
}

impl Role {
    /// The property that has the folder's entry id.
    pub(super) fn property(self) -> Option<u16> {
        Some(match self {
            Self::Subtree => 0x35e0,
            Self::Outbox => 0x35e2,
            Self::DeletedItems => 0x35e3,
            Self::SentItems => 0x35e4,
            Self::Views => 0x35e5,
            Self::CommonViews => 0x35e6,
            Self::Finder => 0x35e7,
            Self::Inbox => return None,
            Self::Calendar => 0x36d0,
            Self::Contacts => 0x36d1,
            Self::Journal => 0x36d2,
            Self::Notes => 0x36d3,
            Self::Tasks => 0x36d4,
            Self::Reminders => 0x36d5,
            Self::Drafts => 0x36d7,
        })
    }

    pub(super) fn is_of_store(self) -> bool {
        self.property().is_some_and(|property| property < 0x3600)
    }
}

/// A folder in the making.
#[derive(Clone, Debug)]
pub(super) struct FolderState {
    pub(super) id: FolderId,
    pub(super) parent: FolderId,
    pub(super) name: String,
    pub(super) class: Option<String>,
    pub(super) properties: Properties,
    pub(super) items: Vec<Row>,
    pub(super) associated: Vec<Row>,
    pub(super) unread: u32,
    pub(super) is_search: bool,
    pub(super) found: usize,
}

impl FolderId {
    pub(super) const ROOT: Self = Self(nid::ROOT);
}

impl FolderState {
    pub(super) fn new(id: FolderId, parent: FolderId, name: &str, class: Option<&str>) -> Self {
        Self {
            id,
            parent,
            name: name.to_owned(),
            class: class.map(str::to_owned),
            properties: Properties::new(),
            items: Vec::new(),
            associated: Vec::new(),
            unread: 0,
            is_search: false,
            found: 0,
        }
    }

    /// What the folder's own node and its line in the parent's table both say.
    fn summary(&self, has_children: bool) -> Properties {
        let count = self.items.len() + self.found;
        let mut summary: Properties = vec![
            (Key::Id(0x3001), Value::Text(self.name.clone())),
            (Key::Id(0x3602), Value::I32(count as i32)),
            (Key::Id(0x3603), Value::I32(self.unread as i32)),
            (Key::Id(0x360a), Value::Bool(has_children)),
        ];
        let class = self.class.iter().map(|class| (Key::Id(0x3613), Value::Text(class.clone())));
        summary.extend(class);
        summary
    }
}

impl<W: Write + Seek> PstWriter<W> {
    /// Writes every folder: its node, its sub-folders, its items, what it hides.
    pub(super) fn write_folders(&mut self) -> io::Result<()> {
        let folders = std::mem::take(&mut self.folders);
        let inbox = self.with_role(Role::Inbox);
        for folder in &folders {
            let children: Vec<&FolderState> =
                folders.iter().filter(|child| child.parent == folder.id && child.id != folder.id).collect();
            let mut properties = folder.summary(!children.is_empty());
            if folder.id == FolderId::ROOT || Some(folder.id) == inbox {
                properties.extend(self.role_properties(false));
            }
            properties.extend(folder.properties.clone());
            let node = self.write_context(&properties)?;
            self.add(folder.id.0, node, folder.parent.0);
            if folder.is_search {
                continue;
            }
            let mut rows = Vec::new();
            for child in children {
                let has_children = folders.iter().any(|other| other.parent == child.id);
                let summary = child.summary(has_children).into_iter();
                let cells = summary.filter_map(|(key, value)| match key {
                    Key::Id(id) => Some((id, self.encode(&value))),
                    _ => None,
                });
                rows.push(Row { id: child.id.0, cells: cells.collect() });
            }
            let tables = [
                (NidType::Hierarchy, columns::HIERARCHY, &rows),
                (NidType::Contents, columns::CONTENTS, &folder.items),
                (NidType::AssociatedContents, columns::ASSOCIATED, &folder.associated),
            ];
            for (kind, columns, rows) in tables {
                let table = self.write_table(columns, rows)?;
                self.add(sibling(folder.id.0, kind), table, 0);
            }
        }
        Ok(())
    }
}
