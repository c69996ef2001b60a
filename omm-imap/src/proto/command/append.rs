//! APPEND, of one message or of several.

use super::{Command, Dialect, Part, builder::Builder, is_sendable_flag};
use chrono::{Datelike, Timelike};
use omm_core::model::Received;

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AppendMessage<'a> {
    /// By name; those that [`is_sendable_flag`] refuses are left out.
    pub(crate) flags: &'a [&'a str],
    pub(crate) received: Option<Received>,
    pub(crate) len: u64,
    pub(crate) wrapper: Wrapper,
}

/// How the bytes are wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wrapper {
    /// `{n}`
    #[default]
    Plain,
    /// `~{n}`: NULs are allowed, with BINARY (RFC 3516 §4.4).
    Literal8,
    /// `UTF8 (~{n})`: headers in UTF-8, with UTF8=ACCEPT enabled (RFC 6855 §4).
    Utf8,
}

/// RFC 9051 §6.3.12; several messages need MULTIAPPEND (RFC 3502). The body of message `i` has the index `i`.
pub(crate) fn append(mailbox: &[u8], messages: &[AppendMessage<'_>], dialect: Dialect) -> Command {
    let mut command = Builder::new("APPEND ").string(mailbox, dialect);
    for (index, message) in messages.iter().enumerate() {
        command = one(command, index, message, dialect);
    }
    command.build()
}

fn one(mut command: Builder, index: usize, message: &AppendMessage<'_>, dialect: Dialect) -> Builder {
    let flags: Vec<&str> = message.flags.iter().copied().filter(|flag| is_sendable_flag(flag)).collect();
    if !flags.is_empty() {
        command = command.text(" (").words(flags).text(")");
    }
    if let Some(date) = message.received.and_then(|received| internal_date(&received)) {
        command = command.text(" \"").text(&date).text("\"");
    }
    let (before, literal8, behind) = match message.wrapper {
        Wrapper::Plain => (" ", false, ""),
        Wrapper::Literal8 => (" ", true, ""),
        Wrapper::Utf8 => (" UTF8 (", true, ")"),
    };
    let mode = dialect.literals.mode(message.len);
    let body = Part::Body { index, len: message.len, mode, literal8 };
    let command = command.text(before).part(body);
    if behind.is_empty() { command } else { command.text(behind) }
}

/// RFC 9051 §9, date-time: the day padded with a blank, in the zone that it came in. Nothing for years that four
/// digits cannot write.
pub(crate) fn internal_date(received: &Received) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(usize::try_from(received.month0()).ok()?)?;
    let year = Some(received.year()).filter(|year| (0..=9999).contains(year))?;
    let minutes = received.offset().local_minus_utc() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let zone = minutes.abs() / 60 * 100 + minutes.abs() % 60;
    let (hour, minute, second) = (received.hour(), received.minute(), received.second());
    let day = received.day();
    Some(format!("{day:2}-{month}-{year:04} {hour:02}:{minute:02}:{second:02} {sign}{zone:04}"))
}
