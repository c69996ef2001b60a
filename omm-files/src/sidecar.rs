//! The small files in which a `dir:` tree keeps what file systems do not: `.omm-folder` and `.omm-flags`.

use crate::maildir::is_maildir;
use omm_core::{
    model::{Flags, FolderPath, ItemKind, Role},
    seam::Wanted,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// The file at the root of a tree, which says that it is one and how it is laid out.
pub(crate) const MARKER: &str = ".omm-dir";
/// What is in it.
pub(crate) const MARKER_TEXT: &str = "omm dir 1\n";

/// What a folder is, beside its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FolderCard {
    pub(crate) version: u32,
    /// Its path in clear; names on disk may be encoded or shortened.
    pub(crate) path: FolderPath,
    pub(crate) kind: ItemKind,
    #[serde(default)]
    pub(crate) role: Option<Role>,
    pub(crate) subscribed: bool,
}

impl FolderCard {
    /// The name of the file.
    pub(crate) const NAME: &str = ".omm-folder";

    /// The card of a folder that is to be made.
    pub(crate) fn of(wanted: &Wanted) -> Self {
        let Wanted { path, role, kind, subscribed, .. } = wanted.clone();
        Self { version: 1, path, kind, role, subscribed }
    }

    /// Reads a folder's card; nothing if it has none or it cannot be understood.
    pub(crate) fn read(dir: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(dir.join(Self::NAME)).ok()?).ok()
    }

    /// What a folder holds: as its card says, or mail if it is a Maildir without one.
    pub(crate) fn kind_of(dir: &Path) -> Option<ItemKind> {
        Self::read(dir).map(|card| card.kind).or_else(|| is_maildir(dir).then_some(ItemKind::Mail))
    }

    /// Writes it, durably.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        write_atomically(dir, Self::NAME, &self.text()?)
    }

    /// Writes the first one of a folder; the caller makes it durable. After a power failure it may be torn, which reads
    /// as none, and is written anew.
    pub(crate) fn write_first(&self, dir: &Path) -> io::Result<File> {
        let mut file = File::create(dir.join(Self::NAME))?;
        file.write_all(&self.text()?)?;
        Ok(file)
    }

    fn text(&self) -> io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec(self).map_err(io::Error::other)?;
        text.push(b'\n');
        Ok(text)
    }
}

/// The flags of items that have no place for them in their names: lines of `name<tab>flags`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FlagFile(BTreeMap<String, Flags>);

impl FlagFile {
    /// The name of the file.
    pub(crate) const NAME: &str = ".omm-flags";

    /// Reads it; empty if it is not there.
    pub(crate) fn read(dir: &Path) -> io::Result<Self> {
        let text = match fs::read(dir.join(Self::NAME)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text?,
        };
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        Ok(Self(lines.map(|(name, flags)| (name.to_owned(), Flags::parse(flags))).collect()))
    }

    /// The flags of a file.
    pub(crate) fn get(&self, name: &str) -> Flags {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// Changes them; says whether that made a difference.
    pub(crate) fn set(&mut self, name: &str, flags: &Flags) -> bool {
        if self.get(name) == *flags {
            return false;
        }
        match flags.is_empty() {
            true => self.0.remove(name),
            false => self.0.insert(name.to_owned(), flags.clone()),
        };
        true
    }

    /// Writes it, durably.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let text: String = self.0.iter().map(|(name, flags)| format!("{name}\t{flags}\n")).collect();
        write_atomically(dir, Self::NAME, text.as_bytes())
    }
}

/// Writes a file so that after a power failure the old or the new text is there.
pub(crate) fn write_atomically(dir: &Path, name: &str, text: &[u8]) -> io::Result<()> {
    let scratch = dir.join(format!(".omm-tmp{}", name.replace('.', "-")));
    let mut file = File::create(&scratch)?;
    file.write_all(text)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&scratch, dir.join(name))?;
    sync_dir(dir)
}

/// Makes renames and removals in a directory durable.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Windows cannot sync a directory; its renames are journalled by the file system.
#[cfg(not(unix))]
pub(crate) fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}
