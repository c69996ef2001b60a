//! Cells of a sheet that are merged. One of them has the value, and the others show it: a person sees a value there, and a reader
//! finds none.

use super::{file::refused, sheet::COLUMNS};
use calamine::Dimensions;
use omm_core::Result;
use std::collections::VecDeque;

/// More than any form has use for.
pub(super) const REGIONS: usize = 100_000;

/// What is merged, in the order of the rows in which it begins.
#[derive(Default)]
pub(super) struct Merged {
    regions: VecDeque<Dimensions>,
    /// Those that the last row asked for is in.
    here: Vec<Dimensions>,
}

impl Merged {
    pub(super) fn of(mut regions: Vec<Dimensions>) -> Self {
        regions.retain(|region| (region.start.1 as usize) < COLUMNS);
        regions.sort_unstable_by_key(|region| region.start);
        Self { regions: regions.into(), here: Vec::new() }
    }

    /// The columns of a row, the first being 0, whose value stands elsewhere. Rows are asked for in their order.
    ///
    /// # Errors
    /// When more than one region lies over a cell: the file is damaged, and each row would cost them all.
    pub(super) fn covered(&mut self, row: u32) -> Result<Vec<usize>> {
        self.here.retain(|region| region.end.0 >= row);
        while self.regions.front().is_some_and(|region| region.start.0 <= row)
            && let Some(region) = self.regions.pop_front()
        {
            if region.end.0 >= row {
                self.here.push(region);
            }
            if self.here.len() > COLUMNS {
                return Err(refused(
                    "the merged cells of the spreadsheet lie over one another; save it anew",
                ));
            }
        }
        let mut covered = Vec::new();
        for region in &self.here {
            let columns = region.start.1 as usize..=(region.end.1 as usize).min(COLUMNS - 1);
            covered
                .extend(columns.filter(|column| (row, *column) != (region.start.0, region.start.1 as usize)));
        }
        Ok(covered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(start: (u32, u32), end: (u32, u32)) -> Dimensions {
        Dimensions { start, end }
    }

    #[test]
    fn who_covers_whom() {
        let mut merged = Merged::of(vec![
            region((4, 1), (4, 3)),
            region((1, 0), (3, 1)),
            region((0, 300), (9, 301)),
            region((1, 5), (2, 5)),
        ]);
        let rows: Vec<_> = [0, 1, 2, 4, 5].into_iter().map(|row| merged.covered(row).unwrap()).collect();
        assert_eq!(rows, [vec![], vec![1], vec![0, 1, 5], vec![2, 3], vec![]]);
    }

    // Would catch: a small file whose rows cost as much as it has regions.
    #[test]
    fn regions_that_lie_over_one_another_are_refused() {
        let mut merged = Merged::of(vec![region((0, 0), (9, 9)); COLUMNS + 1]);
        assert!(merged.covered(0).is_err());
    }
}
