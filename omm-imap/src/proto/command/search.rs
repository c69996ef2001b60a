//! SEARCH.

use super::{Command, builder::Builder};

/// RFC 9051 §6.4.4, with criteria in ASCII as they stand: `UID 5:9`, `DELETED`. `returning`, such as `ALL`, needs
/// ESEARCH (RFC 4731).
pub(crate) fn uid_search(returning: Option<&str>, criteria: &str) -> Command {
    let mut command = Builder::new("UID SEARCH ");
    if let Some(options) = returning {
        command = command.text("RETURN (").text(options).text(") ");
    }
    command.text(criteria).build()
}
