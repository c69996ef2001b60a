//! Records of a CSV file (RFC 4180), with their lines.
//!
//! Tolerant as spreadsheets are: any line end, quotation marks inside a field, fields quoted in part. A quotation mark that is never
//! closed costs its own line only: the next line is read as if nothing had happened.

/// A cell that is longer is taken for a lost quotation mark, in bytes.
const LONGEST_CELL: usize = 1 << 20;
/// More columns nobody has.
const MOST_CELLS: usize = 2048;

/// A record: the number of its first line, from 1, and its cells or what is wrong with it.
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Result<Vec<String>, String>,
}

/// Splits a text into records; blank lines are none.
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    delimiter: u8,
    /// The record read last has too many cells.
    is_too_wide: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text, at: 0, line: 1, delimiter, is_too_wide: false }
    }

    /// Goes to the next line, past its end.
    fn skip_line(&mut self) {
        self.at = end_of_line(self.text, self.at);
        self.eat_line_end();
    }

    fn eat_line_end(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return,
        };
        self.at += length;
        self.line += 1;
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn record(&mut self) -> Result<Vec<String>, String> {
        let mut cells = Vec::new();
        self.is_too_wide = false;
        loop {
            if cells.len() == MOST_CELLS {
                self.is_too_wide = true;
                return Err(format!("more than {MOST_CELLS} columns"));
            }
            cells.push(self.cell()?);
            if self.peek() != Some(self.delimiter) {
                self.eat_line_end();
                return Ok(cells);
            }
            self.at += 1;
        }
    }

    fn cell(&mut self) -> Result<String, String> {
        let mut cell = String::new();
        if self.peek() == Some(b'"') {
            self.quoted(&mut cell)?;
        }
        // What follows a closed quotation is part of the cell as it stands.
        let end = self.text.as_bytes()[self.at..]
            .iter()
            .position(|byte| *byte == self.delimiter || matches!(byte, b'\r' | b'\n'))
            .map_or(self.text.len(), |length| self.at + length);
        cell.push_str(&self.text[self.at..end]);
        self.at = end;
        if cell.len() > LONGEST_CELL { Err("a cell that is too long".into()) } else { Ok(cell) }
    }

    fn quoted(&mut self, cell: &mut String) -> Result<(), String> {
        let unclosed = || Err("a quotation mark that is never closed".to_owned());
        self.at += 1;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let near = &rest[..rest.len().min(LONGEST_CELL + 1 - cell.len().min(LONGEST_CELL))];
            let Some(length) = memchr::memchr(b'"', near) else { return unclosed() };
            cell.push_str(&self.text[self.at..self.at + length]);
            self.at += length + 1;
            if self.peek() != Some(b'"') {
                break;
            }
            cell.push('"');
            self.at += 1;
        }
        self.line += line_ends(cell);
        Ok(())
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while matches!(self.peek()?, b'\r' | b'\n') {
            self.eat_line_end();
        }
        self.peek()?;
        let (at, line) = (self.at, self.line);
        let cells = self.record();
        if cells.is_err() {
            // One that is too wide costs all of its lines: each of them would be as wide again.
            if !self.is_too_wide {
                (self.at, self.line) = (at, line);
            }
            self.skip_line();
        }
        Some(Record { line, cells })
    }
}

fn end_of_line(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\r', b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length)
}

fn line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_end = |at: usize| bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|at| is_end(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |record: Record| match record.cells {
            Ok(cells) => format!("{}:{}", record.line, cells.join("|")),
            Err(_) => format!("{}!", record.line),
        };
        Records::new(text, b',').map(shown).collect()
    }

    #[test]
    fn records_and_their_lines() {
        for (text, expected) in [
            ("a,b\r\nc,d\n", &["1:a|b", "2:c|d"][..]),
            ("a,\n\n\r\n,b", &["1:a|", "4:|b"]),
            ("\"a,\"\"b\"\"\r\nc\",d\ne", &["1:a,\"b\"\r\nc|d", "3:e"]),
            ("a\rb\rc", &["1:a", "2:b", "3:c"]),
            ("x,\"open\ny,z\n\"\",w", &["1!", "2:y|z", "3:|w"]),
            ("a\"b\"c,\"d\"e,\"\"", &["1:a\"b\"c|de|"]),
            ("", &[]),
            ("\n\n", &[]),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn odd_quotation_marks_do_not_make_it_slow() {
        let text = "\"a\n\"\"\"b\n".repeat(100_000);
        assert!(Records::new(&text, b',').count() > 0);
        // Each line ends within a cell, so that a record has as many lines as it may have cells. Those of the last one are
        // read one by one.
        let wide = "\"a\",\"\n".repeat(100_000);
        assert!(Records::new(&wide, b',').count() < 2 * MOST_CELLS);
        let open = format!("\"{}", "x\n".repeat(2_000_000));
        let records: Vec<_> = Records::new(&open, b',').collect();
        assert_eq!((records.len(), records[0].cells.is_err(), records[1].line), (2_000_000, true, 2));
    }
}
