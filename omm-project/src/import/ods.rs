//! `.ods`: the first sheet that is shown, row by row (OpenDocument 1.2, part 1, §9.1 and §19). It is read here and not by a library, because
//! what a library holds whole grows with what the file says is repeated, and a few bytes can say a lot.

use super::{
    archive::broken,
    cell::{Cell, LONGEST},
    file::{File, refused},
    sheet::{COLUMNS, SheetRow},
    shelf::Shelf,
    start,
    xlsx::others_are_told,
};
use omm_core::Result;
use quick_xml::{
    events::{BytesRef, BytesStart, Event},
    reader::Reader,
};
use std::io::{BufRead, BufReader};
use zeroize::Zeroizing;
use zip::ZipArchive;

/// Rows that stand there once and are meant several times: whoever needs more than these has no form.
const REPEATED_ROWS: u64 = 1 << 20;

/// Reads a sheet. The file was measured before.
pub(super) async fn read(file: Box<dyn File>, shelf: Shelf) -> Result<()> {
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    let part = archive.by_name("content.xml").map_err(broken)?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    let mut buffer = Zeroizing::new(Vec::new());
    let mut row = SheetRow::new(shelf);
    let (mut line, mut sheets, mut depth) = (1, Sheets::default(), 0_u32);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag) => match tag.name().as_ref() {
                "style:style" => sheets.style = attribute(&tag, "style:name")?,
                "style:table-properties" => sheets.look(&tag)?,
                "table:table" if depth == 0 => {
                    depth = 1;
                    sheets.begin(&tag)?;
                }
                // A sheet within a cell is no sheet.
                "table:table" => depth += 1,
                "table:table-row" if sheets.is_meant => {
                    let times = repeated(&tag, "table:number-rows-repeated")?;
                    row.begin(line).await?;
                    cells(&mut xml, &mut row)?;
                    // Thousands of empty rows are said so at the end of every sheet: they are none.
                    row.end_repeated(times.min(REPEATED_ROWS)).await?;
                    line = line.saturating_add(times);
                }
                _ => {}
            },
            Event::End(tag) if tag.name().as_ref() == "table:table" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    sheets.is_meant = false;
                }
            }
            Event::Eof if sheets.shown == 0 || depth > 0 => {
                return Err(refused(
                    "the spreadsheet has no sheet that is shown, or only a part of one; save it anew",
                ));
            }
            Event::Eof => return others_are_told(&mut row, sheets.shown - 1).await,
            _ => {}
        }
    }
}

/// Which sheets there are (OpenDocument 1.2, part 1, §9.1.2 and §20.383).
#[derive(Default)]
struct Sheets {
    /// The style that is being described.
    style: Option<String>,
    /// Styles of sheets that are not shown.
    hidden: Vec<String>,
    shown: usize,
    /// The first one that is shown is being read.
    is_meant: bool,
}

/// More styles than any spreadsheet has sheets.
const STYLES: usize = 1000;

impl Sheets {
    fn look(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let is_hidden = attribute(tag, "table:display")?.as_deref() == Some("false");
        if let Some(style) = self.style.take_if(|_| is_hidden)
            && self.hidden.len() < STYLES
        {
            self.hidden.push(style);
        }
        Ok(())
    }

    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let style = attribute(tag, "table:style-name")?;
        if !style.is_some_and(|style| self.hidden.contains(&style)) {
            self.shown += 1;
            self.is_meant = self.shown == 1;
        }
        Ok(())
    }
}

/// The cells of a row, up to its end.
fn cells(xml: &mut Reader<impl BufRead>, row: &mut SheetRow) -> Result<()> {
    let mut buffer = Zeroizing::new(Vec::new());
    let mut column = 0_usize;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag)
                if matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
            {
                let times =
                    usize::try_from(repeated(&tag, "table:number-columns-repeated")?).unwrap_or(usize::MAX);
                let cell = cell(&tag, xml)?;
                if !matches!(cell, Cell::Empty) {
                    // One beyond the widest form, so that it is seen to be too wide.
                    let end = column.saturating_add(times).min(COLUMNS + 1);
                    (column.min(COLUMNS)..end).for_each(|column| row.set(column, cell.clone()));
                }
                column = column.saturating_add(times);
            }
            Event::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(()),
            Event::Eof => return Err(refused("the spreadsheet ends within a row; save it anew")),
            _ => {}
        }
    }
}

/// A cell, up to its end.
fn cell(tag: &BytesStart<'_>, xml: &mut Reader<impl BufRead>) -> Result<Cell> {
    // §9.1.5: another cell lies over it.
    let is_covered = tag.name().as_ref() == "table:covered-table-cell";
    let (kind, moment) = (attribute(tag, "office:value-type")?, attribute(tag, "office:date-value")?);
    let (value, is_error) =
        (attribute(tag, "office:value")?, attribute(tag, "calcext:value-type")?.as_deref() == Some("error"));
    let text = text(xml)?;
    Ok(match kind.as_deref() {
        _ if is_covered => Cell::Covered,
        _ if is_error => Cell::FormulaError,
        Some("string") => text.cell(),
        Some("float" | "percentage" | "currency") => {
            value.and_then(|value| value.parse().ok()).map_or(Cell::FormulaError, Cell::Number)
        }
        Some("date" | "time") => {
            Cell::Date(moment.and_then(|moment| start::moment(&moment)).map(|moment| moment.naive_utc()))
        }
        Some("boolean") => Cell::Truth,
        _ => text.cell(),
    })
}

/// What is shown in a cell: its paragraphs, without the remarks that are pinned to it.
fn text(xml: &mut Reader<impl BufRead>) -> Result<Pieces> {
    let mut buffer = Zeroizing::new(Vec::new());
    let mut text = Pieces::default();
    let (mut paragraphs, mut in_paragraph, mut in_remark) = (0, 0_u32, 0_u32);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag) if tag.name().as_ref() == "office:annotation" => in_remark += 1,
            Event::End(tag) if tag.name().as_ref() == "office:annotation" => {
                in_remark = in_remark.saturating_sub(1)
            }
            Event::End(tag)
                if matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
            {
                return Ok(text);
            }
            Event::Eof => return Err(refused("the spreadsheet ends within a cell; save it anew")),
            _ if in_remark > 0 || text.too_long => {}
            Event::Start(tag) => match tag.name().as_ref() {
                "text:p" => {
                    if paragraphs > 0 {
                        text.push("\n");
                    }
                    paragraphs += 1;
                    in_paragraph += 1;
                }
                "text:s" => {
                    // One more than is kept, so that it is seen to be too long.
                    let times = usize::try_from(repeated(&tag, "text:c")?).unwrap_or(usize::MAX);
                    text.push(&" ".repeat(times.min(LONGEST + 1)));
                }
                "text:tab" => text.push("\t"),
                "text:line-break" => text.push("\n"),
                _ => {}
            },
            Event::End(tag) if tag.name().as_ref() == "text:p" => {
                in_paragraph = in_paragraph.saturating_sub(1)
            }
            Event::Text(piece) if in_paragraph > 0 => text.push(&piece.xml10_content()),
            Event::CData(piece) if in_paragraph > 0 => text.push(&piece.xml10_content()),
            Event::GeneralRef(name) if in_paragraph > 0 => {
                text.push(letter(&name)?.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
    }
}

/// The letter that a reference stands for.
fn letter(name: &BytesRef<'_>) -> Result<char> {
    if let Some(letter) = name.resolve_char_ref().map_err(broken)? {
        return Ok(letter);
    }
    match &**name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(refused("the spreadsheet uses a name that is not defined; save it anew")),
    }
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> Result<u64> {
    let times = attribute(tag, name)?.map_or(Ok(1), |times| times.parse());
    times.map_err(|_| refused("the spreadsheet repeats something without saying how often; save it anew"))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let attribute = tag.try_get_attribute(name).map_err(broken)?;
    Ok(attribute.map(|attribute| attribute.value.into_owned()))
}

/// A text that comes in pieces, as long as it is no longer than one that is kept.
#[derive(Default)]
struct Pieces {
    text: Zeroizing<String>,
    too_long: bool,
}

impl Pieces {
    fn push(&mut self, piece: &str) {
        self.too_long |= self.text.len() + piece.len() > LONGEST;
        if !self.too_long {
            self.text.push_str(piece);
        }
    }

    fn cell(self) -> Cell {
        match (self.too_long, self.text.is_empty()) {
            (true, _) => Cell::TooLong,
            (false, true) => Cell::Empty,
            (false, false) => Cell::Text(self.text),
        }
    }
}
