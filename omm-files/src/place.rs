//! Places: where the items of one folder lie, and the folder ids that say so.

use omm_core::model::{ItemKind, SourceFolderId};
use std::path::{Path, PathBuf};

/// How the items of a folder lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A directory: a Maildir, files with one item each, or both.
    Directory,
    /// A directory of our own tree: one item a file, taken as it is.
    Own,
    /// An mbox file.
    Mbox,
    /// One file with one item: the whole account.
    OneItem,
    /// A folder of an Outlook data file (PST, OST), by its node and a digest of the store's own key: the nodes of
    /// another export have other numbers.
    Store { folder: u32, store: u64 },
    /// A file of iCalendar objects.
    Calendar,
    /// A file of vCards.
    Cards,
    /// A table of contacts (CSV).
    Table,
}

/// Where the items of a folder are, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The directory or the file.
    pub(crate) path: PathBuf,
    /// How they lie there.
    pub(crate) shape: Shape,
    /// What they are. A directory or a store may be a folder of several kinds: then it is several places.
    pub(crate) kind: ItemKind,
}

impl Shape {
    fn letter(self) -> char {
        match self {
            Self::Directory => 'd',
            Self::Own => 'o',
            Self::Mbox => 'm',
            Self::OneItem => '1',
            Self::Store { .. } => 's',
            Self::Calendar => 'i',
            Self::Cards => 'v',
            Self::Table => 'c',
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        if let Some(of_store) = word.strip_prefix('s') {
            let (folder, store) = of_store.split_once('@')?;
            let folder = u32::from_str_radix(folder, 16).ok()?;
            return Some(Self::Store { folder, store: u64::from_str_radix(store, 16).ok()? });
        }
        [Self::Directory, Self::Own, Self::Mbox, Self::OneItem, Self::Calendar, Self::Cards, Self::Table]
            .into_iter()
            .find(|shape| word.chars().eq([shape.letter()]))
    }
}

/// The id of a folder: how its items lie, what they are unless it is mail, and the way from the root, as text.
pub(crate) fn folder_id(shape: Shape, kind: ItemKind, relative: &str) -> SourceFolderId {
    let mut word = shape.letter().to_string();
    if let Shape::Store { folder, store } = shape {
        word.push_str(&format!("{folder:x}@{store:x}"));
    }
    // Our own folders say in their card what they hold.
    if kind != ItemKind::Mail && shape != Shape::Own {
        word = format!("{word}.{}", kind.plural());
    }
    SourceFolderId::new(format!("{word}:{relative}"))
}

/// The place behind a folder id; without the kind of a folder of our own.
pub(crate) fn of_folder(root: &Path, folder: &SourceFolderId) -> Option<Place> {
    let (words, relative) = folder.as_str().split_once(':')?;
    let (word, kind) = match words.split_once('.') {
        Some((word, kind)) => (word, ItemKind::from_plural(kind)?),
        None => (words, ItemKind::Mail),
    };
    let shape = Shape::from_word(word)?;
    Some(Place { path: crate::relative::to_path(root, relative), shape, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        for (shape, kind, id) in [
            (Shape::Directory, ItemKind::Mail, "d:a/b"),
            (Shape::Directory, ItemKind::Contact, "d.contacts:a/b"),
            (Shape::OneItem, ItemKind::Mail, "1:a/b"),
            (Shape::Store { folder: 0x8082, store: 0xAB }, ItemKind::Event, "s8082@ab.calendars:a/b"),
            (Shape::Own, ItemKind::Mail, "o:a/b"),
        ] {
            let made = folder_id(shape, kind, "a/b");
            assert_eq!(made.as_str(), id);
            let place = Place { path: PathBuf::from("root/a/b"), shape, kind };
            assert_eq!(of_folder(Path::new("root"), &made), Some(place));
        }
        for bad in ["", "d", "x:a", "d.things:a", "szz@1:a", "s8082:a", "dd:a"] {
            assert_eq!(of_folder(Path::new("root"), &SourceFolderId::new(bad)), None, "{bad}");
        }
    }
}
