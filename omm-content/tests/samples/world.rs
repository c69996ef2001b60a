//! Where the samples are, and what is read from them.

use omm_content::read::{ics, vcf};
use std::{fs, io, path::Path};

/// All files of a form, with their paths; none if they are not here.
pub(crate) fn files(form: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = std::env::var_os("OMM_SHARED_DATA").map(std::path::PathBuf::from);
    let root =
        root.or_else(|| Some(Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?.join("shared/data")))?;
    let root = root.join("files").join(form);
    if !root.is_dir() {
        println!("skipped: no shared data");
        return None;
    }
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            if entry.file_type().expect("a kind").is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(&root).expect("below the root").display().to_string();
                files.push((name, fs::read(entry.path()).expect("a file")));
            }
        }
    }
    files.sort();
    Some(files)
}

pub(crate) fn ics_items(bytes: &[u8]) -> Vec<Vec<u8>> {
    let index = ics::Index::of(bytes).expect("memory");
    let render = |entry| index.render(entry, &mut |at, count| range(bytes, at, count)).expect("memory");
    index.entries().iter().map(render).collect()
}

pub(crate) fn vcf_items(bytes: &[u8], vcard_3: bool) -> Vec<Vec<u8>> {
    let index = vcf::Index::of(bytes).expect("memory");
    let options = vcf::Options { vcard_3 };
    let render =
        |entry| index.render(entry, options, &mut |at, count| range(bytes, at, count)).expect("memory");
    index.entries().iter().map(render).collect()
}

fn range(bytes: &[u8], at: u64, count: u64) -> io::Result<Vec<u8>> {
    Ok(bytes[at as usize..(at + count) as usize].to_vec())
}
