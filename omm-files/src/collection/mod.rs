//! Files of many items in text: calendars, address books, tables of contacts. One file is a folder for each kind in it.

mod book;
mod books;
mod listing;
mod table;

pub(crate) use books::Books;

use crate::{
    error,
    listing::{Bytes, Listing, Opened, Opening},
    options::Options,
    place::{Place, Shape},
    recognise::FileKind,
    remarks::Remarks,
};
use book::{Book, of_file};
use listing::BookListing;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::ItemKind,
};
use std::{collections::BTreeMap, io, path::Path, sync::Arc};

/// What a file holds, at a glance.
#[derive(Debug)]
pub(crate) struct Survey {
    /// What it calls itself.
    pub(crate) name: Option<String>,
    /// How many items of each kind; those that are broken count for the first.
    pub(crate) kinds: BTreeMap<ItemKind, u64>,
    /// The kind of the folder that it is, if it is only one.
    pub(crate) first: ItemKind,
    /// Why there is nothing in it, unless it is rightly empty.
    pub(crate) refusal: Option<String>,
}

impl Survey {
    /// How many items, broken ones included.
    pub(crate) fn items(&self) -> u64 {
        self.kinds.values().sum()
    }
}

/// Looks through a file. One that cannot be read holds nothing, and says why when it is listed.
pub(crate) fn survey(path: &Path, shape: Shape, books: &Books, options: &Options) -> Survey {
    let book = match books.open(path, shape, options) {
        Ok(book) => book,
        Err(cause) => {
            let (first, refusal) = (fallback(shape), Some(cause.to_string()));
            return Survey { name: None, kinds: BTreeMap::new(), first, refusal };
        }
    };
    let first = first_kind(&*book, shape);
    let mut kinds = BTreeMap::new();
    (0..book.len()).for_each(|at| *kinds.entry(book.kind(at)).or_default() += 1);
    if !book.broken().is_empty() {
        *kinds.entry(first).or_default() += book.broken().len() as u64;
    }
    let refusal = book.nothing().filter(|_| kinds.is_empty()).map(str::to_owned);
    Survey { name: book.name(), kinds, first, refusal }
}

/// The items of one kind in a file.
pub(crate) fn listing(
    place: &Place,
    books: &Books,
    options: &Options,
    remarks: &Remarks,
) -> Result<Arc<dyn Listing>> {
    let operation = "list a folder";
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::InvalidData => {
            Error::new(ErrorKind::Malformed, Side::Source, operation, cause.to_string())
                .scope(Scope::Folder)
                .with("path", place.path.display())
        }
        _ => error::io(Side::Source, Scope::Folder, operation, &place.path, cause),
    };
    let listing = BookListing::read(place, books, options).map_err(failed)?;
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    listing.remarks().into_iter().for_each(|remark| remarks.say(format!("{name}: {remark}")));
    Ok(Arc::new(listing))
}

/// Opens the only item of a file.
pub(crate) fn only(path: &Path, file: FileKind, options: &Options, opening: &Opening<'_>) -> Result<Opened> {
    let shape = if file == FileKind::Cards { Shape::Cards } else { Shape::Calendar };
    let failed = |cause| -> Error { opening.failed(cause) };
    let book = of_file(path, shape, options).map_err(failed)?;
    if let Some((line, reason)) = book.broken().first() {
        return Err(opening.malformed(format!("line {line}: {reason}")));
    }
    match book.len() {
        0 => return Err(opening.malformed(book.nothing().unwrap_or("it has become empty"))),
        1 => {}
        // Listed next time as the folder that it is now; to take one of them would lose the others.
        _ => return Err(opening.malformed("several items have come into it")),
    }
    let mut opened = Opened::new(book.kind(0), Bytes::Here(book.render(0).map_err(failed)?));
    opened.losses = book.remarks();
    Ok(opened)
}

/// The kind of the folder that a file is, if it were only one: broken items are counted there.
fn first_kind(book: &dyn Book, shape: Shape) -> ItemKind {
    (0..book.len()).map(|at| book.kind(at)).min().unwrap_or(fallback(shape))
}

fn fallback(shape: Shape) -> ItemKind {
    if shape == Shape::Calendar { ItemKind::Event } else { ItemKind::Contact }
}
