//! Spreadsheets that are ZIP archives: how large they become is measured before anything is kept of them.

use super::{
    file::{File, Limits, refused},
    merged::REGIONS,
};
use omm_core::Result;
use std::io::Read;
use zip::ZipArchive;

const ENTRIES: usize = 2000;
/// Parts that a reader keeps whole: strings that cells share, styles, names.
const KEPT_BYTES: u64 = 64 << 20;
/// One text of a sheet; a cell has at most 32,767 characters.
const TEXT_BYTES: u64 = 1 << 20;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spreadsheet {
    Xlsx {
        /// Whether cells are merged in any sheet.
        has_merged: bool,
    },
    Ods,
}

/// Unpacks an archive once without keeping anything, counts, and tells what it is. What the archive says of its own sizes is not
/// believed.
pub(super) fn measure(file: &mut dyn File, limits: &Limits) -> Result<Spreadsheet> {
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    if archive.len() > ENTRIES {
        return Err(refused(
            "the file holds too many parts to be a table; save it anew as .xlsx, .ods or CSV",
        ));
    }
    let mut left = limits.unpacked_bytes;
    let (mut found, mut merged) = (None, 0);
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        found = found.or(match name.as_str() {
            "xl/workbook.xml" => Some(Spreadsheet::Xlsx { has_merged: false }),
            "content.xml" => Some(Spreadsheet::Ods),
            _ => None,
        });
        let streamed = name.starts_with("xl/worksheets/") || name == "content.xml";
        let most = if streamed { left } else { left.min(KEPT_BYTES) };
        let (length, regions) = length(&mut part, most)?;
        (left, merged) = (left - length, merged + regions);
    }
    if merged > REGIONS {
        return Err(refused("the spreadsheet has more merged cells than any form; take them apart"));
    }
    if let Some(Spreadsheet::Xlsx { has_merged }) = &mut found {
        *has_merged = merged > 0;
    }
    found.ok_or_else(|| refused("the file is no spreadsheet; save it as .xlsx, .ods or CSV"))
}

/// What a sheet says of merged cells, after the colon of its namespace if it has one (ECMA-376, part 1, §18.3.1.54).
const MERGED: &[u8] = b"mergeCell ";

/// How long a part is, unpacked, and how many merged cells it has.
fn length(part: &mut dyn Read, most: u64) -> Result<(u64, usize)> {
    let mut piece = [0; 32 << 10];
    let (mut length, mut text, mut regions) = (0_u64, 0_u64, Regions::default());
    loop {
        let read = part.read(&mut piece).map_err(broken)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((length, regions.count));
        }
        length += read as u64;
        regions.pass(bytes);
        // A reader of XML holds what stands between two tags.
        text = match bytes.iter().rposition(|byte| *byte == b'<') {
            Some(at) => (read - at) as u64,
            None => text + read as u64,
        };
        if length > most || text > TEXT_BYTES {
            return Err(refused(
                "the spreadsheet is too large once it is unpacked; save it as CSV, or divide it",
            ));
        }
    }
}

/// Counts what is merged, in bytes that come in pieces.
#[derive(Default)]
struct Regions {
    count: usize,
    /// How much of the word the last piece ended with.
    begun: usize,
}

impl Regions {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // No beginning of the word comes again within it, so that one that breaks off begins at once or not at all.
            self.begun = match MERGED.get(self.begun) {
                Some(next) if next == byte => self.begun + 1,
                _ => usize::from(MERGED.first() == Some(byte)),
            };
            if self.begun == MERGED.len() {
                (self.count, self.begun) = (self.count + 1, 0);
            }
        }
    }
}

/// What the library says goes no further: it may quote the cell that it could not read.
pub(super) fn broken(_: impl std::error::Error) -> omm_core::Error {
    refused("the spreadsheet is damaged or protected by a password; save it anew, without a password")
}
