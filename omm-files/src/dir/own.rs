//! The tree as a whole: whose it is, its lock, and what is remembered about its folders.

use super::{durable::Fresh, recent::Recent};
use crate::{
    error, relative,
    sidecar::{FolderCard, MARKER, MARKER_TEXT, write_atomically},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Scope, Side},
    host::Runtime,
    model::{DestFolderId, ItemKind},
};
use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const LOCK: &str = ".omm-lock";

/// A tree of ours, or a place where there will be one.
pub(crate) struct Own {
    root: PathBuf,
    /// Whose threads help to wait for the disk.
    pub(super) runtime: Arc<dyn Runtime>,
    memory: Mutex<Memory>,
}

/// What this handle remembers; all of it can be read again from disk.
#[derive(Default)]
pub(super) struct Memory {
    folders: HashMap<String, FolderMemory>,
    recent: Recent,
}

#[derive(Default)]
pub(super) struct FolderMemory {
    /// Once the directory was read.
    pub(super) numbers: Option<Numbers>,
}

/// The numbers of a folder that are still to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) next: u64,
    /// What the folder's file says: numbers below it are ours to give, unless another process writes there as well.
    pub(super) reserved: u64,
}

/// The right to change the tree: no other handle and no other process has it now.
pub(super) struct Locked<'a> {
    memory: MutexGuard<'a, Memory>,
    _file: File,
}

impl Locked<'_> {
    pub(super) fn folder(&mut self, folder: &Place) -> &mut FolderMemory {
        self.memory.folders.entry(folder.id.as_str().to_owned()).or_default()
    }

    /// Remembers the file name of an item.
    pub(super) fn remember(&mut self, folder: &Place, id: &str, name: String) {
        self.memory.recent.remember(folder.id.as_str(), id, name);
    }

    pub(super) fn forget(&mut self, folder: &DestFolderId) {
        self.memory.folders.remove(folder.as_str());
    }
}

/// A folder of the tree.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: DestFolderId,
    pub(super) dir: PathBuf,
    pub(super) kind: ItemKind,
}

impl Place {
    /// Where finished items are.
    pub(super) fn items(&self) -> PathBuf {
        if self.kind == ItemKind::Mail { self.dir.join("cur") } else { self.dir.clone() }
    }

    /// An I/O error in this folder.
    pub(super) fn failed(&self, operation: &'static str, cause: io::Error) -> Error {
        error::io(Side::Destination, Scope::Folder, operation, &self.dir, cause)
    }
}

impl Own {
    /// Looks at the place and refuses it if it holds something else. Writes nothing.
    pub(crate) fn open(root: PathBuf, runtime: Arc<dyn Runtime>) -> Result<Self> {
        let failed = |cause| error::io(Side::Destination, Scope::Account, "open a dir: tree", &root, cause);
        match fs::metadata(&root) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(failed(cause)),
            Ok(meta) if !meta.is_dir() => return Err(refused(&root, "this is a file, not a folder")),
            Ok(_) => match fs::read(root.join(MARKER)) {
                Ok(text) => check_marker(&root, &text)?,
                Err(_) if is_vacant(&root).map_err(failed)? => {}
                Err(_) => {
                    let message = "this folder holds other files; name a new or an empty one";
                    return Err(refused(&root, message));
                }
            },
        }
        Ok(Self { root, runtime, memory: Mutex::default() })
    }

    /// Asked before each act: whoever was held up for longer than his time writes nothing more.
    pub(super) fn may_write(&self) -> Result<()> {
        self.runtime.may_write().map_err(|cause| {
            let message = "the time for which this process may write here is over; another one goes on";
            Error::new(ErrorKind::Local, Side::Destination, "write", message)
                .scope(Scope::Account)
                .retry(Retry::Never)
                .caused_by(cause)
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether something was written already.
    pub(super) fn exists(&self) -> bool {
        self.root.join(MARKER).is_file()
    }

    /// Makes the root, if it is not there. It is durable once `fresh` is.
    pub(super) fn create(&self, fresh: &mut Fresh) -> Result<()> {
        if self.exists() {
            return Ok(());
        }
        let mut make = || {
            make_private(&self.root)?;
            self.root.parent().into_iter().for_each(|parent| fresh.dir(parent));
            write_atomically(&self.root, MARKER, MARKER_TEXT.as_bytes())
        };
        make().map_err(|cause| {
            error::io(Side::Destination, Scope::Account, "make a dir: tree", &self.root, cause)
        })
    }

    /// Waits for the right to change the tree. Blocks.
    pub(super) fn lock(&self) -> Result<Locked<'_>> {
        let memory = self.memory();
        let locked = || {
            let file = File::options().create(true).truncate(false).write(true).open(self.root.join(LOCK))?;
            match file.lock() {
                // A file system without locks: the journal still lets only one run work on a migration.
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                other => other?,
            }
            Ok(file)
        };
        let file = locked().map_err(|cause| {
            error::io(Side::Destination, Scope::Account, "lock a dir: tree", &self.root, cause)
        })?;
        Ok(Locked { memory, _file: file })
    }

    /// What is remembered about a file name; for looking only.
    pub(super) fn remembered(&self, folder: &Place, id: &str) -> Option<String> {
        self.memory().recent.name(folder.id.as_str(), id).map(str::to_owned)
    }

    /// The folder behind an id.
    pub(super) fn place(&self, id: &DestFolderId) -> Result<Place> {
        let dir = relative::to_path(&self.root, id.as_str());
        match FolderCard::kind_of(&dir) {
            Some(kind) if dir != self.root => Ok(Place { id: id.clone(), dir, kind }),
            _ => Err(Error::new(
                ErrorKind::NotFound,
                Side::Destination,
                "open a folder",
                "the folder is not there",
            )
            .scope(Scope::Folder)
            .with("path", dir.display())),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // What is remembered is checked against the disk wherever it matters, so a panic elsewhere harms nothing.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_marker(root: &Path, text: &[u8]) -> Result<()> {
    match text == MARKER_TEXT.as_bytes() {
        true => Ok(()),
        false => Err(refused(root, "this tree was written by another version of OMM; use that one")),
    }
}

/// Whether there is nothing in a folder but what the system leaves everywhere.
fn is_vacant(root: &Path) -> io::Result<bool> {
    const LITTER: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", "lost+found"];
    for entry in fs::read_dir(root)? {
        let name = relative::shown(&entry?.file_name());
        // Ours without a marker: a crash just before it was written.
        if !LITTER.contains(&name.as_str()) && !name.starts_with(".omm-") {
            return Ok(false);
        }
    }
    Ok(true)
}

fn refused(root: &Path, message: &str) -> Error {
    Error::new(ErrorKind::Config, Side::Destination, "open a dir: tree", message).with("path", root.display())
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
