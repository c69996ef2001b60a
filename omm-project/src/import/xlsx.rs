//! `.xlsx`: the first sheet that is shown, cell by cell.

use super::{
    archive::broken,
    cell::Cell,
    file::{File, refused},
    sheet::SheetRow,
    shelf::Shelf,
};
use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsx};
use omm_core::Result;
use std::{
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Reads a sheet. The file was measured before.
pub(super) async fn read(file: Box<dyn File>, shelf: Shelf) -> Result<()> {
    let mut book =
        guarded(|| Xlsx::<BufReader<Box<dyn File>>>::new(BufReader::new(file)))?.map_err(broken)?;
    let name = first_shown(book.sheets_metadata())?;
    let opened = &mut book;
    let mut cells = guarded(move || {
        let book = opened;
        book.worksheet_cells_reader(&name)
    })?
    .map_err(broken)?;
    let mut row = SheetRow::new(shelf);
    while let Some(found) = guarded(|| cells.next_cell())?.map_err(broken)? {
        let (line, column) = found.get_position();
        let cell = match found.get_value() {
            DataRef::Empty => Cell::Empty,
            DataRef::String(text) => Cell::text(text.as_str()),
            DataRef::SharedString(text) => Cell::text(text),
            DataRef::Int(number) => Cell::Number(*number as f64),
            DataRef::Float(number) => Cell::Number(*number),
            DataRef::Bool(_) => Cell::Truth,
            DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Cell::Date,
            DataRef::Error(_) => Cell::FormulaError,
        };
        row.put(u64::from(line) + 1, column as usize, cell).await;
    }
    row.end().await;
    Ok(())
}

/// The first sheet that its user sees.
pub(super) fn first_shown(sheets: &[Sheet]) -> Result<String> {
    let shown = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let sheet = sheets.iter().find(shown);
    sheet.map(|sheet| sheet.name.clone()).ok_or_else(|| refused("the spreadsheet has no sheet that is shown"))
}

/// A stranger's file must not end the program, whatever it does to the library that reads it.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| refused("the spreadsheet is damaged; save it anew, or as CSV"))
}
