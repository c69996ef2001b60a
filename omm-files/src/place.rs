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
    /// A folder of an Outlook data file (PST, OST).
    Store(StoreFolder),
    /// A file of iCalendar objects.
    Calendar,
    /// A file of vCards.
    Cards,
    /// A table of contacts (CSV).
    Table,
}

/// A folder of an Outlook data file. Nodes are numbered anew in each export, so a node alone is not the same folder in the
/// next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoreFolder {
    /// Which store, and the way in it: from both.
    pub(crate) store: u32,
    /// The node of the folder in it.
    pub(crate) node: u32,
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
            Self::Store(_) => 's',
            Self::Calendar => 'i',
            Self::Cards => 'v',
            Self::Table => 'c',
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        if let Some((store, node)) = word.strip_prefix('s').and_then(|both| both.split_once('-')) {
            let number = |text| u32::from_str_radix(text, 16).ok();
            return Some(Self::Store(StoreFolder { store: number(store)?, node: number(node)? }));
        }
        [Self::Directory, Self::Own, Self::Mbox, Self::OneItem, Self::Calendar, Self::Cards, Self::Table]
            .into_iter()
            .find(|shape| word.chars().eq([shape.letter()]))
    }
}

/// The id of a folder: how its items lie, what they are unless it is mail, and the way from the root, as text.
pub(crate) fn folder_id(shape: Shape, kind: ItemKind, relative: &str) -> SourceFolderId {
    let mut word = shape.letter().to_string();
    if let Shape::Store(StoreFolder { store, node }) = shape {
        word.push_str(&format!("{store:x}-{node:x}"));
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
            (
                Shape::Store(StoreFolder { store: 0xab, node: 0x8082 }),
                ItemKind::Event,
                "sab-8082.calendars:a/b",
            ),
            (Shape::Own, ItemKind::Mail, "o:a/b"),
        ] {
            let made = folder_id(shape, kind, "a/b");
            assert_eq!(made.as_str(), id);
            let place = Place { path: PathBuf::from("root/a/b"), shape, kind };
            assert_eq!(of_folder(Path::new("root"), &made), Some(place));
        }
        for bad in ["", "d", "x:a", "d.things:a", "szz-1:a", "s1:a", "dd:a"] {
            assert_eq!(of_folder(Path::new("root"), &SourceFolderId::new(bad)), None, "{bad}");
        }
    }
}
