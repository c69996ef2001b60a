//! `.xls`: the first sheet that is shown. The library holds every sheet whole, as a rectangle from its first used cell to its last, so
//! the rectangles are measured first.

use super::{
    archive::broken,
    biff::measure,
    cell::Cell,
    file::{File, unreadable},
    merged::Merged,
    sheet::SheetRow,
    shelf::Shelf,
    xlsx::{date, first_shown, guarded, others_are_told},
};
use calamine::{Data, Reader, Xls};
use omm_core::Result;
use std::io::BufReader;

/// Reads a sheet.
pub(super) async fn read(mut file: Box<dyn File>, shelf: Shelf) -> Result<()> {
    measure(&mut *file)?;
    file.rewind().map_err(unreadable)?;
    let mut book = guarded(|| Xls::<BufReader<Box<dyn File>>>::new(BufReader::new(file)))?.map_err(broken)?;
    let (name, others) = first_shown(book.sheets_metadata())?;
    let range = guarded(|| book.worksheet_range(&name))?.map_err(broken)?;
    let merged = guarded(|| book.merge_cells_by_sheet_name(&name))?.map_err(broken)?;
    drop(book);
    let (first_line, first_column) = range.start().unwrap_or_default();
    let mut row = SheetRow::new(shelf).merging(Merged::of(merged));
    for (line, cells) in (u64::from(first_line) + 1..).zip(range.rows()) {
        for (column, cell) in (first_column as usize..).zip(cells) {
            let cell = match cell {
                Data::Empty => Cell::Empty,
                Data::String(text) => Cell::text(text.as_str()),
                Data::Int(number) => Cell::Number(*number as f64),
                Data::Float(number) => Cell::Number(*number),
                Data::Bool(_) => Cell::Truth,
                Data::DateTime(moment) => Cell::Date(date(moment)),
                Data::DateTimeIso(_) | Data::DurationIso(_) => Cell::Date(None),
                Data::Error(_) => Cell::FormulaError,
            };
            row.put(line, column, cell).await?;
        }
    }
    others_are_told(&mut row, others).await
}
