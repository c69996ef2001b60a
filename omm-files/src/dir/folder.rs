//! Folders of the tree: found, made, counted, removed.

use super::{
    durable::Fresh,
    own::{Own, Place},
};
use crate::{
    error,
    maildir::{KEYWORD_FILE, is_maildir},
    names, relative,
    sidecar::{FlagFile, FolderCard, sync_dir},
    tree::sorted,
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{DestFolderId, FolderPath, ItemKind, Role},
    seam::DestFolder,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The directories of a Maildir.
const MAILDIR: [&str; 3] = ["tmp", "new", "cur"];
/// Files of new folders that are held open until they are durable.
const OPEN: usize = 64;
/// The file with a number above all that a folder has given.
pub(super) const SEQUENCE: &str = ".omm-seq";
/// Our own files in a folder, the card last.
const CONTROL: [&str; 4] = [KEYWORD_FILE, FlagFile::NAME, SEQUENCE, FolderCard::NAME];

/// All folders of a tree with the way to them, parents before their children.
pub(crate) fn folders(root: &Path) -> io::Result<Vec<(String, FolderCard)>> {
    let mut found = Vec::new();
    for (name, dir) in children(root)? {
        collect(&dir, &name, &FolderPath::default(), &mut found);
    }
    Ok(found)
}

fn collect(dir: &Path, way: &str, above: &FolderPath, found: &mut Vec<(String, FolderCard)>) {
    let name = names::decode(&dir.file_name().map_or_else(String::new, relative::shown));
    let path = above.child(name);
    // A directory without a card: a Maildir that somebody put there, or a crash before the card was written.
    let card = FolderCard::read(dir).or_else(|| {
        let card =
            FolderCard { version: 1, path: path.clone(), kind: ItemKind::Mail, role: None, subscribed: true };
        is_maildir(dir).then_some(card)
    });
    let path = card.as_ref().map_or(path, |card| card.path.clone());
    found.extend(card.map(|card| (way.to_owned(), card)));
    for (name, dir) in children(dir).unwrap_or_default() {
        collect(&dir, &format!("{way}/{name}"), &path, found);
    }
}

/// The directories in a directory that are folders, by their text names.
fn children(dir: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let is_folder = |name: &str| !MAILDIR.contains(&name) && !name.starts_with('.');
    let entries = sorted(dir)?.into_iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let named = entries.map(|entry| (relative::to_text(&entry.file_name()), entry.path()));
    Ok(named.filter(|(name, _)| is_folder(name)).collect())
}

impl Own {
    /// The folders that are there.
    pub(super) fn folders(&self) -> Result<Vec<DestFolder>> {
        if !self.exists() {
            return Ok(Vec::new());
        }
        let found = folders(self.root()).map_err(|cause| {
            error::io(Side::Destination, Scope::Account, "list folders", self.root(), cause)
        })?;
        Ok(found.into_iter().map(|(way, card)| dest_folder(way, &card)).collect())
    }

    /// Finds or makes folders and their parents, and makes what is new durable, all at once.
    pub(super) fn ensure_all(&self, wanted: &[FolderCard]) -> Result<Vec<Result<DestFolder>>> {
        let failed = |cause| error::io(Side::Destination, Scope::Account, "make folders", self.root(), cause);
        let mut fresh = Fresh::default();
        let mut made = Vec::with_capacity(wanted.len());
        for card in wanted {
            made.push(self.ensure(card, &mut fresh));
            if fresh.open() >= OPEN {
                fresh.sync_files(&self.runtime).map_err(failed)?;
            }
        }
        fresh.sync(&self.runtime).map_err(failed)?;
        Ok(made)
    }

    /// Finds or makes a folder and its parents.
    fn ensure(&self, wanted: &FolderCard, fresh: &mut Fresh) -> Result<DestFolder> {
        if wanted.path.depth() == 0 {
            return Err(rejected("a folder needs a name", &wanted.path));
        }
        self.create(fresh)?;
        let _lock = self.lock()?;
        let (mut dir, mut way) = (self.root().to_owned(), String::new());
        let (mut path, mut created) = (FolderPath::default(), false);
        for segment in wanted.path.segments() {
            path = path.child(segment);
            let card = FolderCard { path: path.clone(), ..wanted.clone() };
            let is_last = path.depth() == wanted.path.depth();
            let made = step(&dir, segment).and_then(|(name, is_there)| {
                dir.push(&name);
                settle(&dir, card, is_there, is_last, fresh).map(|made| (name, made))
            });
            let (name, made) = made.map_err(|cause| match cause.kind() {
                io::ErrorKind::InvalidData => rejected(&cause.to_string(), &wanted.path),
                _ => error::io(Side::Destination, Scope::Folder, "make a folder", &dir, cause),
            })?;
            created = made;
            way = if way.is_empty() { text(&name) } else { format!("{way}/{}", text(&name)) };
        }
        let card = FolderCard::read(&dir).unwrap_or_else(|| wanted.clone());
        let mut folder = dest_folder(way, &card);
        folder.created = created;
        folder.items = count(&dir, card.kind).ok();
        Ok(folder)
    }

    /// Removes a folder in which there is no item and no folder.
    pub(super) fn remove_if_empty(&self, id: &DestFolderId) -> Result<bool> {
        let place = match self.place(id) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
            place => place?,
        };
        let mut lock = self.lock()?;
        let removed = remove(&place).map_err(|cause| place.failed("remove a folder", cause))?;
        if removed {
            lock.forget(id);
        }
        Ok(removed)
    }
}

fn dest_folder(way: String, card: &FolderCard) -> DestFolder {
    let mut folder = DestFolder::new(DestFolderId::new(way), card.path.clone(), card.kind);
    folder.role = card.role;
    folder
}

fn text(name: &str) -> String {
    relative::to_text(name.as_ref())
}

/// The name on disk for a folder name in a directory, and whether it is there already. Names that some file
/// system takes for one get `~2`, `~3` …
fn step(dir: &Path, segment: &str) -> io::Result<(String, bool)> {
    let mut taken = Vec::new();
    for (_, child) in children(dir)? {
        let name = child.file_name().map_or_else(String::new, relative::shown);
        let clear =
            FolderCard::read(&child).map_or_else(|| names::decode(&name), |card| card.path.name().to_owned());
        if clear == segment {
            return Ok((name, true));
        }
        taken.push(names::fold(&name));
    }
    let plain = names::encode(segment);
    let mut name = plain.clone();
    for number in 2.. {
        if !taken.contains(&names::fold(&name)) {
            break;
        }
        name = format!("{plain}~{number}");
    }
    Ok((name, false))
}

/// Makes the directory what its card says. Says whether it was made.
fn settle(
    dir: &Path,
    mut card: FolderCard,
    is_there: bool,
    is_last: bool,
    fresh: &mut Fresh,
) -> io::Result<bool> {
    let old = FolderCard::read(dir).filter(|_| is_there);
    if let Some(old) = &old {
        if !is_last {
            return Ok(false);
        }
        if old.kind != card.kind && count(dir, old.kind)? > 0 {
            let message =
                format!("the folder is there and holds {}, not {}", old.kind.plural(), card.kind.plural());
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let role: Option<Role> = old.role.or(card.role);
        card = FolderCard { kind: card.kind, role, ..old.clone() };
    } else if !is_last {
        card.role = None;
    }
    if old.as_ref() == Some(&card) {
        return Ok(false);
    }
    if !is_there {
        fs::create_dir(dir)?;
    }
    if card.kind == ItemKind::Mail {
        for part in MAILDIR {
            match fs::create_dir(dir.join(part)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => other?,
            }
        }
    }
    match &old {
        Some(_) => card.write(dir)?,
        None => fresh.file(card.write_first(dir)?),
    }
    fresh.dir(dir);
    dir.parent().into_iter().for_each(|parent| fresh.dir(parent));
    Ok(old.is_none())
}

fn count(dir: &Path, kind: ItemKind) -> io::Result<u64> {
    let mail = kind == ItemKind::Mail;
    let mut items = 0;
    for part in if mail { &["cur", "new"][..] } else { &["."] } {
        let entries = match fs::read_dir(dir.join(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            items += u64::from(!name.as_encoded_bytes().starts_with(b".") && !entry.file_type()?.is_dir());
        }
    }
    Ok(items)
}

fn remove(place: &Place) -> io::Result<bool> {
    let dir = &place.dir;
    for entry in sorted(dir)? {
        let name = relative::shown(&entry.file_name());
        let is_dir = entry.file_type()?.is_dir();
        let ours = match is_dir {
            true => MAILDIR.contains(&name.as_str()),
            false => CONTROL.contains(&name.as_str()) || name.starts_with(".omm-tmp"),
        };
        if !ours {
            return Ok(false);
        }
    }
    if count(dir, ItemKind::Mail)? > 0 {
        return Ok(false);
    }
    // Before this point nothing was touched. What is left in tmp was never an item.
    for part in MAILDIR.iter().map(|part| dir.join(part)).filter(|part| part.is_dir()) {
        for entry in sorted(&part)? {
            fs::remove_file(entry.path())?;
        }
        fs::remove_dir(part)?;
    }
    // The card goes last: a folder half removed is still one, and can be removed again.
    let scratch = sorted(dir)?.into_iter().map(|entry| relative::shown(&entry.file_name()));
    for name in scratch.filter(|name| name.starts_with(".omm-tmp")).collect::<Vec<_>>() {
        fs::remove_file(dir.join(name))?;
    }
    for name in CONTROL {
        match fs::remove_file(dir.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
    }
    fs::remove_dir(dir)?;
    dir.parent().map_or(Ok(()), sync_dir)?;
    Ok(true)
}

fn rejected(message: &str, path: &FolderPath) -> Error {
    Error::new(ErrorKind::Rejected, Side::Destination, "make a folder", message)
        .scope(Scope::Folder)
        .with("folder", path)
}
