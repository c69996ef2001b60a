//! What stands in one place of a table, before it is known what it means.

use super::trouble::ValueClass;
use std::fmt;
use zeroize::Zeroizing;

/// A row of a table.
pub(super) struct Record {
    /// The line of the text file, or the row of the sheet; the first is 1.
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
    /// What is wrong with the row as a whole.
    pub(super) fault: Option<super::Fault>,
}

/// A value. Any of them may be a password, so text is wiped when dropped, and none is printed.
pub(super) enum Cell {
    Empty,
    Text(Zeroizing<String>),
    Number(f64),
    Date,
    Truth,
    FormulaError,
}

/// Up to here every whole number has its own floating-point number, and all digits that were typed are there.
const EXACT: f64 = 1e15;

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Without blanks around it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    pub(super) fn class(&self) -> ValueClass {
        match self {
            Self::Empty => ValueClass::Empty,
            Self::Text(text) if text.trim().is_empty() => ValueClass::Empty,
            Self::Text(text) => ValueClass::Text(text.chars().count()),
            Self::Number(_) => ValueClass::Number,
            Self::Date => ValueClass::Date,
            Self::Truth => ValueClass::Truth,
            Self::FormulaError => ValueClass::FormulaError,
        }
    }

    /// The value as it was typed; nothing if the spreadsheet does not tell any more what that was. A spreadsheet makes a
    /// number of a password that has only digits.
    pub(super) fn typed(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::Empty => Some(Zeroizing::default()),
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => {
                Some(Zeroizing::new(format!("{number:.0}")))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell(..)")
    }
}
