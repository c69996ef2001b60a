//! How much of an .xls is held once the library has read it: every sheet whole, as a rectangle, with a copy of its text in each cell. The
//! records are walked here as the library walks them ([MS-XLS] §2.1.4), so that nothing is hidden from the one that the other finds.

use super::{
    archive::broken,
    file::{File, refused, unreadable},
    merged::REGIONS,
    sheet::COLUMNS,
};
use omm_core::Result;
use std::io::Read;

/// Cells of all sheets. The format has 65,536 rows; thirty columns of them are below it.
const CELLS: u64 = 2_000_000;
/// Letters in cells, of texts that stand once in the file and are shown in many cells.
const LETTERS: u64 = 64 << 20;
const SHEETS: usize = 256;

const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const MERGE_CELLS: u16 = 0x00E5;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const SST: u16 = 0x00FC;
const LABEL_SST: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const BOF: u16 = 0x0809;
/// [MS-XLS] §2.4: records whose first two fields are a row and a column: FORMULA, BLANK, NUMBER, LABEL, BOOLERR, FORMULA of
/// older versions, MULRK, MULBLANK, RK, RSTRING, LABELSST.
const PLACED: [u16; 12] =
    [0x0006, 0x0001, 0x0201, 0x0203, 0x0204, 0x0205, 0x0406, MUL_RK, 0x00BE, 0x027E, 0x00D6, LABEL_SST];
/// Of these, those without a value; the library leaves them out.
const BLANK: [u16; 3] = [0x0001, 0x0201, 0x00BE];

/// Refuses a workbook of which too much would be held.
pub(super) fn measure(file: &mut dyn File) -> Result<()> {
    let stream = workbook(file)?;
    let (mut sheets, mut texts) = (Vec::new(), Vec::new());
    let mut globals = Records(&stream);
    while let Some((kind, body)) = globals.next() {
        match kind {
            BOUND_SHEET => sheets.push(number(body, 0, 4) as usize),
            SST => texts = lengths(body, &mut globals.clone()).ok_or_else(damaged)?,
            EOF => break,
            _ => {}
        }
    }
    if sheets.len() > SHEETS {
        return Err(refused("the workbook has too many sheets; save the one with the form as .xlsx or CSV"));
    }
    let (mut cells, mut letters, mut merged) = (0, 0, 0);
    for position in sheets {
        let held = sheet(stream.get(position..).unwrap_or_default(), &texts)?;
        cells += held.cells.max(held.area()).max(held.said);
        letters += held.letters;
        merged += held.merged;
        if merged > REGIONS {
            return Err(refused("the workbook has more merged cells than any form; take them apart"));
        }
        if cells > CELLS || letters > LETTERS {
            return Err(refused("the sheet is too large for an .xls; save it as .xlsx or CSV, or divide it"));
        }
    }
    Ok(())
}

/// The stream that the sheets are in.
fn workbook(file: &mut dyn File) -> Result<Vec<u8>> {
    let mut compound = cfb::CompoundFile::open(file).map_err(broken)?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name));
    let name = name.ok_or_else(|| {
        refused(
            "the file is no .xls, or is protected by a password; save it as .xlsx or CSV, without a password",
        )
    })?;
    let mut bytes = Vec::new();
    compound.open_stream(name).map_err(broken)?.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// What a sheet holds.
#[derive(Default)]
struct Held {
    /// As many as there are, the same one counted as often as it comes.
    cells: u64,
    /// As many as it says of itself: the library makes room for them.
    said: u64,
    /// The first and the last row and column.
    corners: Option<[u64; 4]>,
    letters: u64,
    /// How many regions are merged.
    merged: usize,
}

impl Held {
    fn put(&mut self, row: u64, columns: [u64; 2]) {
        let [first, last] = columns;
        let [top, bottom, left, right] = self.corners.unwrap_or([row, row, first, last]);
        self.corners = Some([top.min(row), bottom.max(row), left.min(first), right.max(last)]);
        self.cells += 1 + last - first;
    }

    fn area(&self) -> u64 {
        self.corners.map_or(0, |[top, bottom, left, right]| (1 + bottom - top) * (1 + right - left))
    }
}

/// Walks over a sheet, and refuses cells where a form has none.
fn sheet(stream: &[u8], texts: &[u16]) -> Result<Held> {
    let mut held = Held::default();
    let (mut begun, mut inside) = (false, 0_u32);
    for (kind, body) in Records(stream) {
        match kind {
            // A chart within the sheet has cells of its own.
            BOF if begun => inside += 1,
            BOF => begun = true,
            EOF if inside == 0 => break,
            EOF => inside -= 1,
            _ if inside > 0 => {}
            // §2.4.168: a count, and eight bytes for each.
            MERGE_CELLS => held.merged += body.len() / 8,
            DIMENSIONS => held.said = held.said.max(said(body)),
            _ if PLACED.contains(&kind) => {
                let (row, first) = (number(body, 0, 2), number(body, 2, 2));
                // §2.4.175: a row, a column, six bytes for each cell, the last column.
                let more = if kind == MUL_RK { (body.len() as u64).saturating_sub(6) / 6 } else { 1 };
                let last = first + more.saturating_sub(1);
                if last >= COLUMNS as u64 {
                    return Err(refused("the sheet is wider than any form; take out what is not part of it"));
                }
                if !BLANK.contains(&kind) {
                    held.put(row, [first, last]);
                }
                if kind == LABEL_SST {
                    let text = texts.get(number(body, 6, 4) as usize);
                    held.letters += text.map_or(0, |length| u64::from(*length));
                }
            }
            _ => {}
        }
    }
    Ok(held)
}

/// §2.4.90: the first row, the one behind the last, and the same of columns; in older versions all of two bytes.
fn said(body: &[u8]) -> u64 {
    let wide = if body.len() == 10 { 2 } else { 4 };
    let rows = number(body, wide, wide).saturating_sub(number(body, 0, wide)).max(1);
    // The first column is not believed: the library takes some of them for 0.
    rows.saturating_mul(number(body, 2 * wide + 2, 2).max(1))
}

/// How many letters each shared text has (§2.4.265); nothing when that cannot be told.
fn lengths(first: &[u8], rest: &mut Records<'_>) -> Option<Vec<u16>> {
    let mut more = || rest.next().filter(|(kind, _)| *kind == CONTINUE).map(|(_, body)| body);
    let (mut data, mut lengths) = (first.get(8..)?, Vec::new());
    loop {
        if data.is_empty() {
            let Some(next) = more() else { return Some(lengths) };
            data = next;
        }
        if lengths.len() as u64 > CELLS {
            return None;
        }
        let [low, high, flags, after @ ..] = data else {
            return None;
        };
        let length = u16::from_le_bytes([*low, *high]);
        lengths.push(length);
        data = after;
        // §2.5.293: runs of formats and what East Asian scripts need stand behind the letters.
        let mut behind = 0;
        for (flag, bytes, each) in [(0x8, 2, 4), (0x4, 4, 1)] {
            if flags & flag != 0 {
                behind += number(data, 0, bytes) * each;
                data = data.get(bytes..)?;
            }
        }
        let (mut wide, mut left) = (1 + usize::from(flags & 1), usize::from(length));
        loop {
            let here = left.min(data.len() / wide);
            (data, left) = (data.get(here * wide..)?, left - here);
            if left == 0 {
                break;
            }
            let (flags, after) = more()?.split_first()?;
            (wide, data) = (1 + usize::from(flags & 1), after);
        }
        while behind > 0 {
            let here = behind.min(data.len() as u64);
            data = data.get(here as usize..)?;
            behind -= here;
            if behind > 0 {
                data = more()?;
            }
        }
    }
}

/// The records of a stream: their kinds, and what is in them.
#[derive(Clone)]
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let (body, rest) = rest.split_at_checked(number(head, 2, 2) as usize)?;
        self.0 = rest;
        Some((number(head, 0, 2) as u16, body))
    }
}

/// A number of so many bytes, the lowest first; 0 where there is none.
fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let bytes = bytes.get(at..at + width).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn damaged() -> omm_core::Error {
    refused("the texts of the .xls are damaged, or too many; save it anew, or as .xlsx")
}
