//! Where the real data files of Outlook are.

use std::path::{Path, PathBuf};

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
