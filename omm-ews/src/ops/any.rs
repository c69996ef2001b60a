//! For tests and fuzz targets: reads an answer whose request nobody remembers.

use super::*;
use crate::soap::{Batch, Failure, Refusal, body, unknown};

/// What an answer says, as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// How many things were answered well.
    pub(crate) good: usize,
    /// How many were refused.
    pub(crate) refused: usize,
    /// How many of those that the server calls good could not be read.
    pub(crate) unreadable: usize,
}

/// Reads the answer in an envelope, to whichever operation it is.
///
/// # Errors
/// A fault; or it is no answer, or to an operation that is not here.
pub(crate) fn read(envelope: &Element) -> Result<Count, Failure> {
    let root = body(envelope)?;
    let asked = root.child("ResponseMessages").map_or(0, |messages| messages.children.len());
    one(root, asked).map_err(Failure::Unreadable)
}

/// Whatever the answer is called, it is read as one to every operation.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_as_every_answer(envelope: &Element) {
    let root = envelope.at(&["Body"]).and_then(|body| body.children.first()).unwrap_or(envelope);
    let mut root = root.clone();
    let asked = root.child("ResponseMessages").map_or(0, |messages| messages.children.len());
    for name in NAMES {
        root.name = format!("{name}Response");
        let _ = std::hint::black_box(one(&root, asked));
    }
}

/// The operations that are here.
pub(crate) const NAMES: [&str; 18] = [
    CreateAttachment::NAME,
    CreateFolder::NAME,
    CreateItem::NAME,
    DeleteFolder::NAME,
    DeleteItem::NAME,
    ExportItems::NAME,
    FindFolder::NAME,
    FindItem::NAME,
    GetAttachment::NAME,
    GetFolder::NAME,
    GetItem::NAME,
    GetServerTimeZones::NAME,
    GetUserConfiguration::NAME,
    MoveItem::NAME,
    ResolveNames::NAME,
    SyncFolderItems::NAME,
    UpdateItem::NAME,
    UploadItems::NAME,
];

fn one(root: &Element, asked: usize) -> Result<Count, Unreadable> {
    let id = ItemId { id: "a".to_owned(), change_key: None };
    let folder = FolderId { id: "a".to_owned(), change_key: None };
    let place = FolderRef::Id(folder.clone());
    let draft = Draft::new("t:Message", |_| ());
    let (shape, page) = (Shape::id_only(), Page::first(100));
    let items = vec![ItemRef::Id(id.clone()); asked];
    match root.name.strip_suffix("Response").unwrap_or_default() {
        CreateAttachment::NAME => {
            let file = NewAttachment::file("", omm_core::model::Body::from_bytes(""));
            let attachments = vec![file; asked];
            batch(&CreateAttachment { parent: id, attachments }, root)
        }
        CreateItem::NAME => batch(&CreateItem { folder: place, items: vec![draft; asked] }, root),
        DeleteItem::NAME => batch(&DeleteItem { items }, root),
        ExportItems::NAME => batch(&ExportItems { items: vec![id; asked] }, root),
        FindItem::NAME => {
            batch(&FindItem { folders: vec![place.clone(); asked], ..FindItem::all(place, page) }, root)
        }
        GetAttachment::NAME => {
            batch(&GetAttachment { attachments: vec![AttachmentId("a".to_owned()); asked], shape }, root)
        }
        GetItem::NAME => batch(&GetItem { items, shape }, root),
        MoveItem::NAME => batch(&MoveItem { items, to: place }, root),
        SyncFolderItems::NAME => {
            single(&SyncFolderItems { folder: place, shape, state: None, most: 1 }, root)
        }
        UpdateItem::NAME => {
            let change = ItemChange { item: ItemRef::Id(id), updates: Vec::new() };
            batch(&UpdateItem { changes: vec![change; asked], conflict: Conflict::Overwrite }, root)
        }
        UploadItems::NAME => {
            let data = omm_core::model::Body::from_bytes("");
            batch(&UploadItems { items: vec![Upload { folder, data }; asked] }, root)
        }
        name => not_of_items(name, root, asked),
    }
}

fn not_of_items(name: &str, root: &Element, asked: usize) -> Result<Count, Unreadable> {
    let folder = FolderId { id: "a".to_owned(), change_key: None };
    let place = FolderRef::Id(folder.clone());
    let (shape, page, places) =
        (FolderShape::new(Base::IdOnly), Page::first(100), vec![place.clone(); asked]);
    match name {
        CreateFolder::NAME => {
            let folder = NewFolder { name: String::new(), class: "IPF.Note" };
            batch(&CreateFolder { parent: place, folders: vec![folder; asked] }, root)
        }
        DeleteFolder::NAME => batch(&DeleteFolder { folders: vec![folder; asked] }, root),
        FindFolder::NAME => batch(&FindFolder { below: places, deep: true, shape, page }, root),
        GetFolder::NAME => {
            GetFolder { folders: places }.read(root).map(|answers| answers.into_iter().map(refusals).sum())
        }
        GetServerTimeZones::NAME => single(&GetServerTimeZones::names(), root),
        GetUserConfiguration::NAME => single(&GetUserConfiguration::categories(None), root),
        ResolveNames::NAME => single(&ResolveNames::in_directory(""), root),
        _ => Err(unknown(&root.name)),
    }
}

fn batch<T>(operation: &impl Operation<Answer = Batch<T>>, root: &Element) -> Result<Count, Unreadable> {
    let batch = operation.read(root)?;
    Ok(batch.answered.into_iter().map(count).sum())
}

fn single<T>(
    operation: &impl Operation<Answer = Result<T, Refusal>>,
    root: &Element,
) -> Result<Count, Unreadable> {
    operation.read(root).map(refusals)
}

fn refusals<T>(answer: Result<T, Refusal>) -> Count {
    count(answer.map_err(Failure::Refused))
}

fn count<T>(answer: Result<T, Failure>) -> Count {
    let none = Count::default();
    match answer {
        Ok(_) => Count { good: 1, ..none },
        Err(Failure::Refused(_)) => Count { refused: 1, ..none },
        Err(Failure::Unreadable(_)) => Count { unreadable: 1, ..none },
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, count| Self {
            good: sum.good + count.good,
            refused: sum.refused + count.refused,
            unreadable: sum.unreadable + count.unreadable,
        })
    }
}
