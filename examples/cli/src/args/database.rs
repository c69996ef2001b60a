//! The address of a database, which may hold a password.

use std::{convert::Infallible, fmt, str::FromStr};

/// The variable that names it where the command line does not: nobody else sees it.
const VARIABLE: &str = "OMM_DATABASE";

/// `postgres://USER@HOST/NAME`. It is never printed.
#[derive(Clone)]
pub(crate) struct Database(String);

impl Database {
    /// What the environment names.
    pub(crate) fn of_environment() -> Option<Self> {
        std::env::var(VARIABLE).ok().filter(|address| !address.is_empty()).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Database {
    type Err = Infallible;

    fn from_str(address: &str) -> Result<Self, Infallible> {
        Ok(Self(address.to_owned()))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database(..)")
    }
}

#[cfg(test)]
mod tests {
    use crate::args::Cli;
    use clap::Parser;

    // Would catch: a password of the database in whatever prints the arguments.
    #[test]
    fn it_is_never_printed() {
        let words = ["omm", "status", "--database", "postgres://anna:canary@db.example/omm"];
        let cli = Cli::try_parse_from(words).unwrap();
        assert!(!format!("{cli:?}").contains("canary"));
        assert!(cli.global.database.unwrap().as_str().contains("canary"));
    }
}
