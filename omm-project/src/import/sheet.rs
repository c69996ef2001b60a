//! What the readers of spreadsheets share: cells that come one by one become rows.

use super::{
    Fault,
    cell::{Cell, Record},
    shelf::Shelf,
};

/// Cells to the right of this are no part of any form.
pub(super) const COLUMNS: usize = 256;

/// The row that is being read.
pub(super) struct SheetRow {
    shelf: Shelf,
    /// The first is 1; 0 before any.
    line: u64,
    cells: Vec<Cell>,
    fault: Option<Fault>,
}

impl SheetRow {
    pub(super) fn new(shelf: Shelf) -> Self {
        Self { shelf, line: 0, cells: Vec::new(), fault: None }
    }

    /// Puts a cell into its place; the row before it, if it begins another, is complete.
    pub(super) async fn put(&mut self, line: u64, column: usize, cell: Cell) {
        if line != self.line {
            self.end().await;
            self.line = line;
        }
        if matches!(cell, Cell::Empty) {
            return;
        }
        if column >= COLUMNS {
            self.fault = Some(Fault::TooManyCells);
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
        let (cells, fault) = (std::mem::take(&mut self.cells), self.fault.take());
        if !cells.is_empty() || fault.is_some() {
            self.shelf.put(Record { line: self.line, cells, fault }).await;
        }
    }
}
