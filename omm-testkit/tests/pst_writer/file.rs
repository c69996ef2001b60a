//! A file with one of everything.

use omm_testkit::pst::{Crypt, Format, PstBuilder, filled};
use std::{fs, io::Cursor, path::Path, process::Command};
use tempfile::TempDir;

/// Every format with every disguise.
pub(crate) const KINDS: [(Format, Crypt); 6] = [
    (Format::Unicode, Crypt::None),
    (Format::Unicode, Crypt::Permute),
    (Format::Unicode, Crypt::Cyclic),
    (Format::Ansi, Crypt::None),
    (Format::Ansi, Crypt::Permute),
    (Format::Ansi, Crypt::Cyclic),
];

/// The bytes of a file, and what is in it. The largest attachment has two levels of lists over it.
pub(crate) fn bytes(format: Format, crypt: Crypt) -> (Vec<u8>, filled::Everything) {
    let out = Cursor::new(Vec::new());
    let mut pst = PstBuilder::new(format).crypt(crypt).password("secret").start(out).unwrap();
    // Two levels: 1,021 blocks are a list in the wide format, 2,043 in the narrow one.
    let large = if format == Format::Unicode { 9 << 20 } else { 18 << 20 };
    let made = filled::everything(&mut pst, large).unwrap();
    (pst.finish().unwrap().into_inner(), made)
}

/// The file on disk, in a directory of its own.
pub(crate) fn on_disk(format: Format, crypt: Crypt) -> (TempDir, filled::Everything) {
    let directory = tempfile::tempdir().unwrap();
    let (bytes, made) = bytes(format, crypt);
    fs::write(directory.path().join("all.pst"), bytes).unwrap();
    (directory, made)
}

/// Whether a program can be started.
pub(crate) fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("-V").output().is_ok();
    if !there {
        println!("skipped: {program} is not installed");
    }
    there
}

/// Every file below a directory.
pub(crate) fn files(directory: &Path) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(fs::read(&path).unwrap());
        }
    }
    all
}

/// Every attachment of bytes in items, embedded ones among them.
pub(crate) fn attached(items: &[omm_testkit::pst::Item]) -> Vec<Vec<u8>> {
    use omm_testkit::pst::Content;
    let mut all = Vec::new();
    for attachment in items.iter().flat_map(|item| &item.attachments) {
        match &attachment.content {
            Content::Bytes(bytes) => all.push(bytes.clone()),
            Content::Embedded(item) => all.extend(attached(&[(**item).clone()])),
            Content::Ole(_) | Content::Reference(_) => {}
        }
    }
    all
}
