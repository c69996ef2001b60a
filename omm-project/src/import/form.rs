//! From the cells of a table to a row of the form.

use super::{
    Account, Column, Fault, Row, Trouble,
    cell::{Cell, Record},
    file::refused,
    rows::Settings,
    server::{self, ServerType},
    start,
    template::EXAMPLE,
};
use chrono::{DateTime, Utc};
use omm_core::{Result, host::Secret, seam::AccountSpec};
use zeroize::Zeroizing;

/// Which column of the table is which of the form.
pub(super) struct Form {
    columns: Vec<Option<Column>>,
}

impl Form {
    /// Reads a header.
    ///
    /// What is not understood is told by its place alone: a table without a header has passwords in its first line.
    pub(super) fn of(header: &Record) -> Result<(Self, Vec<Trouble>)> {
        let (mut columns, mut remarks) = (Vec::new(), Vec::new());
        for (at, cell) in header.cells.iter().enumerate() {
            let column = cell.typed().and_then(|text| Column::of_header(&text));
            let fault = match column {
                Some(column) if columns.contains(&Some(column)) => Some(Fault::RepeatedHeader),
                None if !cell.is_empty() => Some(Fault::UnknownHeader),
                _ => None,
            };
            if let Some(fault) = fault {
                let mut remark = Trouble::of_row(header.line, fault);
                remark.position = Some(at + 1);
                remarks.push(remark);
            }
            columns.push(if fault.is_some() { None } else { column });
        }
        let missing = |column: &Column| !column.is_optional() && !columns.contains(&Some(*column));
        let missing: Vec<_> =
            Column::ALL.into_iter().filter(missing).map(|column| format!("`{}`", column.title())).collect();
        if !missing.is_empty() {
            let message = format!(
                "the first line is no header of the form: there is no {}; write the template and fill it in",
                missing.join(", no ")
            );
            return Err(refused(message));
        }
        Ok((Self { columns }, remarks))
    }

    /// Reads a row, with what is to be said of it; everything that is wrong with it is told, not only the first.
    pub(super) fn read(
        &self,
        record: &Record,
        settings: &Settings,
    ) -> Result<(Row, Vec<Trouble>), Vec<Trouble>> {
        let mut values = Values { form: self, record, troubles: Vec::new() };
        if let Some(fault) = record.fault {
            let about = record.at.map(|at| self.about(record, at, fault));
            return Err(vec![about.unwrap_or_else(|| Trouble::of_row(record.line, fault))]);
        }
        let more = record.cells.iter().skip(self.columns.len()).position(|cell| !cell.is_empty());
        if let Some(more) = more {
            return Err(vec![self.about(record, self.columns.len() + more + 1, Fault::TooManyCells)]);
        }
        let source = values.account(&SOURCE, settings.source.as_ref());
        let destination = values.account(&DESTINATION, settings.destination.as_ref());
        let (priority, start) = (values.priority(), values.start(settings.now));
        let mut troubles = values.troubles;
        // As they stand in the table; what it has no column for comes last.
        troubles.sort_by_key(|trouble| trouble.position.unwrap_or(usize::MAX));
        match (source, destination, priority, start) {
            (Some(source), Some(destination), Some(priority), Some(start))
                if troubles.iter().all(Trouble::is_remark) =>
            {
                Ok((Row { line: record.line, source, destination, priority, start }, troubles))
            }
            _ => Err(troubles),
        }
    }

    /// Whether it is the example that the template begins with.
    pub(super) fn is_example(&self, record: &Record) -> bool {
        let is_same = |(column, example): (Column, &str)| {
            let at = self.columns.iter().position(|known| *known == Some(column));
            let cell = at.and_then(|at| record.cells.get(at)).unwrap_or(&Cell::Empty);
            cell.typed().is_some_and(|text| text.trim() == example)
        };
        record.fault.is_none() && Column::ALL.into_iter().zip(EXAMPLE).all(is_same)
    }

    /// A cell of which nothing is told but where it stands.
    fn about(&self, record: &Record, position: usize, fault: Fault) -> Trouble {
        let column = self.columns.get(position - 1).copied().flatten();
        Trouble::of_cell(record.line, position, column, fault)
    }

    /// The login of the destination, by which rows are found to contradict one another.
    pub(super) fn about_destination(&self, record: &Record, fault: Fault) -> Trouble {
        let column = Column::DestinationLogin;
        let at = self.columns.iter().position(|known| *known == Some(column));
        let cell = at.and_then(|at| record.cells.get(at)).unwrap_or(&Cell::Empty);
        Trouble::of_value(record.line, column, at.map(|at| at + 1), cell, fault)
    }
}

/// The five columns of one account.
struct Side {
    server_type: Column,
    server: Column,
    login: Column,
    password: Column,
    admin: Column,
}

const SOURCE: Side = Side {
    server_type: Column::SourceType,
    server: Column::SourceServer,
    login: Column::SourceLogin,
    password: Column::SourcePassword,
    admin: Column::SourceAdmin,
};
const DESTINATION: Side = Side {
    server_type: Column::DestinationType,
    server: Column::DestinationServer,
    login: Column::DestinationLogin,
    password: Column::DestinationPassword,
    admin: Column::DestinationAdmin,
};

struct Values<'a> {
    form: &'a Form,
    record: &'a Record,
    troubles: Vec<Trouble>,
}

impl Values<'_> {
    /// An account; nothing when something of it is wrong, which is noted then.
    fn account(&mut self, side: &Side, default: Option<&AccountSpec>) -> Option<Account> {
        let server_type = self.trimmed(side.server_type);
        let server = self.trimmed(side.server);
        let login = self.required(side.login);
        let password = self.password(side.password);
        let admin = self.trimmed(side.admin);
        let kind = match server_type?.as_str() {
            "" => None,
            word => match ServerType::of(word) {
                None => return self.note(side.server_type, Fault::UnknownType),
                Some(ServerType::Pop) if side.server_type == Column::DestinationType => {
                    return self.note(side.server_type, Fault::NotWritable);
                }
                kind => kind,
            },
        };
        let (server, login) = (server?, login?);
        let mut spec = match usual(kind, &server, default) {
            Some(default) => {
                let mut spec = default.clone();
                login.as_str().clone_into(&mut spec.login);
                spec
            }
            None => match server::account(kind.unwrap_or(ServerType::Auto), &server, &login) {
                Ok(spec) if spec.server_type == "pop3" && side.server == Column::DestinationServer => {
                    return self.note(side.server, Fault::NotWritable);
                }
                Ok(mut spec) => {
                    // Another server of the same house, most likely, with a certificate of the same house.
                    spec.ca_file = default.and_then(|usual| usual.ca_file.clone());
                    spec
                }
                Err(fault) => return self.note(side.server, fault),
            },
        };
        spec.delegate =
            admin.filter(|admin| !admin.is_empty()).map(|admin| admin.to_string()).or(spec.delegate);
        Some(Account { spec, password: password? })
    }

    /// A value without blanks around it; empty if there is none.
    fn trimmed(&mut self, column: Column) -> Option<Zeroizing<String>> {
        let text = self.text(column)?;
        self.checked(column, Zeroizing::new(text.trim().to_owned()))
    }

    fn required(&mut self, column: Column) -> Option<Zeroizing<String>> {
        let text = self.trimmed(column)?;
        if text.is_empty() { self.note(column, Fault::Missing) } else { Some(text) }
    }

    /// Blanks around a password are a part of it.
    fn password(&mut self, column: Column) -> Option<Secret> {
        let text = self.text(column)?;
        if matches!(self.cell(column), Cell::Number(_)) {
            // A password of digits is usual; what else was typed, the spreadsheet does not tell any more.
            self.note::<()>(column, Fault::NumberTaken);
        }
        if text.trim().is_empty() {
            return self.note(column, Fault::Missing);
        }
        self.checked(column, text).map(|mut text| Secret::new(std::mem::take(&mut *text)))
    }

    /// Which come first; all alike where nothing is said.
    fn priority(&mut self) -> Option<i32> {
        let text = self.trimmed(Column::Priority)?;
        match text.parse() {
            _ if text.is_empty() => Some(0),
            Ok(priority) => Some(priority),
            Err(_) => self.note(Column::Priority, Fault::BadPriority),
        }
    }

    /// When it may begin; at once where nothing is said.
    fn start(&mut self, now: Option<DateTime<Utc>>) -> Option<Option<DateTime<Utc>>> {
        let start = match self.cell(Column::Start) {
            Cell::Date(moment) => moment.map(|moment| moment.and_utc()),
            _ => {
                let text = self.trimmed(Column::Start)?;
                if text.is_empty() {
                    return Some(None);
                }
                start::moment(&text)
            }
        };
        match start {
            None => self.note(Column::Start, Fault::BadStart),
            Some(start) if now.is_some_and(|now| start <= now) => {
                self.note(Column::Start, Fault::StartIsOver)
            }
            Some(start) => Some(Some(start)),
        }
    }

    fn text(&mut self, column: Column) -> Option<Zeroizing<String>> {
        match (self.cell(column), self.cell(column).typed()) {
            (Cell::Covered, _) => self.note(column, Fault::Merged),
            (_, Some(text)) => Some(text),
            (Cell::TooLong, None) => self.note(column, Fault::TooLong(column.longest())),
            (Cell::FormulaError, None) => self.note(column, Fault::FormulaError),
            (_, None) => self.note(column, Fault::NotText),
        }
    }

    fn checked(&mut self, column: Column, text: Zeroizing<String>) -> Option<Zeroizing<String>> {
        if text.len() > column.longest() {
            return self.note(column, Fault::TooLong(column.longest()));
        }
        if text.contains(char::is_control) {
            return self.note(column, Fault::ControlCharacter);
        }
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return self.note(column, Fault::Undecodable);
        }
        Some(text)
    }

    fn cell(&self, column: Column) -> &Cell {
        let cell = self.position(column).and_then(|at| self.record.cells.get(at));
        cell.unwrap_or(&Cell::Empty)
    }

    fn position(&self, column: Column) -> Option<usize> {
        self.form.columns.iter().position(|known| *known == Some(column))
    }

    fn note<T>(&mut self, column: Column, fault: Fault) -> Option<T> {
        let position = self.position(column).map(|at| at + 1);
        let trouble = Trouble::of_value(self.record.line, column, position, self.cell(column), fault);
        self.troubles.push(trouble);
        None
    }
}

/// The project's server, where the row names none, and no other type.
fn usual<'a>(
    kind: Option<ServerType>,
    server: &str,
    default: Option<&'a AccountSpec>,
) -> Option<&'a AccountSpec> {
    let default = default.filter(|_| server.is_empty())?;
    let same = match kind {
        None => true,
        Some(ServerType::Imap) => default.server_type == "imap",
        Some(ServerType::Pop) => default.server_type == "pop3",
        Some(ServerType::Exchange) => matches!(default.server_type.as_str(), "ews" | "exchange"),
        Some(ServerType::Auto) => false,
    };
    same.then_some(default)
}
