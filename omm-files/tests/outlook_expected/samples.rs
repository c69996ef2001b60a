//! Where the files are, and how lines are compared.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Lines of which we may have more: others do not list these fields, only some of them, or only where they are no
/// derived ones, as is the date of a message that was never sent.
const MORE: [&str; 9] = [
    "tel | ",
    "url | ",
    "address | ",
    "text | ",
    "html | ",
    "importance | ",
    "date | ",
    "message id | ",
    "name of ",
];

/// Every file, or none with a line that says so.
pub(crate) fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent);
    // A worktree lies a level deeper than the workspace.
    let places = root.into_iter().flat_map(|root| [root.join("shared"), root.join("../shared")]);
    let Some(root) = places.map(|shared| shared.join("data/files/pst")).find(|place| place.is_dir()) else {
        println!("skipped: no shared data");
        return Vec::new();
    };
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root).expect("a folder") {
        let folder = folder.expect("an entry").path();
        for file in std::fs::read_dir(folder).expect("a folder of files") {
            let file = file.expect("an entry").path();
            if file.extension().is_some_and(|extension| extension == "pst" || extension == "ost") {
                files.push(file);
            }
        }
    }
    files.sort();
    files
}

/// `origin/name`.
pub(crate) fn label(file: &Path) -> String {
    let mut parts: Vec<_> =
        file.iter().rev().take(2).map(|part| part.to_string_lossy().into_owned()).collect();
    parts.reverse();
    parts.join("/")
}

/// What is on one side only, each line with how often.
pub(crate) fn difference(expected: &[String], found: &[String]) -> Vec<String> {
    let mut lines: BTreeMap<&str, i64> = BTreeMap::new();
    expected.iter().for_each(|line| *lines.entry(line).or_default() -= 1);
    found.iter().for_each(|line| *lines.entry(line).or_default() += 1);
    let allowed = |line: &str| MORE.iter().any(|aspect| line.starts_with(aspect));
    let differ = lines.into_iter().filter(|(line, count)| *count < 0 || *count > 0 && !allowed(line));
    differ
        .map(|(line, count)| {
            format!("{} {} {line}", if count < 0 { "expected" } else { "found" }, count.abs())
        })
        .collect()
}
