//! Contacts as CSV: what Outlook, Google, Thunderbird, Yahoo, Zimbra and Roundcube export, and tables that people keep.
//!
//! The first line names the columns; by those names the file is recognised (`headers`: nine languages), its delimiter (`,` `;` tab)
//! and, where no mark tells, its charset. Each row becomes a vCard. **Nothing is lost**: a cell of which nobody knows where it belongs
//! (an unknown column, a second value for one field, a label of somebody's own) is kept as
//!
//! ```text
//! X-OMM-CSV;X-COLUMN="Shoe size":43
//! ```
//!
//! with the column's name as it stands. Left out are only the words for "nothing": `0/0/00`, `Unspecified`, `Normal`, `False`, an
//! e-mail type of `SMTP`, and Google's group of all contacts.
//!
//! A row that is broken costs itself and is answered with its line and the reason: an unclosed quotation mark, more cells than columns,
//! neither a name nor an address.

mod charset;
mod columns;
mod dates;
mod field;
mod group;
mod headers;
mod numbered;
mod records;
mod row;
mod words;

use columns::Columns;
use field::Field;
use omm_content::card::Version;
use records::{Record, Records};
use row::Row;
use std::{collections::HashMap, fmt};

/// A larger file is no address book, in bytes.
const LARGEST: usize = 32 << 20;
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The contacts of a file.
#[derive(Debug)]
pub struct Contacts {
    /// One for each row that is not blank, in order.
    pub items: Vec<Item>,
}

/// What a row holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// The line it begins in, from 1.
    pub line: usize,
    /// The contact, or why there is none.
    pub result: Result<Card, String>,
}

/// A row as a vCard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What tells it from the other rows, in this file and in a later export with the same row: its UID if it has one, else a digest. Of
    /// equal rows the second has `-2` at its end, and so on.
    pub identity: String,
    /// The vCard.
    pub vcard: Vec<u8>,
}

/// Why a file is no table of contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotContacts {
    /// Nothing in it.
    Empty,
    /// Too large.
    TooLarge,
    /// The first line does not name columns of contacts.
    UnknownHeader,
}

impl fmt::Display for NotContacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::TooLarge => "the file is too large for a table of contacts",
            Self::UnknownHeader => "the first line does not name columns of contacts",
        })
    }
}

/// Whether a file begins like a table of contacts.
pub fn looks_like_contacts(head: &[u8]) -> bool {
    let head = &head[..head.len().min(64 << 10)];
    let text = charset::decode(head);
    header(&text).is_some()
}

/// Reads a file.
///
/// # Errors
/// If it is no table of contacts. What is wrong with a row is said by the row.
pub fn read(bytes: &[u8], version: Version) -> Result<Contacts, NotContacts> {
    if bytes.len() > LARGEST {
        return Err(NotContacts::TooLarge);
    }
    let text = charset::decode(bytes);
    if text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0').is_empty() {
        return Err(NotContacts::Empty);
    }
    let (columns, delimiter) = header(&text).ok_or(NotContacts::UnknownHeader)?;
    let records = || rows(&text, delimiter);
    let order = {
        let is_date = |(_, field): &(String, Option<Field>)| {
            matches!(field, Some(Field::Birthday | Field::Anniversary))
        };
        let places: Vec<_> = (0..columns.columns.len()).filter(|at| is_date(&columns.columns[*at])).collect();
        let cells = records().filter_map(|record| record.cells.ok());
        let dates: Vec<String> = cells
            .flat_map(|cells| places.iter().filter_map(|at| cells.get(*at).cloned()).collect::<Vec<_>>())
            .collect();
        dates::order(dates.iter().map(String::as_str), columns.is_english())
    };
    let mut seen = HashMap::new();
    let items = records().map(|Record { line, cells }| {
        let result = cells.and_then(|cells| {
            enough(&columns, &cells)?;
            card(Row::of(&columns, &cells, order), version, &mut seen)
        });
        Item { line, result }
    });
    Ok(Contacts { items: items.collect() })
}

/// The columns of a file and its delimiter: the one by which most of them are known.
fn header(text: &str) -> Option<(Columns, u8)> {
    let candidates = DELIMITERS.into_iter().filter_map(|delimiter| {
        let first = records_from_header(text, delimiter).next()?;
        let columns = Columns::of(&first.cells.ok()?);
        columns.are_contacts().then_some((columns, delimiter))
    });
    candidates.max_by_key(|(columns, _)| columns.known())
}

fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = Record> {
    // A lone NUL is what half a letter of UTF-16 leaves at the end.
    let is_blank = |record: &Record| {
        record
            .cells
            .as_ref()
            .is_ok_and(|cells| cells.iter().all(|cell| cell.trim_matches(['\0', ' ', '\u{FFFD}']).is_empty()))
    };
    records_from_header(text, delimiter).skip(1).filter(move |record| !is_blank(record))
}

/// Excel's `sep=;` stands before the header.
fn records_from_header(text: &str, delimiter: u8) -> impl Iterator<Item = Record> {
    let is_hint = |record: &Record| {
        let first = record.cells.as_ref().ok().and_then(|cells| cells.first());
        first.is_some_and(|cell| cell.trim().get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("sep=")))
    };
    Records::new(text, delimiter).skip_while(move |record| record.line == 1 && is_hint(record))
}

/// More cells than columns: a delimiter inside an unquoted cell, and nobody can say in which.
fn enough(columns: &Columns, cells: &[String]) -> Result<(), String> {
    let (has, fits) = (cells.len(), columns.columns.len());
    let beyond = cells.iter().skip(fits).any(|cell| !cell.trim().is_empty());
    if beyond { Err(format!("{has} cells, but only {fits} columns")) } else { Ok(()) }
}

fn card(mut row: Row, version: Version, seen: &mut HashMap<String, u32>) -> Result<Card, String> {
    if row.contact.shown_name().is_empty() {
        return Err("neither a name nor an address".into());
    }
    let own = std::mem::take(&mut row.contact.uid);
    // The digest is over the richer form, so that it does not depend on the version that was asked for.
    let digest = blake3::hash(&written(&row, Version::V4)?).to_hex();
    let identity = if own.is_empty() { digest.get(..32).unwrap_or_default().to_owned() } else { own.clone() };
    let count = seen.entry(identity.clone()).or_default();
    *count += 1;
    let identity = if *count == 1 { identity } else { format!("{identity}-{count}") };
    row.contact.uid = if own.is_empty() || *count > 1 { uuid(&identity) } else { own };
    Ok(Card { identity, vcard: written(&row, version)? })
}

fn written(row: &Row, version: Version) -> Result<Vec<u8>, String> {
    if let Some(group) = group::group(row) {
        return Ok(group.write(version).into_bytes());
    }
    row.contact.write(version, None, Vec::new()).into_bytes().map_err(|error| error.to_string())
}

/// RFC 9562 §5.8: a UUID of version 8, made of a digest.
fn uuid(identity: &str) -> String {
    let mut digits: Vec<char> = blake3::hash(identity.as_bytes()).to_hex().chars().take(32).collect();
    digits[12] = '8';
    digits[16] = 'a';
    let part = |range: std::ops::Range<usize>| digits[range].iter().collect::<String>();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

#[cfg(test)]
mod tests;
