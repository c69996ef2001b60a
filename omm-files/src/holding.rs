//! What a file is to the directory it lies in: an item, or folders of its own.

use crate::{
    collection::{self, Books},
    known::Known,
    options::Options,
    place::Shape,
    recognise::{FileKind, file_kind},
    single,
    store::Stores,
};
use omm_core::model::{ItemKind, Role};
use std::path::Path;

/// What looking into files needs.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    pub(crate) options: &'a Options,
    pub(crate) stores: &'a Stores,
    pub(crate) books: &'a Books,
    pub(crate) known: &'a Known,
}

/// What a file holds.
pub(crate) enum Holding {
    /// One item, or something that will say why it is none.
    Item(Loose),
    /// Folders.
    Folders(Vec<Held>),
}

/// An item that is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loose {
    pub(crate) kind: ItemKind,
    /// Whether it is of Outlook (`.msg`, TNEF): then flags and dates are in it.
    pub(crate) is_outlook: bool,
}

/// A folder in a file.
pub(crate) struct Held {
    pub(crate) shape: Shape,
    pub(crate) kind: ItemKind,
    /// The way to it from the directory in which the file lies.
    pub(crate) way: Vec<String>,
    pub(crate) role: Option<Role>,
    /// How many items, where that is known already.
    pub(crate) items: Option<u64>,
}

impl Held {
    /// An mbox that is one folder.
    pub(crate) fn mbox(name: &str) -> Self {
        Self { shape: Shape::Mbox, kind: ItemKind::Mail, way: vec![name.to_owned()], role: None, items: None }
    }
}

impl Holding {
    /// Looks into a file. `name` is what people call it, without its ending. A file that is the whole account is never
    /// a mere item if it may hold several.
    pub(crate) fn of(path: &Path, name: &str, looking: Looking<'_>, alone: bool) -> Self {
        let kind = file_kind(path).unwrap_or(FileKind::Other("it cannot be read"));
        match kind {
            FileKind::Mbox => Self::Folders(vec![Held::mbox(name)]),
            FileKind::Message { .. } | FileKind::Emlx | FileKind::Other(_) => Self::item(ItemKind::Mail),
            FileKind::Msg | FileKind::Tnef => {
                Self::Item(Loose { kind: single::kind(path, kind, looking.options), is_outlook: true })
            }
            FileKind::Calendar => Self::of_collection(Shape::Calendar, path, name, looking, alone),
            FileKind::Cards => Self::of_collection(Shape::Cards, path, name, looking, alone),
            FileKind::Table => {
                let (shape, kind) = (Shape::Table, ItemKind::Contact);
                let role = main_role(kind).filter(|_| alone);
                Self::Folders(vec![Held { shape, kind, way: vec![name.to_owned()], role, items: None }])
            }
            // One that cannot be opened says why when it is fetched.
            FileKind::Store => {
                let above = if alone { None } else { Some(name) };
                let held = looking.stores.open(path).and_then(|store| store.held(above));
                held.map_or(Self::item(ItemKind::Mail), Self::Folders)
            }
        }
    }

    fn item(kind: ItemKind) -> Self {
        Self::Item(Loose { kind, is_outlook: false })
    }

    /// A calendar or an address book is a folder of its own when it says its name or holds several items; files with one
    /// item each are items of the directory they lie in. So is one in which nothing can be found: it fails with the reason.
    fn of_collection(shape: Shape, path: &Path, name: &str, looking: Looking<'_>, alone: bool) -> Self {
        let survey = collection::survey(path, shape, looking.books, looking.options);
        let (items, first) = (survey.items(), survey.first);
        let is_item = if items == 0 { survey.refusal.is_some() } else { items == 1 && survey.name.is_none() };
        if !alone && is_item {
            return Self::item(first);
        }
        let name = survey.name.as_deref().unwrap_or(name);
        let held = |kind: ItemKind| Held {
            shape,
            kind,
            way: vec![if kind == first { name.to_owned() } else { beside(name, kind) }],
            role: main_role(kind).filter(|_| alone),
            items: None,
        };
        let others = survey.kinds.into_keys().filter(|kind| *kind != first);
        Self::Folders(std::iter::once(first).chain(others).map(held).collect())
    }
}

/// The name of a folder that holds what is of another kind in the folder of this name.
pub(crate) fn beside(name: &str, kind: ItemKind) -> String {
    format!("{name} ({})", kind.plural())
}

/// What a file that is the whole account is for.
pub(crate) fn main_role(kind: ItemKind) -> Option<Role> {
    match kind {
        ItemKind::Contact => Some(Role::Contacts),
        ItemKind::Event => Some(Role::Calendar),
        ItemKind::Task => Some(Role::Tasks),
        ItemKind::Note => Some(Role::Notes),
        _ => None,
    }
}
