//! What the readers of spreadsheets share: cells that come one by one become rows.

use super::{
    Fault,
    cell::{Cell, Record},
    shelf::Shelf,
};

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
}

impl SheetRow {
    pub(super) fn new(shelf: Shelf) -> Self {
        Self { shelf, line: 0, cells: Vec::new(), bytes: 0, fault: None }
    }

    /// Puts a cell into its place; the row before it, if it begins another, is complete.
    pub(super) async fn put(&mut self, line: u64, column: usize, cell: Cell) {
        if line != self.line {
            self.end().await;
            self.line = line;
        }
        self.set(column, cell);
    }

    /// The same, once it is known that the row is that of line `line`.
    pub(super) fn set(&mut self, column: usize, cell: Cell) {
        if matches!(cell, Cell::Empty) || self.bytes > ROW_BYTES {
            return;
        }
        if column >= COLUMNS {
            self.fault = Some(Fault::TooManyCells);
            return;
        }
        self.bytes += cell.bytes();
        if self.bytes > ROW_BYTES {
            self.cells = Vec::new();
            self.fault = Some(Fault::TooLong(ROW_BYTES));
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
    pub(super) async fn end(&mut self) {
        self.end_repeated(1).await;
    }

    /// The same, of a row that stands there once and is meant several times.
    pub(super) async fn end_repeated(&mut self, times: u64) {
        let (cells, fault) = (std::mem::take(&mut self.cells), self.fault.take());
        self.bytes = 0;
        let Some(last) = times.checked_sub(1).filter(|_| !cells.is_empty() || fault.is_some()) else {
            return;
        };
        for at in 0..last {
            let line = self.line.saturating_add(at);
            self.shelf.put(Record { line, cells: cells.clone(), fault, at: None }).await;
        }
        self.shelf.put(Record { line: self.line.saturating_add(last), cells, fault, at: None }).await;
    }

    /// What comes now is of this line.
    pub(super) async fn begin(&mut self, line: u64) {
        self.end().await;
        self.line = line;
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
                    row.put(1, column, Cell::text(&long)).await;
                    row.put(2, column, Cell::text(&short)).await;
                }
                for column in 0..COLUMNS {
                    row.put(3, column, Cell::text(&short)).await;
                }
                row.put(4, 0, Cell::text("y")).await;
                row.put(4, 1, Cell::text(&long)).await;
                row.end_repeated(2).await;
                row.end().await;
                Ok(())
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
