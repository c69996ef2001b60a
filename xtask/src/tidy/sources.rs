//! The files of the tree, as the checks see them.

use crate::run::heard;
use anyhow::{Context, Result};
use std::{fs, path::Path, process::Command};

/// All files that are, or would be, committed.
pub(crate) struct Tree {
    pub(crate) files: Vec<SourceFile>,
}

/// One file.
pub(crate) struct SourceFile {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// Its text; what is not UTF-8 reads as replacement characters.
    pub(crate) text: String,
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for path in paths(root)? {
            let bytes = fs::read(root.join(&path)).with_context(|| format!("read {path}"))?;
            files.push(SourceFile { path, text: String::from_utf8_lossy(&bytes).into_owned() });
        }
        Ok(Self { files })
    }

    /// A tree of the given files, for the checks' own tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| SourceFile { path: (*path).into(), text: (*text).into() };
        Self { files: files.iter().map(file).collect() }
    }

    pub(crate) fn find(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Rust files of what a crate ships: no tests, benches or build scripts.
    pub(crate) fn shipped<'a>(&'a self, krate: &'a str) -> impl Iterator<Item = &'a SourceFile> {
        self.rust().filter(move |file| {
            file.path.strip_prefix(krate).is_some_and(|inside| {
                inside.starts_with("/src/") && !inside.ends_with("/tests.rs") && !inside.contains("/tests/")
            })
        })
    }
}

impl SourceFile {
    /// The numbered lines of code: no comments, and nothing from the first test module on.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        numbered
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// By git where there is one, so that what is ignored is left out; else everything outside `target`.
fn paths(root: &Path) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let mut paths: Vec<String> = match heard(&mut git) {
        Ok((true, list)) => list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
        _ => walked(root),
    };
    // Deleted, but not committed yet.
    paths.retain(|path| root.join(path).is_file());
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn walked(root: &Path) -> Vec<String> {
    let hidden = |name: &str| name == "target" || name == ".git";
    let entries = walkdir::WalkDir::new(root)
        .into_iter()
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(hidden))
        .flatten();
    let inside = entries.filter_map(|entry| entry.path().strip_prefix(root).ok().map(Path::to_owned));
    inside.map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}
