//! Mailboxes: names are wire names.

use super::{Command, Dialect, builder::Builder};

/// How a mailbox is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// SELECT.
    ReadWrite,
    /// EXAMINE.
    ReadOnly,
}

/// RFC 5258 §3.2, RFC 6154 §4, RFC 5819: what LIST is to say of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListReturn {
    Subscribed,
    SpecialUse,
    /// The items of a STATUS command: `MESSAGES UIDNEXT …`.
    Status(Vec<String>),
}

/// RFC 9051 §6.3.9, with an empty reference. `pattern` is a wire name with `*` and `%`.
pub(crate) fn list(pattern: &[u8], dialect: Dialect) -> Command {
    Builder::new("LIST \"\" ").string(pattern, dialect).build()
}

/// RFC 5258 §3.
pub(crate) fn list_extended(patterns: &[&[u8]], returning: &[ListReturn], dialect: Dialect) -> Command {
    let mut command = Builder::new("LIST \"\" ");
    if let [pattern] = patterns {
        command = command.string(pattern, dialect);
    } else {
        for (at, pattern) in patterns.iter().enumerate() {
            command = command.text(if at == 0 { "(" } else { " " }).string(pattern, dialect);
        }
        command = command.text(")");
    }
    if !returning.is_empty() {
        let options: Vec<String> = returning.iter().map(ListReturn::text).collect();
        command = command.text(" RETURN (").text(&options.join(" ")).text(")");
    }
    command.build()
}

/// RFC 3501 §6.3.9, for servers without LIST-EXTENDED.
pub(crate) fn lsub(pattern: &[u8], dialect: Dialect) -> Command {
    Builder::new("LSUB \"\" ").string(pattern, dialect).build()
}

/// RFC 9051 §6.3.11.
pub(crate) fn status(mailbox: &[u8], items: &[&str], dialect: Dialect) -> Command {
    let command = Builder::new("STATUS ").string(mailbox, dialect);
    command.text(" (").words(items.iter().copied()).text(")").build()
}

/// SELECT or EXAMINE (RFC 9051 §6.3.2, §6.3.3); with `condstore`, states of messages count from here on (RFC 7162
/// §3.1.8).
pub(crate) fn select(mailbox: &[u8], open: Open, condstore: bool, dialect: Dialect) -> Command {
    let verb = match open {
        Open::ReadWrite => "SELECT ",
        Open::ReadOnly => "EXAMINE ",
    };
    let command = Builder::new(verb).string(mailbox, dialect);
    if condstore { command.text(" (CONDSTORE)") } else { command }.build()
}

/// RFC 9051 §6.4.2.
pub(crate) fn unselect() -> Command {
    Builder::new("UNSELECT").build()
}

/// RFC 9051 §6.4.1. It expunges what is \Deleted, unless the mailbox was opened by EXAMINE.
pub(crate) fn close() -> Command {
    Builder::new("CLOSE").build()
}

/// RFC 9051 §6.3.4; `special_use` (`\Sent`) needs CREATE-SPECIAL-USE (RFC 6154 §3).
pub(crate) fn create(mailbox: &[u8], special_use: Option<&str>, dialect: Dialect) -> Command {
    let command = Builder::new("CREATE ").string(mailbox, dialect);
    match special_use {
        Some(attribute) => command.text(&format!(" (USE ({attribute}))")),
        None => command,
    }
    .build()
}

/// RFC 9051 §6.3.5.
pub(crate) fn delete(mailbox: &[u8], dialect: Dialect) -> Command {
    Builder::new("DELETE ").string(mailbox, dialect).build()
}

/// RFC 9051 §6.3.7.
pub(crate) fn subscribe(mailbox: &[u8], dialect: Dialect) -> Command {
    Builder::new("SUBSCRIBE ").string(mailbox, dialect).build()
}

/// RFC 9051 §6.3.8.
pub(crate) fn unsubscribe(mailbox: &[u8], dialect: Dialect) -> Command {
    Builder::new("UNSUBSCRIBE ").string(mailbox, dialect).build()
}

impl ListReturn {
    fn text(&self) -> String {
        match self {
            Self::Subscribed => "SUBSCRIBED".to_owned(),
            Self::SpecialUse => "SPECIAL-USE".to_owned(),
            Self::Status(items) => format!("STATUS ({})", items.join(" ")),
        }
    }
}
