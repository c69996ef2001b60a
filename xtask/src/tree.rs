//! Two Maildir trees compared: every message once, byte for byte, with its flags, folder by folder.

use anyhow::{Result, bail};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// Files that are messages: those in `cur` and `new`. What is left in `tmp` is no message.
pub(crate) fn messages(root: &Path) -> impl Iterator<Item = PathBuf> {
    let files = WalkDir::new(root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).filter(|path| matches!(room(path), Some("cur" | "new")))
}

pub(crate) fn count(root: &Path) -> usize {
    messages(root).count()
}

/// An error that says what differs, unless both trees hold the same.
pub(crate) fn must_be_equal(source: &Path, copy: &Path) -> Result<()> {
    let differences = differences(source, copy)?;
    if differences.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = differences.iter().take(10).map(String::as_str).collect();
    bail!("{} differences between source and copy:\n  {}", differences.len(), shown.join("\n  "))
}

/// What one folder, or the whole tree, has of one body.
#[derive(Default)]
struct Seen {
    /// The flags of each message with this body, on both sides.
    flags: [Vec<String>; 2],
    folders: [BTreeSet<PathBuf>; 2],
}

fn differences(source: &Path, copy: &Path) -> Result<Vec<String>> {
    let mut bodies: HashMap<Vec<u8>, Seen> = HashMap::new();
    for (side, root) in [source, copy].into_iter().enumerate() {
        for path in messages(root) {
            let seen = bodies.entry(fs::read(&path)?).or_default();
            seen.flags[side].push(flags(&path));
            seen.folders[side].extend(path.parent().and_then(Path::parent).map(Path::to_owned));
        }
    }
    let mut found = Vec::new();
    let mut targets: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for (body, mut seen) in bodies {
        seen.flags.iter_mut().for_each(|flags| flags.sort());
        let [at_source, at_copy] = &seen.flags;
        if at_source.len() != at_copy.len() {
            let (there, here) = (at_source.len(), at_copy.len());
            found.push(format!("{there} at the source, {here} at the copy: {}", subject(&body)));
        } else if at_source != at_copy {
            found.push(format!("flags {at_source:?} became {at_copy:?}: {}", subject(&body)));
        }
        for folder in &seen.folders[0] {
            targets.entry(folder.clone()).or_default().extend(seen.folders[1].iter().cloned());
        }
    }
    let mut taken = BTreeSet::new();
    for (folder, copies) in targets {
        if copies.len() != 1 || !copies.iter().all(|copy| taken.insert(copy.clone())) {
            found.push(format!("{} was copied to {copies:?}", folder.display()));
        }
    }
    found.sort();
    Ok(found)
}

fn room(path: &Path) -> Option<&str> {
    path.parent()?.file_name()?.to_str()
}

/// The letters after `:2,`, however the separator is spelled.
fn flags(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut letters: Vec<char> =
        name.rsplit_once("2,").map_or_else(Vec::new, |(_, flags)| flags.chars().collect());
    letters.sort_unstable();
    letters.into_iter().collect()
}

fn subject(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().find(|line| line.starts_with("Subject:"));
    format!("{} ({} bytes)", line.unwrap_or("no subject"), body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    #[test]
    fn what_differs_is_found() {
        let source = [("cur/1.a;2,S", "one"), (".B/new/2", "two"), ("cur/3.a;2,FS", "one")];
        for (copy, equal) in [
            (vec![("cur/9;2,S", "one"), ("cur/8;2,SF", "one"), (".C/cur/2;2,", "two")], true),
            (vec![("cur/9;2,S", "one"), ("cur/8;2,S", "one"), (".C/cur/2;2,", "two")], false),
            (vec![("cur/9;2,S", "one"), (".C/cur/2;2,", "two")], false),
            (vec![("cur/9;2,S", "one"), ("cur/8;2,FS", "one"), ("cur/2", "two")], false),
            (vec![("cur/9;2,S", "one"), ("cur/8;2,FS", "one"), (".C/tmp/2", "two")], false),
            (vec![("cur/9;2,S", "one"), ("cur/8;2,FS", "one"), (".C/new/2", "two\n")], false),
        ] {
            let found = differences(tree(&source).path(), tree(&copy).path()).expect("trees can be read");
            assert_eq!(found.is_empty(), equal, "{copy:?}: {found:?}");
        }
    }
}
