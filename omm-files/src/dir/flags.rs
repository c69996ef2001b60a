//! Changing flags: a rename for mail, the folder's flag file for the rest.

use super::{
    append::with_letters,
    copies::FolderFlags,
    own::{Locked, Own, Place},
};
use crate::{dropped::Flag, error, maildir, relative, sidecar::sync_dir};
use omm_core::{
    Result,
    error::{Scope, Side},
    model::{DestFolderId, DestItemId, ItemKind},
    seam::{FlagChange, Flagged},
};
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

impl Own {
    /// Adds and removes flags.
    pub(super) fn set_flags(
        &self,
        folder: &DestFolderId,
        changes: &[FlagChange],
        nobody_waits: &Flag,
    ) -> Result<Vec<Result<Flagged>>> {
        let place = self.place(folder)?;
        let failed = |cause| place.failed("set flags", cause);
        let ids: Vec<&DestItemId> = changes.iter().map(|change| &change.id).collect();
        // Looking comes before the lock, since both use the same memory.
        let mut found = self.find(&place, &ids).map_err(failed)?;
        let mut lock = self.lock()?;
        nobody_waits.check()?;
        let mut flags = FolderFlags::read(&place).map_err(failed)?;
        if place.kind == ItemKind::Mail {
            let mut added = false;
            for change in changes {
                added |= flags.keywords.add_all(&change.delta.add);
            }
            if added {
                flags.write(&place).map_err(failed)?;
            }
        }
        let mut change_one = |change: &FlagChange| match place.kind {
            ItemKind::Mail => rename(&mut lock, &place, &flags, &mut found, change),
            _ => note(&place, &mut flags, &found, change),
        };
        let fates =
            changes.iter().map(|change| change_one(change).map_err(item_failed(&place, change))).collect();
        match place.kind {
            ItemKind::Mail => sync_dir(&place.items()).map_err(failed)?,
            _ => flags.write(&place).map_err(failed)?,
        }
        Ok(fates)
    }
}

fn rename(
    lock: &mut Locked<'_>,
    place: &Place,
    flags: &FolderFlags,
    found: &mut HashMap<String, PathBuf>,
    change: &FlagChange,
) -> io::Result<Flagged> {
    let id = change.id.as_str();
    let Some(path) = found.get_mut(id) else { return Ok(Flagged::Missing) };
    let old = path.file_name().map_or_else(String::new, relative::to_text);
    let name = with_letters(id, &letters(&old, flags, change));
    let to = relative::to_path(&place.items(), &name);
    if *path != to {
        match fs::rename(&*path, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Flagged::Missing),
            other => other?,
        }
    }
    *path = to;
    lock.remember(place, id, name);
    Ok(Flagged::Done)
}

/// The letters after a change. Letters that nobody explained stay.
fn letters(old: &str, flags: &FolderFlags, change: &FlagChange) -> String {
    let held = maildir::split(old).1;
    let now = maildir::from_letters(held, &flags.keywords);
    let understood = maildir::to_letters(&now, &flags.keywords);
    let mut letters: Vec<char> = held.chars().filter(|letter| !understood.contains(*letter)).collect();
    letters.extend(maildir::to_letters(&change.delta.apply(&now), &flags.keywords).chars());
    letters.sort_unstable();
    letters.dedup();
    letters.into_iter().collect()
}

fn note(
    place: &Place,
    flags: &mut FolderFlags,
    found: &HashMap<String, PathBuf>,
    change: &FlagChange,
) -> io::Result<Flagged> {
    if !found.get(change.id.as_str()).is_some_and(|path: &PathBuf| Path::is_file(path)) {
        return Ok(Flagged::Missing);
    }
    let now = flags.of(place, change.id.as_str());
    flags.file.set(change.id.as_str(), &change.delta.apply(&now));
    Ok(Flagged::Done)
}

fn item_failed<'a>(place: &'a Place, change: &'a FlagChange) -> impl Fn(io::Error) -> omm_core::Error + 'a {
    |cause| error::io(Side::Destination, Scope::Item, "set flags", &place.dir, cause).with("item", &change.id)
}
