//! Removing and replacing copies, but only such as are still what we wrote.

use super::{
    append::write_file,
    copies::{FolderFlags, difference, digest_of},
    own::{Locked, Own, Place},
};
use crate::{dropped::Flag, error, relative, sidecar::sync_dir};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{DestFolderId, DestItemId, Item, ItemKind},
    seam::{Deleted, Deletion, Expected, Replaced},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

impl Own {
    /// Removes copies.
    pub(super) fn delete(
        &self,
        folder: &DestFolderId,
        deletions: &[Deletion],
        nobody_waits: &Flag,
    ) -> Result<Vec<Result<Deleted>>> {
        let place = match self.place(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(deletions.iter().map(|_| Ok(Deleted::Missing)).collect());
            }
            place => place?,
        };
        let failed = |cause| place.failed("delete copies", cause);
        let ids: Vec<&DestItemId> = deletions.iter().map(|deletion| &deletion.id).collect();
        let found = self.find(&place, &ids).map_err(failed)?;
        let _lock = self.lock()?;
        nobody_waits.check()?;
        let mut flags = FolderFlags::read(&place).map_err(failed)?;
        let mut fates = Vec::with_capacity(deletions.len());
        for Deletion { id, expected, .. } in deletions {
            let fate = match found.get(id.as_str()) {
                Some(path) => delete_one(&place, &flags, path, expected),
                None => Ok(Deleted::Missing),
            };
            fates.push(fate.map_err(|cause| {
                error::io(Side::Destination, Scope::Item, "delete a copy", &place.dir, cause).with("item", id)
            }));
        }
        sync_dir(&place.items()).map_err(failed)?;
        forget_flags(&place, &mut flags, deletions, &fates).map_err(failed)?;
        Ok(fates)
    }

    /// Puts an edited item in the place of a copy.
    pub(super) fn replace(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
        nobody_waits: &Flag,
    ) -> Result<Replaced> {
        let place = self.place(folder)?;
        let failed = |cause| {
            error::io(Side::Destination, Scope::Item, "replace a copy", &place.dir, cause).with("item", id)
        };
        let found = self.find(&place, &[id]).map_err(failed)?;
        let mut lock = self.lock()?;
        nobody_waits.check()?;
        let Some(path) = found.get(id.as_str()) else { return Ok(Replaced::Missing) };
        let flags = FolderFlags::read(&place).map_err(failed)?;
        let now = flags.of(&place, &path.file_name().map_or_else(String::new, relative::to_text));
        match difference(path, &now, expected) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Replaced::Missing),
            Err(cause) => Err(failed(cause)),
            // A replacement whose answer was lost: the new content is there under the old id.
            Ok(Some(_)) if place.kind != ItemKind::Mail && is_content(path, item) => {
                Ok(Replaced::Done(id.clone()))
            }
            Ok(Some(difference)) => Ok(Replaced::Conflict(difference)),
            Ok(None) if place.kind == ItemKind::Mail => {
                self.replace_mail(&mut lock, &place, path, item, nobody_waits)
            }
            Ok(None) => replace_file(&place, flags, path, item).map(|()| Replaced::Done(id.clone())),
        }
    }

    /// A message never changes under its name, so the new one is written beside the old one, durably, before the
    /// old one goes: after a crash old, new or both are there.
    fn replace_mail(
        &self,
        lock: &mut Locked<'_>,
        place: &Place,
        old: &Path,
        item: &Item,
        nobody_waits: &Flag,
    ) -> Result<Replaced> {
        let mut fates = self.write_batch(lock, place, std::slice::from_ref(item), nobody_waits)?;
        let id = fates.pop().unwrap_or_else(|| Err(Error::stopped()))?.id;
        let removed = fs::remove_file(old).and_then(|()| sync_dir(&place.items()));
        removed.map_err(|cause| place.failed("replace a copy", cause).effect_unknown())?;
        Ok(Replaced::Done(id))
    }
}

/// The file keeps its name, which is its id, and changes its content in one step.
fn replace_file(place: &Place, mut flags: FolderFlags, path: &Path, item: &Item) -> Result<()> {
    let failed = |cause| error::io(Side::Destination, Scope::Item, "replace a copy", path, cause);
    let name = path.file_name().map_or_else(String::new, relative::to_text);
    let scratch: PathBuf = place.dir.join(format!(".omm-tmp-{name}"));
    let written = write_file(&scratch, item).and_then(|file| file.sync_all().map_err(failed));
    if let Err(error) = written {
        let _ = fs::remove_file(&scratch);
        return Err(error);
    }
    let mut in_place = || {
        fs::rename(&scratch, path)?;
        if flags.file.set(&name, &item.flags) {
            flags.write(place)?;
        }
        sync_dir(&place.dir)
    };
    in_place().map_err(|cause| failed(cause).effect_unknown())
}

fn is_content(path: &Path, item: &Item) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|stat| stat.len() == item.body.len());
    same_size && digest_of(path).is_ok_and(|digest| digest == item.body.fingerprint().body)
}

fn delete_one(place: &Place, flags: &FolderFlags, path: &Path, expected: &Expected) -> io::Result<Deleted> {
    let name = path.file_name().map_or_else(String::new, relative::to_text);
    let removed = match difference(path, &flags.of(place, &name), expected) {
        Ok(Some(difference)) => return Ok(Deleted::Touched(difference)),
        Ok(None) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        // It went, or was renamed by a mail program, while we looked: not ours to remove any more.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Deleted::Missing),
        other => other.map(|()| Deleted::Done),
    }
}

fn forget_flags(
    place: &Place,
    flags: &mut FolderFlags,
    deletions: &[Deletion],
    fates: &[Result<Deleted>],
) -> io::Result<()> {
    if place.kind == ItemKind::Mail {
        return Ok(());
    }
    let mut changed = false;
    for (deletion, fate) in deletions.iter().zip(fates) {
        if matches!(fate, Ok(Deleted::Done)) {
            changed |= flags.file.set(deletion.id.as_str(), &omm_core::model::Flags::none());
        }
    }
    if changed { flags.write(place) } else { Ok(()) }
}
