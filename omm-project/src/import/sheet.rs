//! What the readers of spreadsheets share: cells that come one by one become rows.

use super::{
    Fault,
    cell::{Cell, Record},
    merged::Merged,
    shelf::Shelf,
};
use omm_core::Result;

/// Cells to the right of this are no part of any form.
pub(super) const COLUMNS: usize = 256;
/// The text of a row. Ten columns have less, however long their values are; rows wait in memory to be taken.
const ROW_BYTES: usize = 64 << 10;

/// The row that is being read.
pub(super) struct SheetRow {
    shelf: Shelf,
    /// The first is 1; 0 before any.
    line: u64,
    cells: Vec<Cell>,
    /// Of text in `cells`, or more.
    bytes: usize,
    fault: Option<Fault>,
    /// Which cell that is about, the first being 1.
    at: Option<usize>,
    merged: Merged,
}

impl SheetRow {
    pub(super) fn new(shelf: Shelf) -> Self {
        let merged = Merged::default();
        Self { shelf, line: 0, cells: Vec::new(), bytes: 0, fault: None, at: None, merged }
    }

    /// The same, of a sheet in which this is merged.
    pub(super) fn merging(self, merged: Merged) -> Self {
        Self { merged, ..self }
    }

    /// Puts a cell into its place; the row before it, if it begins another, is complete.
    pub(super) async fn put(&mut self, line: u64, column: usize, cell: Cell) -> Result<()> {
        if line != self.line {
            self.end().await?;
            self.line = line;
        }
        self.set(column, cell);
        Ok(())
    }

    /// Says something of the sheet as a whole, once its rows are complete.
    pub(super) async fn remark(&mut self, fault: Fault) -> Result<()> {
        self.end().await?;
        self.shelf.put(Record { line: 1, cells: Vec::new(), fault: Some(fault), at: None }).await;
        Ok(())
    }

    /// The same, once it is known that the row is that of line `line`.
    pub(super) fn set(&mut self, column: usize, cell: Cell) {
        if matches!(cell, Cell::Empty) || self.bytes > ROW_BYTES {
            return;
        }
        if column >= COLUMNS {
            // What a cell beyond the form only covers is no value.
            if !matches!(cell, Cell::Covered) {
                (self.fault, self.at) = (Some(Fault::TooManyCells), Some(COLUMNS + 1));
            }
            return;
        }
        self.bytes += cell.bytes();
        if self.bytes > ROW_BYTES {
            self.cells = Vec::new();
            (self.fault, self.at) = (Some(Fault::TooLong(ROW_BYTES)), None);
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize_with(column + 1, || Cell::Empty);
        }
        if let Some(place) = self.cells.get_mut(column) {
            *place = cell;
        }
    }

    /// The row is complete. One without cells is none.
    pub(super) async fn end(&mut self) -> Result<()> {
        self.end_repeated(1).await
    }

    /// The same, of a row that stands there once and is meant several times.
    pub(super) async fn end_repeated(&mut self, times: u64) -> Result<()> {
        let (mut cells, fault, at) = (std::mem::take(&mut self.cells), self.fault.take(), self.at.take());
        self.bytes = 0;
        // What only shows another row's value is no row of its own.
        let is_row = fault.is_some() || !cells.iter().all(|cell| matches!(cell, Cell::Empty | Cell::Covered));
        let Some(last) = times.checked_sub(1).filter(|_| is_row) else { return Ok(()) };
        let row = u32::try_from(self.line.saturating_sub(1)).unwrap_or(u32::MAX);
        for column in self.merged.covered(row)? {
            if cells.len() <= column {
                cells.resize_with(column + 1, || Cell::Empty);
            }
            if let Some(cell) = cells.get_mut(column).filter(|cell| matches!(cell, Cell::Empty)) {
                *cell = Cell::Covered;
            }
        }
        for more in 0..last {
            let line = self.line.saturating_add(more);
            self.shelf.put(Record { line, cells: cells.clone(), fault, at }).await;
        }
        self.shelf.put(Record { line: self.line.saturating_add(last), cells, fault, at }).await;
        Ok(())
    }

    /// What comes now is of this line.
    pub(super) async fn begin(&mut self, line: u64) -> Result<()> {
        self.end().await?;
        self.line = line;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::cell::LONGEST, super::shelf::Records, *};

    // Would catch: texts that are kept whole, and rows of many texts; each waits sixty-four times.
    #[test]
    fn a_row_keeps_little_whatever_stands_in_it() {
        let (short, long) = ("x".repeat(LONGEST), "x".repeat(LONGEST + 1));
        let mut records = Records::new(|shelf| {
            Box::pin(async move {
                let mut row = SheetRow::new(shelf);
                for column in 0..COLUMNS {
                    row.put(1, column, Cell::text(&long)).await?;
                    row.put(2, column, Cell::text(&short)).await?;
                }
                for column in 0..COLUMNS {
                    row.put(3, column, Cell::text(&short)).await?;
                }
                row.put(4, 0, Cell::text("y")).await?;
                row.put(4, 1, Cell::text(&long)).await?;
                row.end_repeated(2).await?;
                row.end().await
            })
        });
        let mut found = Vec::new();
        for record in &mut records {
            let record = record.unwrap();
            let kept: usize = record.cells.iter().map(Cell::bytes).sum();
            if record.line >= 3 {
                found.push((record.line, record.cells.len(), kept, record.fault));
            } else {
                assert_eq!(kept, if record.line == 1 { 0 } else { LONGEST });
            }
        }
        assert_eq!(found, [(3, 0, 0, Some(Fault::TooLong(ROW_BYTES))), (4, 2, 1, None), (5, 2, 1, None)]);
    }
}
