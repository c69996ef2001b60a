//! Copies on disk: found by id, looked at, read, hashed.

use super::own::{Own, Place};
use crate::{directory::modified, error, maildir, maildir::Keywords, relative, sidecar::FlagFile};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{Body, DestFolderId, DestItemId, Digest, Digester, Flags, Intake, ItemKind},
    seam::{Expected, Presence},
};
use std::{
    collections::{HashMap, HashSet},
    fs::{self, DirEntry, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Keywords and flags of a folder, read once for a batch.
pub(super) struct FolderFlags {
    pub(super) keywords: Keywords,
    pub(super) file: FlagFile,
}

impl FolderFlags {
    pub(super) fn read(place: &Place) -> io::Result<Self> {
        Ok(match place.kind {
            ItemKind::Mail => {
                Self { keywords: Keywords::of_own_folder(&place.dir)?, file: FlagFile::default() }
            }
            _ => Self { keywords: Keywords::default(), file: FlagFile::read(&place.dir)? },
        })
    }

    /// The flags of the copy with this file name.
    pub(super) fn of(&self, place: &Place, name: &str) -> Flags {
        match place.kind {
            ItemKind::Mail => maildir::from_letters(maildir::split(name).1, &self.keywords),
            _ => self.file.get(name),
        }
    }
}

/// The id of the copy with this file name.
pub(super) fn id_of<'a>(place: &Place, name: &'a str) -> &'a str {
    if place.kind == ItemKind::Mail { maildir::split(name).0 } else { name }
}

/// Shows each item file of a folder with its text name, in no order. None is kept: a folder may hold a million.
pub(super) fn each_file(
    place: &Place,
    mut visit: impl FnMut(&str, &DirEntry) -> io::Result<()>,
) -> io::Result<()> {
    let dirs = match place.kind {
        ItemKind::Mail => vec![place.dir.join("cur"), place.dir.join("new")],
        _ => vec![place.dir.clone()],
    };
    for dir in dirs {
        let entries = match fs::read_dir(&dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = relative::to_text(&entry.file_name());
            if !name.starts_with('.') && !entry.file_type()?.is_dir() {
                visit(&name, &entry)?;
            }
        }
    }
    Ok(())
}

/// The digest of a file.
pub(super) fn digest_of(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let (mut digester, mut buffer) = (Digester::new(), vec![0; 128 * 1024]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(digester.finish().body),
            Ok(read) => digester.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What differs between a copy and what we wrote; nothing if it is as it was.
pub(super) fn difference(path: &Path, flags: &Flags, expected: &Expected) -> io::Result<Option<String>> {
    let size = fs::metadata(path)?.len();
    if size != expected.stored_size {
        return Ok(Some(format!("its size is {size}, not {}", expected.stored_size)));
    }
    if !expected.flags_match(flags) {
        return Ok(Some(format!("its flags are ({flags}), not ({})", expected.flags)));
    }
    match expected.digest {
        Some(digest) if digest_of(path)? != digest => Ok(Some("its content was changed".to_owned())),
        _ => Ok(None),
    }
}

impl Own {
    /// Where these copies are now. First where they were seen last, then by reading the directory once.
    pub(super) fn find(&self, place: &Place, ids: &[&DestItemId]) -> io::Result<HashMap<String, PathBuf>> {
        let mut found = HashMap::new();
        let mut missing = HashSet::new();
        for id in ids {
            let name = match place.kind {
                ItemKind::Mail => self.remembered(place, id.as_str()),
                _ => Some(id.as_str().to_owned()),
            };
            let path =
                name.map(|name| relative::to_path(&place.items(), &name)).filter(|path| path.is_file());
            match path {
                Some(path) => drop(found.insert(id.as_str().to_owned(), path)),
                None => drop(missing.insert(id.as_str())),
            }
        }
        if !missing.is_empty() && place.kind == ItemKind::Mail {
            each_file(place, |name, entry| {
                let id = id_of(place, name);
                if missing.contains(id) {
                    found.insert(id.to_owned(), entry.path());
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// What can be seen of copies.
    pub(super) fn inspect(&self, folder: &DestFolderId, ids: &[DestItemId]) -> Result<Vec<Option<Presence>>> {
        let place = self.place(folder)?;
        let look = || {
            let found = self.find(&place, &ids.iter().collect::<Vec<_>>())?;
            let flags = FolderFlags::read(&place)?;
            ids.iter()
                .map(|id| found.get(id.as_str()).map_or(Ok(None), |path| presence(&place, &flags, path)))
                .collect::<io::Result<Vec<_>>>()
        };
        look().map_err(|cause| place.failed("look at copies", cause))
    }

    /// The body of a copy, left in its file. Blocks.
    pub(super) fn read_back(&self, folder: &DestFolderId, id: &DestItemId, intake: &Intake) -> Result<Body> {
        let place = self.place(folder)?;
        let failed = |cause| {
            error::io(Side::Destination, Scope::Item, "read a copy", &place.dir, cause).with("item", id)
        };
        let found = self.find(&place, &[id]).map_err(failed)?;
        let Some(path) = found.get(id.as_str()) else {
            return Err(Error::new(ErrorKind::NotFound, Side::Destination, "read a copy", "it is not there")
                .with("item", id));
        };
        let file = File::open(path).map_err(failed)?;
        let len = file.metadata().map_err(failed)?.len();
        intake.region_blocking(Arc::new(file), 0, len)
    }
}

/// What can be seen of the copy at a path.
pub(super) fn presence(place: &Place, flags: &FolderFlags, path: &Path) -> io::Result<Option<Presence>> {
    let stat = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        stat => stat?,
    };
    let name = path.file_name().map_or_else(String::new, relative::to_text);
    let mut presence = Presence::new(stat.len(), flags.of(place, &name));
    presence.received = modified(&stat);
    // Contacts and appointments are small, and edited in place by other programs.
    if place.kind != ItemKind::Mail && stat.len() <= 64 * 1024 {
        presence.digest = Some(digest_of(path)?);
    }
    Ok(Some(presence))
}
