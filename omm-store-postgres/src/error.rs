//! What can go wrong with the database, and the one line that a person reads then.

use omm_core::{
    Error,
    error::{ErrorKind, Retry, Side},
    journal::{Illegal, columns::BadColumn},
};

/// Anything that went wrong with the database.
#[derive(Debug)]
pub enum Fault {
    /// PostgreSQL said so, or could not be asked.
    Sql(sqlx::Error),
    /// The answer to a commit was lost, and nobody could be asked what became of it.
    Lost(sqlx::Error),
    /// The batch, or the caller, asks for something that is not allowed.
    Refused(String),
    /// A stored value is none that we write.
    Unreadable(&'static str),
    /// The schema of this name is of another program.
    Foreign(&'static str),
    /// Written by a newer version of this library.
    Newer {
        /// The version that was found.
        found: i32,
        /// The newest that is known here.
        known: i32,
    },
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
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

impl Fault {
    /// Of a commit: where the answer is lost, nobody knows whether it was made.
    pub fn of_commit(error: sqlx::Error) -> Self {
        if is_lost(&error) { Self::Lost(error) } else { Self::Sql(error) }
    }

    /// The error of core, naming the remedy.
    pub fn at(self, operation: &'static str) -> Error {
        let error = Error::new(ErrorKind::Journal, Side::Journal, operation, self.message());
        match self {
            Self::Sql(cause) if passes(&cause) => error.retry(Retry::Backoff).caused_by(cause),
            Self::Sql(cause) => error.caused_by(cause),
            Self::Lost(cause) => error.retry(Retry::Backoff).effect_unknown().caused_by(cause),
            _ => error,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Sql(error) => sql_message(error).to_owned(),
            Self::Lost(_) => {
                "the answer of the database is lost; the next run finds out what is written".to_owned()
            }
            Self::Refused(why) => why.clone(),
            Self::Unreadable(what) => format!("{DAMAGED}; unreadable: {what}"),
            Self::Foreign(schema) => format!(
                "the schema {schema} of this database is of another program; use another database; nothing was changed"
            ),
            Self::Newer { found, known } => format!(
                "the database was written by a newer omm (format {found}, this one knows up to {known}); use that \
                 version or another database; nothing was changed"
            ),
        }
    }
}

/// The SQLSTATE of an error that the database itself reported.
pub(crate) fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned())
}

/// Whether the connection was lost, so that nothing is known of what was sent last.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match code(error) {
        // Shut down or terminated (57P0x), timed out inside a transaction (25P03), a broken connection (08xxx).
        Some(code) => code.starts_with("57P") || code == "25P03" || code.starts_with("08"),
        None => matches!(
            error,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed
        ),
    }
}

/// Whether it may be otherwise a moment later.
fn passes(error: &sqlx::Error) -> bool {
    // Two that met, too slow, read-only for as long as another machine takes over, a plan that a new version made stale, a
    // disk that could not be read; and whatever there is too little of (53xxx).
    let busy = |code: &str| {
        matches!(code, "40001" | "40P01" | "55P03" | "57014" | "25006" | "0A000" | "58030")
            || code.starts_with("53")
    };
    is_lost(error)
        || matches!(error, sqlx::Error::PoolTimedOut)
        || code(error).is_some_and(|code| busy(&code))
}

const DAMAGED: &str = "the database is damaged; put a backup in its place";
const UNREACHABLE: &str = "the database cannot be reached; look whether it runs, then run again";

fn sql_message(error: &sqlx::Error) -> &'static str {
    if let Some(code) = code(error) {
        return code_message(&code);
    }
    match error {
        sqlx::Error::Configuration(_) => "the address of the database cannot be read",
        sqlx::Error::Tls(_) => {
            "TLS with the database failed: the machine's certificate does not name it or is not trusted, or it takes no TLS; name \
             a file of certificates with ?sslrootcert=FILE, or say ?sslmode=prefer where nobody else is on the line"
        }
        sqlx::Error::PoolTimedOut => "no connection to the database became free in time; allow more of them",
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::RowNotFound
        | sqlx::Error::Decode(_) => DAMAGED,
        _ => UNREACHABLE,
    }
}

/// PostgreSQL's own table of codes is Appendix A of its manual.
fn code_message(code: &str) -> &'static str {
    match code {
        "53100" => "the disk of the database is full; make room and run again, it goes on from here",
        "53300" => "the database takes no more connections; allow more, or fewer for each worker",
        "3D000" => "there is no such database; make it first",
        "42501" => "the database's user may not do that; give it the right to make and use the schema omm",
        "25006" => "the database is read-only; use the address of the one that is written to",
        "57014" | "55P03" => "the database took too long; look at what else it does, then run again",
        "40001" | "40P01" => "two transactions met; run again",
        _ => match code.get(..2).unwrap_or_default() {
            "08" | "57" => UNREACHABLE,
            "25" => "the connection to the database was idle for too long; run again",
            "28" => "the database refuses the login; look at user, password and pg_hba.conf",
            "23" => "the records contradict what is stored; nothing was written",
            "53" => "the database has too little memory or room",
            "58" | "XX" => DAMAGED,
            _ => "the database refused",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row would otherwise send the reader of the line to the wrong remedy.
    #[test]
    fn every_code_has_its_remedy() {
        for (code, remedy) in [
            ("53100", "make room"),
            ("53300", "connections"),
            ("28P01", "login"),
            ("3D000", "no such database"),
            ("42501", "right"),
            ("25006", "read-only"),
            ("57P01", "reached"),
            ("57014", "too long"),
            ("40P01", "run again"),
            ("23505", "nothing was written"),
            ("XX001", "backup"),
            ("42P01", "refused"),
        ] {
            assert!(code_message(code).contains(remedy), "{code}: {}", code_message(code));
        }
    }

    // Would catch: an error of which nobody knows whether something is written, told as one after which nothing is.
    #[test]
    fn effects_and_retries() {
        let lost = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        let error = Fault::Lost(lost()).at("commit");
        assert_eq!(
            (error.effect(), error.retry_advice()),
            (omm_core::error::Effect::Unknown, Retry::Backoff)
        );
        let error = Fault::Sql(lost()).at("commit");
        assert_eq!((error.effect(), error.retry_advice()), (omm_core::error::Effect::None, Retry::Backoff));
        assert!(error.to_string().contains("reached"), "{error}");
        let error = Fault::Refused("no".to_owned()).at("commit");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Journal, Retry::Never));
    }
}
