//! A table, read row by row.

use super::{
    Fault, Limits, SharedDestination, Trouble,
    archive::{Spreadsheet, measure},
    charset::Charset,
    csv,
    doubles::Doubles,
    file::{File, Kind, look, refused},
    form::Form,
    ods,
    shelf::Records,
    xls, xlsx,
};
use chrono::{DateTime, Utc};
use omm_core::{Result, host::Secret, seam::AccountSpec};
use std::{collections::VecDeque, fmt};

/// How a table is to be read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The charset of a text file, as people name it (`windows-1252`); nothing: by its mark, or by its letters.
    pub charset: Option<String>,
    /// Where rows are read from that name no server.
    pub source: Option<AccountSpec>,
    /// Where rows are written to that name no server.
    pub destination: Option<AccountSpec>,
    /// Whether several sources may go into one destination.
    pub shared_destination: SharedDestination,
    /// What time it is: a start that is past is told. Nothing: none is.
    pub now: Option<DateTime<Utc>>,
    /// How much is read at most.
    pub limits: Limits,
}

/// A good row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The line of the text file, or the row of the sheet; the first is 1.
    pub line: u64,
    /// What is read.
    pub source: Account,
    /// What is written.
    pub destination: Account,
    /// The higher, the earlier.
    pub priority: i32,
    /// Not before this time.
    pub start: Option<DateTime<Utc>>,
}

/// An account, and the password for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Account {
    /// The account, which does not say yet where the password is.
    pub spec: AccountSpec,
    /// The password. Whoever takes the row seals it, before he keeps anything.
    pub password: Secret,
}

/// What comes out of a table.
#[derive(Clone, Debug)]
pub enum Found {
    /// A good row.
    Row(Box<Row>),
    /// Something that is wrong. A row may have several.
    Trouble(Trouble),
}

/// How many rows there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Good ones.
    pub good: u64,
    /// Bad ones.
    pub bad: u64,
    /// Rows of an import whose migration the project has: it was given their passwords again. They are neither.
    pub given_again: u64,
}

/// The rows of a table, good and bad, in their order. No more of the table is in memory than a few rows (of an old .xls: the
/// sheet), and what makes two rows the same.
pub struct Rows {
    records: Records,
    form: Form,
    settings: Settings,
    doubles: Doubles,
    waiting: VecDeque<Trouble>,
    tally: Tally,
    written_in: WrittenIn,
}

/// What a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrittenIn {
    /// A text file.
    Text {
        /// Its charset.
        charset: &'static str,
        /// Whether that was guessed from the letters; then a look at a name with accents is worth while.
        guessed: bool,
    },
    /// Excel since 2007.
    Xlsx,
    /// Excel before 2007.
    Xls,
    /// OpenDocument: LibreOffice and others.
    Ods,
}

impl Rows {
    /// Opens a table and reads its header. What kind of file it is, its content tells, not its name. Blocks for the file, as
    /// every call of the iterator does.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Malformed`] with the remedy when it is no table, has not the columns of the form, or is larger than the limits;
    /// [`omm_core::error::ErrorKind::Local`] when it cannot be read.
    pub fn open(file: impl File + 'static, settings: Settings) -> Result<Self> {
        let mut file: Box<dyn File> = Box::new(file);
        let (kind, _) = look(&mut *file, &settings.limits)?;
        let (written_in, mut records) = match kind {
            Kind::Text => {
                let charset = match &settings.charset {
                    Some(name) => Charset::named(name)?,
                    None => Charset::of(&mut *file)?,
                };
                let written_in =
                    WrittenIn::Text { charset: charset.encoding.name(), guessed: charset.guessed };
                (written_in, Records::new(|shelf| Box::pin(csv::read(file, charset, shelf))))
            }
            Kind::Zip => match measure(&mut *file, &settings.limits)? {
                Spreadsheet::Xlsx { has_merged } => {
                    (WrittenIn::Xlsx, Records::new(|shelf| Box::pin(xlsx::read(file, has_merged, shelf))))
                }
                Spreadsheet::Ods => (WrittenIn::Ods, Records::new(|shelf| Box::pin(ods::read(file, shelf)))),
            },
            Kind::Compound => (WrittenIn::Xls, Records::new(|shelf| Box::pin(xls::read(file, shelf)))),
        };
        let header = records
            .next()
            .ok_or_else(|| refused("the table is empty; write the template and fill it in"))??;
        let (form, remarks) = Form::of(&header)?;
        Ok(Self {
            records,
            form,
            settings,
            doubles: Doubles::default(),
            waiting: remarks.into(),
            tally: Tally::default(),
            written_in,
        })
    }

    /// How many rows have been read.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// What the table is written in.
    pub fn written_in(&self) -> WrittenIn {
        self.written_in
    }

    /// Whether everything was read.
    pub(super) fn is_over(&self) -> bool {
        self.records.is_over() && self.waiting.is_empty()
    }

    fn record(&mut self, record: &super::cell::Record) -> Result<Option<Row>> {
        if let Some(remark) = record.fault.filter(|fault| fault.is_remark()) {
            self.waiting.push_back(Trouble::of_row(record.line, remark));
            return Ok(None);
        }
        if record.fault.is_none() && record.cells.iter().all(super::cell::Cell::is_empty) {
            return Ok(None);
        }
        if self.form.is_example(record) {
            self.waiting.push_back(Trouble::of_row(record.line, Fault::ExampleRow));
            return Ok(None);
        }
        if self.tally.good + self.tally.bad >= self.settings.limits.rows {
            return Err(refused(format!(
                "the table has more than {} rows; divide it",
                self.settings.limits.rows
            )));
        }
        let row = self.form.read(record, &self.settings).and_then(|(row, remarks)| {
            match self.doubles.meet(&row, self.settings.shared_destination) {
                Some(fault) => Err(vec![self.form.about_destination(record, fault)]),
                None => Ok((row, remarks)),
            }
        });
        match row {
            Ok((row, remarks)) => {
                self.waiting.extend(remarks);
                self.tally.good += 1;
                Ok(Some(row))
            }
            Err(troubles) => {
                self.tally.bad += 1;
                self.waiting.extend(troubles);
                Ok(None)
            }
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Found>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(trouble) = self.waiting.pop_front() {
                return Some(Ok(Found::Trouble(trouble)));
            }
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            match self.record(&record) {
                Ok(Some(row)) => return Some(Ok(Found::Row(Box::new(row)))),
                Ok(None) => {}
                Err(error) => {
                    self.records = Records::ended();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("tally", &self.tally)
            .field("written_in", &self.written_in)
            .finish_non_exhaustive()
    }
}
