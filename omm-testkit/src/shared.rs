//! Samples of real servers and programs, which lie beside the repository and not in it.

use std::path::{Path, PathBuf};

/// A folder of them: of `OMM_SHARED_DATA`, or of `shared/data` beside the repository or a worktree of it. Nothing, and a line
/// that says so, where there is none.
pub fn shared_data(folder: &str) -> Option<PathBuf> {
    let named = std::env::var_os("OMM_SHARED_DATA").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let places = match named {
        Some(named) => vec![named],
        None => vec![root.join("../shared/data"), root.join("../../shared/data")],
    };
    let found = places.into_iter().map(|place| place.join(folder)).find(|place| place.is_dir());
    if found.is_none() {
        eprintln!("skipped: no shared data");
    }
    found
}

/// All files below a folder, in order.
///
/// # Panics
/// If it cannot be read.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// All files below a folder of samples, each with its path from there.
pub fn shared_files(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = shared_data(folder)?;
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below the root").display().to_string();
        (name, std::fs::read(path).expect("a file"))
    };
    Some(files_below(&root).into_iter().map(named).collect())
}
