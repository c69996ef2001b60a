//! Where the samples are, and what is read from them.

use omm_content::read::{ics, vcf};
use std::{fs, io, path::Path};

/// All files of a form, with their paths; none if they are not here.
pub(crate) fn files(form: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = std::env::var_os("OMM_SHARED_DATA").map(std::path::PathBuf::from);
    let root = root.or_else(|| {
        Some(Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?.join("shared/data/files"))
    })?;
    let root = root.join(form);
    if !root.is_dir() {
        println!("skipped: no shared data");
        return None;
    }
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(&root).unwrap().display().to_string();
                files.push((name, fs::read(entry.path()).unwrap()));
            }
        }
    }
    files.sort();
    Some(files)
}

pub(crate) fn ics_items(bytes: &[u8]) -> Vec<Vec<u8>> {
    let index = ics::Index::of(bytes).unwrap();
    let render = |entry| index.render(entry, &mut |at, count| range(bytes, at, count)).unwrap();
    index.entries().iter().map(render).collect()
}

pub(crate) fn vcf_items(bytes: &[u8], vcard_3: bool) -> Vec<Vec<u8>> {
    let index = vcf::Index::of(bytes).unwrap();
    let options = vcf::Options { vcard_3 };
    let render = |entry| index.render(entry, options, &mut |at, count| range(bytes, at, count)).unwrap();
    index.entries().iter().map(render).collect()
}

fn range(bytes: &[u8], at: u64, count: u64) -> io::Result<Vec<u8>> {
    Ok(bytes[at as usize..(at + count) as usize].to_vec())
}

/// The first line that is another one.
pub(crate) fn difference(item: &[u8], again: &[Vec<u8>]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(second) = again.first() else { return "nothing".to_owned() };
    let (first, second) = (text(item), text(second));
    let pair = first.lines().zip(second.lines()).find(|(a, b)| a != b);
    format!("{} items, {pair:?}", again.len())
}

pub(crate) fn folded(text: &str) -> String {
    text.as_bytes()
        .chunks(60)
        .map(|chunk| String::from_utf8_lossy(chunk).into_owned())
        .collect::<Vec<_>>()
        .join("\r\n ")
}
