//! Files of many items in text: calendars, address books, tables of contacts. One file is a folder for each kind in it.

mod book;
mod listing;
mod table;

use crate::{
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
    error::{Scope, Side},
    model::ItemKind,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// What a file holds, at a glance.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// What it calls itself.
    pub(crate) name: Option<String>,
    /// How many items of each kind; those that are broken count for the first.
    pub(crate) kinds: BTreeMap<ItemKind, u64>,
}

/// Looks through a file. One that cannot be read holds nothing, and says why when it is listed.
pub(crate) fn survey(path: &Path, shape: Shape, options: &Options) -> Survey {
    let Ok(book) = of_file(path, shape, options) else { return Survey::default() };
    let mut survey = Survey { name: book.name(), kinds: BTreeMap::new() };
    (0..book.len()).for_each(|at| *survey.kinds.entry(book.kind(at)).or_default() += 1);
    *survey.kinds.entry(first_kind(&*book, shape)).or_default() += book.broken().len() as u64;
    survey.kinds.retain(|_, items| *items > 0);
    survey
}

/// The items of one kind in a file.
pub(crate) fn listing(place: &Place, options: &Options, remarks: &Remarks) -> Result<Arc<dyn Listing>> {
    let failed = |cause| crate::error::io(Side::Source, Scope::Folder, "list a folder", &place.path, cause);
    let (listing, book) = BookListing::read(place, options).map_err(failed)?;
    let name = place.path.file_name().unwrap_or_default().to_string_lossy();
    book.remarks().into_iter().for_each(|remark| remarks.say(format!("{name}: {remark}")));
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
    if book.len() == 0 {
        return Err(opening.malformed("it holds no item"));
    }
    let mut opened = Opened::new(book.kind(0), Bytes::Here(book.render(0).map_err(failed)?));
    opened.losses = book.remarks();
    Ok(opened)
}

/// The kind of the folder that a file is, if it were only one: broken items are counted there.
fn first_kind(book: &dyn Book, shape: Shape) -> ItemKind {
    let fallback = if shape == Shape::Calendar { ItemKind::Event } else { ItemKind::Contact };
    (0..book.len()).map(|at| book.kind(at)).min().unwrap_or(fallback)
}
