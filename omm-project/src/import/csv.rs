//! Tables as text (RFC 4180, with the separators that spreadsheets use).
//!
//! No value of the form has a line break, so a quote that is still open at the end of its line was never closed: the line is
//! reported and the next one read as usual. Otherwise one forgotten quote would swallow all that follows. Headers alone
//! may have line breaks: spreadsheets write them so.

use super::{
    Column, Fault,
    cell::{Cell, LONGEST, Record},
    charset::{Charset, Line, Lines},
    file::{File, refused},
    shelf::Shelf,
};
use omm_core::Result;
use zeroize::Zeroizing;

const SEPARATORS: [char; 3] = [';', ',', '\t'];
/// More cells than any sheet has a use for.
const CELLS: usize = 256;
/// As many lines a header may have.
const HEADER_LINES: usize = 32;

/// Reads a table. The first record is the header.
pub(super) async fn read(file: Box<dyn File>, charset: Charset, shelf: Shelf) -> Result<()> {
    let mut lines = Lines::new(file, charset);
    let mut number = 0;
    let Some(separator) = header(&mut lines, &mut number, &shelf).await? else { return Ok(()) };
    while let Some(line) = lines.next()? {
        number += 1;
        let record = match line {
            Line::Whole(text) => split(&text, separator, number),
            Line::TooLong => {
                Record { line: number, cells: Vec::new(), fault: Some(Fault::TooLong(64 << 10)), at: None }
            }
        };
        shelf.put(record).await;
    }
    Ok(())
}

/// Reads the header and tells the separator; nothing if there is none.
async fn header(lines: &mut Lines, number: &mut u64, shelf: &Shelf) -> Result<Option<char>> {
    let mut said = None;
    let mut text = Zeroizing::new(String::new());
    let mut open = 0;
    loop {
        let Some(line) = lines.next()? else { break };
        let Line::Whole(line) = line else { return Err(refused(NO_HEADER)) };
        *number += 1;
        if text.is_empty() {
            // Excel's own word for the separator.
            if let Some(separator) = line.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
                said = Some(separator);
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
        } else {
            text.push('\n');
        }
        text.push_str(&line);
        open += 1;
        if text.matches('"').count().is_multiple_of(2) {
            break;
        }
        if open == HEADER_LINES {
            return Err(refused(NO_HEADER));
        }
    }
    if text.is_empty() {
        return Ok(None);
    }
    let separator = said.unwrap_or_else(|| best_separator(&text));
    shelf.put(split(&text, separator, *number)).await;
    Ok(Some(separator))
}

const NO_HEADER: &str = "the first line is no header of the form; write the template and fill it in";

/// The one that gives the most headers that are known.
fn best_separator(header: &str) -> char {
    let known = |separator: &char| {
        let cells = split(header, *separator, 1).cells;
        let texts = cells.iter().filter_map(Cell::typed);
        texts.filter(|text| Column::of_header(text).is_some()).count()
    };
    // Of several that are equal, `max_by_key` takes the last.
    SEPARATORS.into_iter().rev().max_by_key(known).unwrap_or(';')
}

/// Takes a line apart.
fn split(text: &str, separator: char, line: u64) -> Record {
    let mut record = Record { line, cells: Vec::new(), fault: None, at: None };
    let mut rest = Some(text);
    while let Some(text) = rest {
        if record.cells.len() == CELLS {
            (record.fault, record.at) = (Some(Fault::TooManyCells), Some(CELLS + 1));
            break;
        }
        let (cell, after, fault) = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted, separator),
            None => {
                let (cell, after) = cut(text, separator);
                (Cell::text(cell), after, None)
            }
        };
        record.cells.push(cell);
        if record.fault.is_none() && fault.is_some() {
            (record.fault, record.at) = (fault, Some(record.cells.len()));
        }
        rest = after;
    }
    record
}

/// What stands before the separator, and what behind it.
fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((cell, after)) => (cell, Some(after)),
        None => (text, None),
    }
}

/// The value of a cell whose quote was opened (RFC 4180 §2, items 5 to 7), and what follows the cell.
fn unquote(text: &str, separator: char) -> (Cell, Option<&str>, Option<Fault>) {
    let Some((inside, after)) = closed(text) else { return (Cell::Empty, None, Some(Fault::UnclosedQuote)) };
    let (stray, next) = cut(after, separator);
    let fault = (!stray.trim().is_empty()).then_some(Fault::StrayQuote);
    if inside.len() > LONGEST || !inside.contains('"') {
        return (Cell::text(inside), next, fault);
    }
    // With room for all of it, it never moves and leaves a copy behind.
    let mut value = Zeroizing::new(String::with_capacity(inside.len()));
    for (at, piece) in inside.split("\"\"").enumerate() {
        if at > 0 {
            value.push('"');
        }
        value.push_str(piece);
    }
    (Cell::Text(value), next, fault)
}

/// What stands before the quote that closes, and what behind it; two quotes are one, and close nothing.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let quote = from + text.get(from..)?.find('"')?;
        let after = text.get(quote + 1..)?;
        if !after.starts_with('"') {
            return Some((text.get(..quote)?, after));
        }
        from = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str, separator: char) -> (Vec<String>, Option<Fault>) {
        let record = split(line, separator, 1);
        let texts = record.cells.iter().map(|cell| cell.typed().unwrap().to_string());
        (texts.collect(), record.fault)
    }

    #[test]
    fn lines_come_apart() {
        for (line, expected, fault) in [
            ("a;b;c", &["a", "b", "c"][..], None),
            ("", &[""], None),
            (";;", &["", "", ""], None),
            ("\"a;b\";\"\"", &["a;b", ""], None),
            ("\"say \"\"no\"\"\";x", &["say \"no\"", "x"], None),
            ("\"a\" ;b", &["a", "b"], None),
            ("pa\"ss;b", &["pa\"ss", "b"], None),
            (" a ;b", &[" a ", "b"], None),
            ("\"a\"b;c", &["a", "c"], Some(Fault::StrayQuote)),
            ("a;\"b;c", &["a", ""], Some(Fault::UnclosedQuote)),
            ("a;\"", &["a", ""], Some(Fault::UnclosedQuote)),
        ] {
            let (found, found_fault) = cells(line, ';');
            assert_eq!(found, expected, "{line}");
            assert_eq!(found_fault, fault, "{line}");
        }
        assert_eq!(split(&";".repeat(1000), ';', 1).fault, Some(Fault::TooManyCells));
    }

    #[test]
    fn separators() {
        for (header, separator) in [
            ("Source Type;Source Login;x,y", ';'),
            ("Source Type,Source Login,\"a;b\"", ','),
            ("Source Type\tSource Login", '\t'),
            ("Source Login", ';'),
        ] {
            assert_eq!(best_separator(header), separator, "{header}");
        }
    }
}
