//! What stands in one place of a table, before it is known what it means.

use super::trouble::ValueClass;
use chrono::NaiveDateTime;
use std::fmt;
use zeroize::Zeroizing;

/// A row of a table.
pub(super) struct Record {
    /// The line of the text file, or the row of the sheet; the first is 1.
    pub(super) line: u64,
    pub(super) cells: Vec<Cell>,
    /// What is wrong with the row as a whole.
    pub(super) fault: Option<super::Fault>,
    /// Which cell that is about, the first being 1, as far as it is about one.
    pub(super) at: Option<usize>,
}

/// The longest text that is kept, in bytes: twice what the longest column of the form takes.
pub(super) const LONGEST: usize = 4 << 10;

/// A value. Any of them may be a password, so text is wiped when dropped, and none is printed.
#[derive(Clone)]
pub(super) enum Cell {
    Empty,
    /// At most [`LONGEST`] bytes: a short file can say that a long text stands in a million cells.
    Text(Zeroizing<String>),
    /// More than that. Nothing is kept of it, so that no beginning is ever taken for the whole.
    TooLong,
    Number(f64),
    /// A day or a moment, without a zone; nothing where it is only a time of day, or how long something takes.
    Date(Option<NaiveDateTime>),
    Truth,
    FormulaError,
    /// Another cell's value is shown here: the two are merged.
    Covered,
}

/// Up to here every whole number has its own floating-point number, and all digits that were typed are there.
const EXACT: f64 = 1e15;

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        match text.len() {
            0 => Self::Empty,
            1..=LONGEST => Self::Text(Zeroizing::new(text.to_owned())),
            _ => Self::TooLong,
        }
    }

    /// How much text is kept.
    pub(super) fn bytes(&self) -> usize {
        if let Self::Text(text) = self { text.len() } else { 0 }
    }

    /// Without blanks around it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty | Self::Covered => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    pub(super) fn class(&self) -> ValueClass {
        match self {
            Self::Empty => ValueClass::Empty,
            Self::Text(text) if text.trim().is_empty() => ValueClass::Empty,
            Self::Text(text) => ValueClass::Text(text.chars().count()),
            Self::TooLong => ValueClass::LongText,
            Self::Number(_) => ValueClass::Number,
            Self::Date(_) => ValueClass::Date,
            Self::Truth => ValueClass::Truth,
            Self::FormulaError => ValueClass::FormulaError,
            Self::Covered => ValueClass::Merged,
        }
    }

    /// The value as it was typed; nothing if the spreadsheet does not tell any more what that was. A spreadsheet makes a
    /// number of a password that has only digits.
    pub(super) fn typed(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::Empty | Self::Covered => Some(Zeroizing::default()),
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
