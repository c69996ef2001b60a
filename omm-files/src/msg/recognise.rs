//! What a compound file is: many programs keep their documents in one.

use super::properties::STREAM;
use cfb::CompoundFile;
use std::io::{self, Read, Seek};

/// The first eight bytes of every compound file ([MS-CFB] §2.2).
const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Whose documents have a stream or storage of this name at their root.
const OTHERS: [(&str, &str); 8] = [
    ("/WordDocument", "a Word document"),
    ("/Workbook", "an Excel workbook"),
    ("/Book", "an Excel workbook"),
    ("/PowerPoint Document", "a PowerPoint presentation"),
    ("/VisioDocument", "a Visio drawing"),
    ("/EncryptedPackage", "a protected Office document"),
    ("/__nameid_version1.0", "a message without its properties"),
    ("/Catalog", "a cache of thumbnails"),
];

/// Whether a file that begins like this is a compound file; most of them are no message. Eight bytes suffice.
pub fn is_compound(head: &[u8]) -> bool {
    head.starts_with(&SIGNATURE)
}

/// Whether a file is a message: a compound file whose root has the properties of one ([MS-OXMSG] §2.4).
///
/// Reads the tables of sectors and the directory, not what lies in the file.
///
/// # Errors
/// If the disk fails; bytes that are no compound file are no message.
pub fn is_message(mut file: impl Read + Seek) -> io::Result<bool> {
    let mut head = [0; SIGNATURE.len()];
    file.rewind()?;
    match file.read_exact(&mut head) {
        Ok(()) if is_compound(&head) => {}
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => return Ok(false),
    }
    file.rewind()?;
    match CompoundFile::open(file) {
        Ok(file) => Ok(file.is_stream(stream_path())),
        Err(error) if super::compound::is_damage(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn stream_path() -> String {
    format!("/{STREAM}")
}

/// What a compound file without a message perhaps is.
pub(super) fn other(exists: impl Fn(&str) -> bool) -> Option<&'static str> {
    OTHERS.iter().find(|(name, _)| exists(name)).map(|(_, what)| *what)
}
