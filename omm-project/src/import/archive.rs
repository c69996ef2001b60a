//! Spreadsheets that are ZIP archives: how large they become is measured before anything is kept of them.

use super::file::{File, Limits, refused};
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
    Xlsx,
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
    let mut found = None;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        found = found.or(match name.as_str() {
            "xl/workbook.xml" => Some(Spreadsheet::Xlsx),
            "content.xml" => Some(Spreadsheet::Ods),
            _ => None,
        });
        let streamed = name.starts_with("xl/worksheets/") || name == "content.xml";
        let most = if streamed { left } else { left.min(KEPT_BYTES) };
        left -= length(&mut part, most)?;
    }
    found.ok_or_else(|| refused("the file is no spreadsheet; save it as .xlsx, .ods or CSV"))
}

/// How long a part is, unpacked.
fn length(part: &mut dyn Read, most: u64) -> Result<u64> {
    let mut piece = [0; 32 << 10];
    let (mut length, mut text) = (0_u64, 0_u64);
    loop {
        let read = part.read(&mut piece).map_err(broken)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(length);
        }
        length += read as u64;
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

/// What the library says goes no further: it may quote the cell that it could not read.
pub(super) fn broken(_: impl std::error::Error) -> omm_core::Error {
    refused("the spreadsheet is damaged or protected by a password; save it anew, without a password")
}
