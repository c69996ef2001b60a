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
    fs::{self, File},
    io::{self, BufWriter, Write},
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
/// [`ErrorKind::Config`] if `tree` is none; the file system's, naming the path.
pub fn join(tree: &Path, into: &Path) -> Result<Vec<Joined>> {
    if !tree.join(MARKER).is_file() {
        let message = "this is no dir: tree; copy the account into one first: omm migrate SRC dir:PATH";
        return Err(
            Error::new(ErrorKind::Config, Side::Source, "export", message).with("path", tree.display())
        );
    }
    let failed = |cause| error::io(Side::Source, Scope::Account, "export", tree, cause);
    let mut joined = Vec::new();
    for (relative, card) in dir::folders(tree).map_err(failed)? {
        if card.kind == ItemKind::Mail {
            continue;
        }
        let folder = relative::to_path(tree, &relative);
        let file = place_of(into, &card.path, card.kind);
        let written = one(&folder, card.kind, &file)
            .map_err(|cause| error::io(Side::Destination, Scope::Account, "export", &file, cause))?;
        if let Some(items) = written {
            joined.push(Joined { folder: card.path, kind: card.kind, items, file });
        }
    }
    Ok(joined)
}

fn place_of(into: &Path, folder: &FolderPath, kind: ItemKind) -> PathBuf {
    let mut file = into.to_owned();
    file.extend(folder.segments().map(names::encode));
    let extension = if kind == ItemKind::Contact { ".vcf" } else { ".ics" };
    file.as_mut_os_string().push(extension);
    file
}

/// Writes the file of one folder; how many items are in it.
fn one(folder: &Path, kind: ItemKind, file: &Path) -> io::Result<Option<u64>> {
    let is_item = |name: &str| !name.starts_with('.');
    let entries = sorted(folder)?.into_iter().filter(|entry| {
        is_item(&relative::shown(&entry.file_name())) && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    let items: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    if items.is_empty() {
        return Ok(None);
    }
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    let mut scratch = file.as_os_str().to_owned();
    scratch.push(".part");
    let out = BufWriter::new(File::create(&scratch)?);
    let mut out = match kind {
        ItemKind::Contact => {
            let mut cards = Vcf::new(out);
            items.iter().try_for_each(|item| cards.add(&fs::read(item)?))?;
            cards.finish()?
        }
        _ => {
            let mut calendar = Ics::new(out);
            items.iter().try_for_each(|item| calendar.add(&fs::read(item)?))?;
            calendar.finish()?
        }
    };
    out.flush()?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&scratch, file)?;
    Ok(Some(items.len() as u64))
}
