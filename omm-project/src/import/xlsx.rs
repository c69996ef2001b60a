//! `.xlsx`: the first sheet that is shown, cell by cell.

use super::{
    Fault,
    archive::broken,
    cell::Cell,
    file::{File, refused},
    merged::Merged,
    sheet::SheetRow,
    shelf::Shelf,
    start,
};
use calamine::{DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};
use omm_core::Result;
use std::{
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Reads a sheet. The file was measured before.
pub(super) async fn read(file: Box<dyn File>, has_merged: bool, shelf: Shelf) -> Result<()> {
    let mut book =
        guarded(|| Xlsx::<BufReader<Box<dyn File>>>::new(BufReader::new(file)))?.map_err(broken)?;
    let (name, others) = first_shown(book.sheets_metadata())?;
    let merged = match has_merged {
        true => guarded(|| book.merge_cells_by_sheet_name(&name))?.map_err(broken)?,
        false => Vec::new(),
    };
    let opened = &mut book;
    let mut cells = guarded(move || {
        let book = opened;
        book.worksheet_cells_reader(&name)
    })?
    .map_err(broken)?;
    let mut row = SheetRow::new(shelf).merging(Merged::of(merged));
    while let Some(found) = guarded(|| cells.next_cell())?.map_err(broken)? {
        let (line, column) = found.get_position();
        let cell = match found.get_value() {
            DataRef::Empty => Cell::Empty,
            DataRef::String(text) => Cell::text(text.as_str()),
            DataRef::SharedString(text) => Cell::text(text),
            DataRef::Int(number) => Cell::Number(*number as f64),
            DataRef::Float(number) => Cell::Number(*number),
            DataRef::Bool(_) => Cell::Truth,
            DataRef::DateTime(moment) => Cell::Date(date(moment)),
            DataRef::DateTimeIso(text) => Cell::Date(start::moment(text).map(|moment| moment.naive_utc())),
            DataRef::DurationIso(_) => Cell::Date(None),
            DataRef::Error(_) => Cell::FormulaError,
        };
        row.put(u64::from(line) + 1, column as usize, cell).await?;
    }
    others_are_told(&mut row, others).await
}

/// The first sheet that its user sees, and how many others he sees.
pub(super) fn first_shown(sheets: &[Sheet]) -> Result<(String, usize)> {
    let shown = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let mut shown = sheets.iter().filter(shown);
    let first = shown.next().ok_or_else(|| refused("the spreadsheet has no sheet that is shown"))?;
    Ok((first.name.clone(), shown.count()))
}

/// Whoever filled in a second sheet is told that nobody has read it.
pub(super) async fn others_are_told(row: &mut SheetRow, others: usize) -> Result<()> {
    match others {
        0 => row.end().await,
        others => row.remark(Fault::OtherSheets(others)).await,
    }
}

/// The moment of a cell; nothing if it is a time of day alone, or how long something takes.
pub(super) fn date(cell: &ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = cell.to_ymd_hms_milli();
    // A number below 1 is a time of the day before all days.
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let moment = date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())?;
    (cell.is_datetime() && cell.as_f64() >= 1.0).then_some(moment)
}

/// A stranger's file must not end the program, whatever it does to the library that reads it.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| refused("the spreadsheet is damaged; save it anew, or as CSV"))
}
