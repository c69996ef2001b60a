//! SEARCH.

use super::{Command, Dialect, builder::Builder};

/// One piece of what is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Criterion<'a> {
    /// As it stands: `UID 5:9`, `HEADER Message-ID`, `SINCE 1-Jan-2024`.
    Text(&'a str),
    /// A string argument; 8-bit ones need `CHARSET UTF-8` in front unless UTF-8 is enabled.
    String(&'a [u8]),
}

/// RFC 9051 §6.4.4; blanks are put between the criteria. `returning`, such as `ALL`, needs ESEARCH (RFC 4731).
pub(crate) fn uid_search(returning: Option<&str>, criteria: &[Criterion<'_>], dialect: Dialect) -> Command {
    let mut command = Builder::new("UID SEARCH");
    if let Some(options) = returning {
        command = command.text(" RETURN (").text(options).text(")");
    }
    for criterion in criteria {
        command = command.text(" ");
        command = match criterion {
            Criterion::Text(text) => command.text(text),
            Criterion::String(bytes) => command.string(bytes, dialect),
        };
    }
    command.build()
}
