//! What is written where: results to standard output, notes to standard error.
//!
//! A reader who leaves (`omm report ID | head`) is no reason to panic.

use crate::exit::Failure;
use serde::Serialize;
use std::io::{self, Write};

/// A line of the result.
pub(crate) fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{text}").map_err(failed)
}

/// A value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut text =
        serde_json::to_vec(value).map_err(|error| Failure::Local(format!("cannot write: {error}")))?;
    text.push(b'\n');
    io::stdout().lock().write_all(&text).map_err(failed)
}

/// A remark beside the result, on one line. Nobody may be there to read it.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", one_line(text));
}

/// Names of files and folders come from outside: none of them may move the cursor or begin a line of its own.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// What a failed write to standard output means.
pub(crate) fn failed(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::Unheard,
        _ => Failure::Local(format!("cannot write the output: {error}")),
    }
}

/// Bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    indicatif::BinaryBytes(count).to_string()
}

/// `1 migration`, `2 migrations`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Rows under a head, each column as wide as its widest cell.
pub(crate) fn table(head: &[&str], body: &[Vec<String>]) -> Result<(), Failure> {
    let head = head.iter().map(|cell| (*cell).to_owned()).collect();
    rows(&[&[head], body].concat())
}

/// Rows alone.
pub(crate) fn rows(rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    rows.iter().try_for_each(|row| {
        let padded: Vec<_> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        line(padded.join("  ").trim_end())
    })
}
