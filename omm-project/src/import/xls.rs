//! `.xls`: the first sheet that is shown. The library holds the sheet whole, as a rectangle from its first used cell to its last, so
//! the rectangle is measured first.

use super::{
    archive::broken,
    cell::Cell,
    file::{File, refused, unreadable},
    sheet::{COLUMNS, SheetRow},
    shelf::Shelf,
    xlsx::{first_shown, guarded},
};
use calamine::{Data, Reader, Xls};
use omm_core::Result;
use std::io::{BufReader, Read};

/// Reads a sheet.
pub(super) async fn read(mut file: Box<dyn File>, shelf: Shelf) -> Result<()> {
    measure(&mut *file)?;
    file.rewind().map_err(unreadable)?;
    let mut book = guarded(|| Xls::<BufReader<Box<dyn File>>>::new(BufReader::new(file)))?.map_err(broken)?;
    let name = first_shown(book.sheets_metadata())?;
    let range = guarded(|| book.worksheet_range(&name))?.map_err(broken)?;
    drop(book);
    let (first_line, first_column) = range.start().unwrap_or_default();
    let mut row = SheetRow::new(shelf);
    for (line, cells) in (u64::from(first_line) + 1..).zip(range.rows()) {
        for (column, cell) in (first_column as usize..).zip(cells) {
            let cell = match cell {
                Data::Empty => Cell::Empty,
                Data::String(text) => Cell::text(text.as_str()),
                Data::Int(number) => Cell::Number(*number as f64),
                Data::Float(number) => Cell::Number(*number),
                Data::Bool(_) => Cell::Truth,
                Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => Cell::Date,
                Data::Error(_) => Cell::FormulaError,
            };
            row.put(line, column, cell).await;
        }
    }
    row.end().await;
    Ok(())
}

/// [MS-XLS] §2.4: records whose first two fields are a row and a column: FORMULA, BLANK, NUMBER, LABEL, BOOLERR, STRING's kin,
/// MULBLANK, MULRK, RK, RSTRING, LABELSST.
const CELLS: [u16; 12] =
    [0x0006, 0x0001, 0x0201, 0x0203, 0x0204, 0x0205, 0x0406, 0x00BD, 0x00BE, 0x027E, 0x00D6, 0x00FD];

/// Walks over the records of the workbook and refuses cells where a form has none.
fn measure(file: &mut dyn File) -> Result<()> {
    let mut compound = cfb::CompoundFile::open(file).map_err(broken)?;
    let mut stream = None;
    for name in ["/Workbook", "/Book"] {
        if compound.is_stream(name) {
            stream = Some(compound.open_stream(name).map_err(broken)?);
            break;
        }
    }
    let stream = stream.ok_or_else(|| {
        refused(
            "the file is no .xls, or is protected by a password; save it as .xlsx or CSV, without a password",
        )
    })?;
    let mut records = BufReader::new(stream);
    let mut head = [0; 4];
    while records.read_exact(&mut head).is_ok() {
        let [kind_low, kind_high, length_low, length_high] = head;
        let (kind, length) =
            (u16::from_le_bytes([kind_low, kind_high]), u16::from_le_bytes([length_low, length_high]));
        let mut place = Vec::new();
        records.by_ref().take(u64::from(length)).read_to_end(&mut place).map_err(unreadable)?;
        let column = place
            .get(2..4)
            .map_or(0, |bytes| bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte)));
        if CELLS.contains(&kind) && column >= COLUMNS {
            return Err(refused("the sheet is wider than any form; take out what is not part of it"));
        }
    }
    Ok(())
}
