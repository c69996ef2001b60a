//! What is wrong with a row, so that whoever wrote the table can mend it: where, what stands there, what is wrong with it, and
//! what to write instead. What stands there is told by its class alone, and of a password not even that.

use super::{Column, cell::Cell};
use serde::Serialize;
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trouble {
    /// The line of the text file, or the row of the sheet; the first is 1.
    pub line: u64,
    /// The column, where it is about one that is known.
    pub column: Option<Column>,
    /// Where the column stands in the table, the first being 1.
    pub position: Option<usize>,
    /// What kind of value stands there.
    pub value: ValueClass,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What kind of value a cell holds. The value itself is never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValueClass {
    /// Nothing.
    Empty,
    /// Text, with so many characters.
    Text(usize),
    /// Text so long that it was not counted.
    LongText,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// True or false.
    Truth,
    /// A formula that came to nothing.
    FormulaError,
    /// A part of a merged cell, whose value stands in another one.
    Merged,
    /// It stands in a password column.
    Withheld,
    /// It is about the row, not about a value.
    Row,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// There must be something.
    Missing,
    /// No word for a type of server that is known.
    UnknownType,
    /// POP3 gives mail and takes none.
    NotWritable,
    /// No server is named, and for this type none can be found out.
    ServerNeeded,
    /// No server is named, and the login has no domain to find one by.
    DomainNeeded,
    /// The server is none: which part, and what is to be written.
    BadServer(&'static str),
    /// A login, or even a password, stands before the host.
    LoginInServer,
    /// The scheme of the URL belongs to another type of server.
    OtherScheme,
    /// Longer than any such value, which has at most so many bytes.
    TooLong(usize),
    /// Control characters: a line break, a tab, a null.
    ControlCharacter,
    /// Bytes that are no letters in the charset that the file is read in.
    Undecodable,
    /// The spreadsheet has made something else of it than text.
    NotText,
    /// A formula that came to nothing.
    FormulaError,
    /// A part of a merged cell: whether the value is meant here as well, nobody knows.
    Merged,
    /// No whole number.
    BadPriority,
    /// No day and no moment.
    BadStart,
    /// The moment is past.
    StartIsOver,
    /// A quote is opened and not closed on its line.
    UnclosedQuote,
    /// Something stands behind a closing quote.
    StrayQuote,
    /// There are more values than headers.
    TooManyCells,
    /// The same source and destination as in this earlier line.
    SamePair(u64),
    /// The same destination as in this earlier line, and another source.
    SameDestination(u64),
    /// The destination is the source.
    OntoItself,
    /// The project has this migration between the same accounts.
    PairInProject(u64),
    /// The project has this migration into the same destination.
    DestinationInProject(u64),
    /// No column of the form; its values are left out.
    UnknownHeader,
    /// A second column of the same meaning; its values are left out.
    RepeatedHeader,
    /// The example of the template, which nobody replaced; it is left out.
    ExampleRow,
    /// The spreadsheet has made a number of a password; its digits are taken.
    NumberTaken,
    /// So many other sheets are shown and were not read.
    OtherSheets(usize),
}

impl Trouble {
    pub(super) fn of_row(line: u64, fault: Fault) -> Self {
        Self { line, column: None, position: None, value: ValueClass::Row, fault }
    }

    /// About a cell of which nothing is told: where columns are shifted, any of them may hold a password.
    pub(super) fn of_cell(line: u64, position: usize, column: Option<Column>, fault: Fault) -> Self {
        Self { line, column, position: Some(position), value: ValueClass::Withheld, fault }
    }

    pub(super) fn of_value(
        line: u64,
        column: Column,
        position: Option<usize>,
        cell: &Cell,
        fault: Fault,
    ) -> Self {
        let value =
            if column.is_password() && !cell.is_empty() { ValueClass::Withheld } else { cell.class() };
        Self { line, column: Some(column), position, value, fault }
    }

    /// Whether no row is lost by it.
    pub fn is_remark(&self) -> bool {
        self.fault.is_remark()
    }
}

impl Fault {
    pub(super) fn is_remark(self) -> bool {
        matches!(
            self,
            Self::UnknownHeader
                | Self::RepeatedHeader
                | Self::ExampleRow
                | Self::NumberTaken
                | Self::OtherSheets(_)
        )
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Missing => "fill it in",
            Self::UnknownType => "write IMAP, Exchange or POP, or leave it empty for autodetection",
            Self::NotWritable => "write IMAP or Exchange for the destination",
            Self::ServerNeeded => "write the server's name",
            Self::DomainNeeded => "write the server's name, or the whole address as login",
            Self::BadServer(remedy) => remedy,
            Self::LoginInServer => "write the host alone; the login has its own column",
            Self::OtherScheme => "write the host alone, or correct the type",
            Self::TooLong(_) => "look for a missing quote or separator",
            Self::ControlCharacter => "write the value anew, on one line",
            Self::Undecodable => "save the table as UTF-8, or name its charset",
            Self::NotText => "format the cell as text and type the value again",
            Self::FormulaError => "write the value itself in place of the formula",
            Self::Merged => "take the merged cells apart and write the value into each of them",
            Self::BadPriority => "write a whole number, or nothing; the higher, the earlier",
            Self::BadStart => {
                "write the day as 2026-12-24, or the moment as 2026-12-24T22:00:00+01:00, or nothing"
            }
            Self::StartIsOver => "write a later one, or nothing",
            Self::UnclosedQuote => "close the quote on the same line, and double the quotes within the value",
            Self::StrayQuote => "double the quotes within the value and put the whole of it in quotes",
            Self::TooManyCells => {
                "take out what stands behind the last header, or put values that hold the separator in quotes"
            }
            Self::SamePair(_) => "take one of the two lines out",
            Self::SameDestination(_) => {
                "correct the destination, or allow several sources to go into one destination"
            }
            Self::PairInProject(_) => {
                "nothing, if it is to log in as before; otherwise erase that migration and import the row again"
            }
            Self::DestinationInProject(_) => {
                "correct the destination, or allow several sources to go into one destination"
            }
            Self::OntoItself => "correct the source or the destination",
            Self::UnknownHeader => "correct the header, or leave the column out",
            Self::RepeatedHeader => "take one of the two columns out",
            Self::ExampleRow => "write your own accounts in its place",
            Self::NumberTaken => {
                "if a zero before it, a point or an E was typed, format the cell as text and type it again"
            }
            Self::OtherSheets(_) => {
                "put their rows below those of the first one, or import each as a file of its own"
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Missing => "missing",
            Self::UnknownType => "no type of server",
            Self::NotWritable => "nothing can be written by POP3",
            Self::ServerNeeded => "missing, and not to be found out for this type",
            Self::DomainNeeded => "missing, and the login has no domain to find it by",
            Self::BadServer(_) => "no server",
            Self::LoginInServer => "a login before the host",
            Self::OtherScheme => "a URL for another type of server",
            Self::TooLong(limit) => return write!(f, "longer than {limit} bytes"),
            Self::ControlCharacter => "a line break or another control character in it",
            Self::Undecodable => "characters that the charset does not have",
            Self::NotText => "not written as text",
            Self::FormulaError => "a formula without a result",
            Self::Merged => "a part of a merged cell",
            Self::BadPriority => "no whole number",
            Self::BadStart => "no day and no moment",
            Self::StartIsOver => "a moment that is past",
            Self::UnclosedQuote => "a quote that is not closed on its line",
            Self::StrayQuote => "text behind a closing quote",
            Self::TooManyCells => "more values than headers",
            Self::SamePair(line) => return write!(f, "the same accounts as in line {line}"),
            Self::SameDestination(line) => return write!(f, "the same destination as in line {line}"),
            Self::PairInProject(key) => {
                return write!(f, "the same accounts as migration {key} of the project");
            }
            Self::DestinationInProject(key) => {
                return write!(f, "the same destination as migration {key} of the project");
            }
            Self::OntoItself => "the destination is the source",
            Self::UnknownHeader => "a header that is not understood; its column is left out",
            Self::RepeatedHeader => "a second header of this meaning; its column is left out",
            Self::ExampleRow => "the example of the template; it is left out",
            Self::NumberTaken => "a number, read as its digits",
            Self::OtherSheets(1) => "another sheet is shown and was not read",
            Self::OtherSheets(count) => return write!(f, "{count} other sheets are shown and were not read"),
        };
        f.write_str(text)
    }
}

impl fmt::Display for ValueClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Text(1) => f.write_str("text of 1 character"),
            Self::Text(length) => write!(f, "text of {length} characters"),
            Self::LongText => f.write_str("a very long text"),
            Self::Number => f.write_str("a number"),
            Self::Date => f.write_str("a date"),
            Self::Truth => f.write_str("true or false"),
            Self::FormulaError => f.write_str("a formula without a result"),
            Self::Merged => f.write_str("merged"),
            Self::Withheld => f.write_str("not shown"),
            Self::Row => f.write_str("the row"),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(position) = self.position {
            write!(f, ", column {position}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", {}", column.name())?;
        }
        if self.value != ValueClass::Row {
            write!(f, " ({})", self.value)?;
        }
        write!(f, ": {}; {}", self.fault, self.fault.remedy())
    }
}
