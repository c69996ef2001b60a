//! A `dir:` tree put together: one `.vcf` for each folder of contacts, one `.ics` for each calendar, task list and folder of
//! notes, as other programs read them.

use crate::{dir, error, names, relative, sidecar::MARKER, tree::sorted};
use omm_content::join::{Ics, Vcf};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{FolderPath, ItemKind},
};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Joined {
    /// The folder of the tree.
    pub folder: FolderPath,
    /// What it holds.
    pub kind: ItemKind,
    /// How many items were put together.
    pub items: u64,
    /// The file.
    pub file: PathBuf,
}

/// Puts together the folders of a `dir:` tree that hold anything but mail. Blocks.
///
/// The files lie in `into` as the folders lie in the tree; an earlier one is replaced, once the new one is whole. The same
/// tree gives the same bytes. Folders without items give none.
///
/// # Errors
/// [`ErrorKind::Config`] if `tree` is none, or if `into` lies in it or is a file; the file system's, naming the path.
pub fn join(tree: &Path, into: &Path) -> Result<Vec<Joined>> {
    if !tree.join(MARKER).is_file() {
        let message = "this is no dir: tree; copy the account into one first: omm migrate SRC dir:PATH";
        return Err(config(Side::Source, message, tree));
    }
    let failed = |cause| error::io(Side::Host, Scope::Account, "export", tree, cause);
    if real(into).starts_with(tree.canonicalize().map_err(failed)?) {
        let message =
            "this lies in the tree itself, where it would be taken for items; choose another folder";
        return Err(config(Side::Destination, message, into));
    }
    if into.exists() && !into.is_dir() {
        return Err(config(Side::Destination, "this is a file, not a folder", into));
    }
    let mut joined = Vec::new();
    let mut names = Names::default();
    for (relative, card) in dir::folders(tree).map_err(failed)? {
        let items = items(&relative::to_path(tree, &relative)).map_err(failed)?;
        if card.kind == ItemKind::Mail || items.is_empty() {
            continue;
        }
        let file = into.join(names.file(&card.path, card.kind));
        write(&items, card.kind, &file)?;
        joined.push(Joined { folder: card.path, kind: card.kind, items: items.len() as u64, file });
    }
    Ok(joined)
}

fn config(side: Side, message: &str, path: &Path) -> Error {
    Error::new(ErrorKind::Config, side, "export", message).with("path", path.display())
}

/// A path that may not be there yet, with the links resolved in the part that is.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match there {
        Some((above, canonical)) => canonical.join(absolute.strip_prefix(above).unwrap_or(Path::new(""))),
        None => absolute,
    }
}

/// The files so far. Two never have one name, in any letters: `a.ics` is the file of the folder `a`, and would be the
/// directory of what lies in a folder `a.ics`.
#[derive(Default)]
struct Names {
    files: HashSet<String>,
    directories: HashSet<String>,
}

impl Names {
    /// The way to the file of a folder, below the target.
    fn file(&mut self, folder: &FolderPath, kind: ItemKind) -> PathBuf {
        let extension = if kind == ItemKind::Contact { "vcf" } else { "ics" };
        let mut segments: Vec<String> = folder.segments().map(names::encode).collect();
        let last = segments.pop().unwrap_or_default();
        let mut way = PathBuf::new();
        for segment in segments {
            let free = |name: &str| !self.files.contains(&folded(&way.join(name)));
            let name = numbered(&segment, "", free);
            way.push(name);
            self.directories.insert(folded(&way));
        }
        let free = |name: &str| {
            let name = folded(&way.join(name));
            !self.files.contains(&name) && !self.directories.contains(&name)
        };
        let name = numbered(&last, &format!(".{extension}"), free);
        way.push(name);
        self.files.insert(folded(&way));
        way
    }
}

fn folded(path: &Path) -> String {
    names::fold(&path.to_string_lossy())
}

/// The first of `name`, `name (2)`, `name (3)` … that is free.
fn numbered(name: &str, ending: &str, free: impl Fn(&str) -> bool) -> String {
    let plain = format!("{name}{ending}");
    if free(&plain) {
        return plain;
    }
    let mut numbers = (2..).map(|number: u64| format!("{name} ({number}){ending}"));
    numbers.find(|name| free(name)).unwrap_or(plain)
}

/// The items of a folder, in the order of their names.
fn items(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = sorted(folder)?.into_iter().filter(|entry| {
        let is_ours = relative::shown(&entry.file_name()).starts_with('.');
        !is_ours && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    Ok(entries.map(|entry| entry.path()).collect())
}

/// Writes the file of one folder: beside it first, so that nobody ever finds half of it.
fn write(items: &[PathBuf], kind: ItemKind, file: &Path) -> Result<()> {
    let failed = |cause| error::io(Side::Host, Scope::Account, "export", file, cause);
    let mut scratch = file.as_os_str().to_owned();
    scratch.push(".part");
    let scratch = PathBuf::from(scratch);
    fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    let written = File::create(&scratch).map_err(failed).and_then(|out| {
        let out = BufWriter::new(out);
        let out = match kind {
            ItemKind::Contact => {
                let mut cards = Vcf::new(out);
                each(items, |item| cards.add(item).map_err(failed))?;
                cards.finish()
            }
            _ => {
                let mut calendar = Ics::new(out);
                each(items, |item| calendar.add(item).map_err(failed))?;
                calendar.finish()
            }
        };
        let whole = out.and_then(|out| out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all());
        whole.and_then(|()| fs::rename(&scratch, file)).map_err(failed)
    });
    if written.is_err() {
        // What is half is of no use; that it cannot be removed is not worse than what happened already.
        let _ = fs::remove_file(&scratch);
    }
    written
}

fn each(items: &[PathBuf], mut add: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    items.iter().try_for_each(|item| {
        let unread = |cause| error::io(Side::Host, Scope::Account, "export", item, cause);
        add(&fs::read(item).map_err(unread)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_names_of_their_own() {
        let mut names = Names::default();
        for (folder, kind, file) in [
            (&["a"][..], ItemKind::Event, "a.ics"),
            (&["a"], ItemKind::Contact, "a.vcf"),
            (&["A"], ItemKind::Task, "A (2).ics"),
            (&["a.ics", "b"], ItemKind::Event, "a.ics (2)/b.ics"),
            (&["a.ics", "c"], ItemKind::Event, "a.ics (2)/c.ics"),
            (&["x.vcf", "y"], ItemKind::Event, "x.vcf/y.ics"),
            (&["x"], ItemKind::Contact, "x (2).vcf"),
            (&["../up", ".hidden"], ItemKind::Note, "%2E.%2Fup/%2Ehidden.ics"),
        ] {
            let path = FolderPath::new(folder.iter().copied());
            assert_eq!(names.file(&path, kind), Path::new(file), "{folder:?}");
        }
    }
}
