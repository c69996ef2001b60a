//! What can go wrong with a database file, and the one line that a person reads then.

use omm_core::{
    Error,
    error::{ErrorKind, Retry, Side},
    journal::{Illegal, columns::BadColumn},
};
use rusqlite::ErrorCode;
use std::{io, path::Path};

/// Anything that went wrong inside a database, before it is known which file it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// SQLite said so.
    Sql(rusqlite::Error),
    /// The batch, or the caller, asks for something that is not allowed.
    Refused(String),
    /// A stored value is none that we write.
    Unreadable(&'static str),
    /// A database of another program.
    Foreign,
    /// Written by a newer version of this library.
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest that we know.
        known: i64,
    },
    /// Written by an older version, and not ours to bring up to date now.
    Older,
    /// The file cannot be made or opened.
    File(io::Error),
    /// The operating system lets us read only.
    WriteProtected,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Illegal> for Fault {
    fn from(illegal: Illegal) -> Self {
        Self::Refused(illegal.to_string())
    }
}

impl From<BadColumn> for Fault {
    fn from(BadColumn(what): BadColumn) -> Self {
        Self::Unreadable(what)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl Fault {
    /// The error of core, naming the file and the remedy.
    pub fn at(self, path: &Path, operation: &'static str) -> Error {
        let error = Error::new(ErrorKind::Journal, Side::Journal, operation, self.message());
        let error = error.with("file", path.display());
        match self {
            Self::Sql(cause) if is_busy(&cause) => error.retry(Retry::Backoff).caused_by(cause),
            Self::Sql(cause) => error.caused_by(cause),
            Self::File(cause) => error.caused_by(cause),
            _ => error,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Sql(error) => sql_message(error).to_owned(),
            Self::Refused(why) => why.clone(),
            Self::Unreadable(what) => format!("{DAMAGED}; unreadable: {what}"),
            Self::Foreign => NOT_OURS.to_owned(),
            Self::Newer { found, known } => format!(
                "the file was written by a newer omm (format {found}, this one knows up to {known}); use that \
                 version or another state folder; nothing was changed"
            ),
            Self::Older => "the file was written by an older omm that may still be at work; run or stop the \
                            migration with this version first"
                .to_owned(),
            Self::File(error) => file_message(error).to_owned(),
            Self::WriteProtected => WRITE_PROTECTED.to_owned(),
        }
    }
}

/// Whether it may be otherwise a moment later: somebody else has the file.
fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

const DAMAGED: &str = "the file is damaged; put a backup in its place, or move it away and migrate again \
                       (what is at the destination already is adopted, not doubled)";
const NOT_OURS: &str = "the file is something else than omm's state; move it away or use another state folder; \
                        nothing was changed";
const WRITE_PROTECTED: &str = "cannot be written; give yourself the right to write to the file and its folder, or \
                               use another state folder";
const FULL: &str = "the disk is full; make room and run again, it goes on from here";
const MISSING: &str = "there is no such file; put a backup in its place or forget the migration";

fn sql_message(error: &rusqlite::Error) -> &'static str {
    let Some(code) = error.sqlite_error_code() else {
        // A column of a type, or at a place, where we never put it.
        return DAMAGED;
    };
    match code {
        ErrorCode::NotADatabase => NOT_OURS,
        ErrorCode::DatabaseCorrupt => DAMAGED,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
            WRITE_PROTECTED
        }
        ErrorCode::CannotOpen => "cannot be opened or written; look at the rights of the file and its folder",
        ErrorCode::DiskFull => FULL,
        ErrorCode::SystemIoFailure => "the disk reports an error; look at the disk, then run again",
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            "another process has kept the file locked; end that process or wait"
        }
        ErrorCode::ConstraintViolation => "the records contradict what is stored; nothing was written",
        ErrorCode::OutOfMemory => "there is not enough memory",
        _ => "the database refused",
    }
}

fn file_message(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => MISSING,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FULL,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => WRITE_PROTECTED,
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "something that is not a folder is in the way; use another state folder"
        }
        _ => "the file or its folder cannot be used",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    // Each row would otherwise send the reader of the line to the wrong remedy.
    #[test]
    fn every_code_has_its_remedy() {
        for (code, remedy) in [
            (ffi::SQLITE_FULL, "make room"),
            (ffi::SQLITE_CORRUPT, "damaged"),
            (ffi::SQLITE_NOTADB, "move it away"),
            (ffi::SQLITE_READONLY, "right to write"),
            (ffi::SQLITE_CANTOPEN, "rights"),
            (ffi::SQLITE_BUSY, "another process"),
            (ffi::SQLITE_IOERR, "the disk"),
            (ffi::SQLITE_CONSTRAINT, "nothing was written"),
        ] {
            let fault = Fault::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
            let error = fault.at(Path::new("a/b.db"), "commit");
            assert_eq!(error.kind(), ErrorKind::Journal);
            let line = error.to_string();
            assert!(line.contains(remedy) && line.contains("a/b.db"), "{code}: {line}");
            assert!(!line.contains('\n'), "{line}");
            // Would catch: somebody who looks on and gives up because another program has the file for a moment.
            let is_busy = code == ffi::SQLITE_BUSY;
            assert_eq!(error.retry_advice(), if is_busy { Retry::Backoff } else { Retry::Never }, "{code}");
        }
    }
}
