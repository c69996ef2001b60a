//! Writing a batch: every file whole and durable under a name that nobody reads, then all renamed, then the
//! directory synced. A crash leaves items that are whole or not there.

use super::{
    copies::{FolderFlags, each_file},
    folder::SEQUENCE,
    own::{Flag, Locked, Own, Place},
};
use crate::{
    error,
    maildir::{self, KEYWORD_FILE},
    relative,
    sidecar::{sync_dir, write_atomically},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{DestFolderId, DestItemId, Item, ItemKind, Mark},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Files kept open between writing and syncing. Syncing many at once costs the disk hardly more than one.
const GROUP: usize = 32;

impl Own {
    /// The next number of a folder.
    pub(super) fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        let place = self.place(folder)?;
        let mut lock = self.lock()?;
        let next = next_number(&mut lock, &place).map_err(|cause| place.failed("read a folder", cause))?;
        Ok(Mark::new(next.to_string()))
    }

    /// Writes a batch.
    pub(super) fn append(
        &self,
        folder: &DestFolderId,
        batch: &[Item],
        nobody_waits: &Flag,
    ) -> Result<Vec<Result<DestItemId>>> {
        let place = self.place(folder)?;
        let mut lock = self.lock()?;
        nobody_waits.check()?;
        self.write_batch(&mut lock, &place, batch, nobody_waits)
    }

    /// Writes a batch under a lock already held.
    pub(super) fn write_batch(
        &self,
        lock: &mut Locked<'_>,
        place: &Place,
        batch: &[Item],
        nobody_waits: &Flag,
    ) -> Result<Vec<Result<DestItemId>>> {
        let failed = |cause| place.failed("write items", cause);
        let first = next_number(lock, place).map_err(failed)?;
        let next = first + batch.len() as u64;
        // Durable before a name carries it, so that no number is given twice.
        write_atomically(&place.dir, SEQUENCE, next.to_string().as_bytes()).map_err(failed)?;
        lock.folder(place).next = Some(next);

        let written = write_all(place, batch, first);
        if let Err(stopped) = nobody_waits.check() {
            discard(&written);
            return Err(stopped);
        }
        let fates = self.put_in_place(lock, place, batch, written).map_err(|error| error.effect_unknown())?;
        Ok(fates)
    }

    fn put_in_place(
        &self,
        lock: &mut Locked<'_>,
        place: &Place,
        batch: &[Item],
        written: Vec<Result<Written>>,
    ) -> Result<Vec<Result<DestItemId>>> {
        let failed = |cause| place.failed("write items", cause);
        let mut flags = FolderFlags::read(place).map_err(failed)?;
        note_flags(place, &mut flags, batch, &written).map_err(failed)?;
        let mut fates = Vec::with_capacity(batch.len());
        for (item, written) in batch.iter().zip(written) {
            let fate = written.and_then(|written| {
                let name = file_name(place, &written.id, item, &flags);
                fs::rename(&written.scratch, relative::to_path(&place.items(), &name))
                    .map_err(item_failed(place))?;
                lock.remember(place, &written.id, name);
                Ok(DestItemId::new(written.id))
            });
            fates.push(fate);
        }
        sync_dir(&place.items()).map_err(failed)?;
        Ok(fates)
    }
}

/// An item that is whole on disk, under a name that nobody reads.
struct Written {
    id: String,
    scratch: PathBuf,
}

fn write_all(place: &Place, batch: &[Item], first: u64) -> Vec<Result<Written>> {
    let mut written: Vec<Result<Written>> = Vec::with_capacity(batch.len());
    for (group, items) in batch.chunks(GROUP).enumerate() {
        let begun: Vec<Result<(Written, File)>> = items
            .iter()
            .enumerate()
            .map(|(at, item)| write_one(place, item, first + (group * GROUP + at) as u64))
            .collect();
        written.extend(begun.into_iter().map(|begun| {
            let (item, file) = begun?;
            if let Err(cause) = file.sync_all() {
                let _ = fs::remove_file(&item.scratch);
                return Err(item_failed(place)(cause));
            }
            Ok(item)
        }));
    }
    written
}

fn write_one(place: &Place, item: &Item, number: u64) -> Result<(Written, File)> {
    if item.kind != place.kind {
        let message = format!("the folder holds {}, not {}", place.kind.plural(), item.kind.plural());
        return Err(Error::new(ErrorKind::Rejected, Side::Destination, "write an item", message));
    }
    let id = item_id(item, number);
    let scratch = match place.kind {
        ItemKind::Mail => place.dir.join("tmp").join(&id),
        _ => place.dir.join(format!(".omm-tmp-{id}")),
    };
    match write_file(&scratch, item) {
        Ok(file) => Ok((Written { id, scratch }, file)),
        Err(error) => {
            let _ = fs::remove_file(&scratch);
            Err(error)
        }
    }
}

/// Writes a body and its date. What is half written is removed by the caller.
pub(super) fn write_file(path: &Path, item: &Item) -> Result<File> {
    let failed = |cause| error::io(Side::Destination, Scope::Item, "write an item", path, cause);
    let mut file = File::create(path).map_err(failed)?;
    let mut at = 0;
    while at < item.body.len() {
        let chunk = item.body.read_blocking(at)?;
        file.write_all(&chunk).map_err(failed)?;
        at += chunk.len() as u64;
    }
    if let Some(received) = item.received {
        // A date that the file system cannot hold is no reason to lose the item; the engine sees the difference.
        let _ = file.set_modified(received.into());
    }
    Ok(file)
}

/// The id, which is also the file name without flags: rising number, digest, size.
fn item_id(item: &Item, number: u64) -> String {
    let short = item.body.fingerprint().body.short();
    match item.kind {
        ItemKind::Mail => format!("{number:012}.{short:016x}.omm,S={}", item.body.len()),
        ItemKind::Contact => format!("{number:012}.{short:016x}.vcf"),
        _ => format!("{number:012}.{short:016x}.ics"),
    }
}

/// The number in an id or a file name of ours.
pub(super) fn number_of(name: &str) -> Option<u64> {
    name.split_once('.').filter(|(number, _)| number.len() >= 12)?.0.parse().ok()
}

fn file_name(place: &Place, id: &str, item: &Item, flags: &FolderFlags) -> String {
    match place.kind {
        ItemKind::Mail => with_letters(id, &maildir::to_letters(&item.flags, &flags.keywords)),
        _ => id.to_owned(),
    }
}

/// A Maildir file name. Windows refuses the colon.
pub(super) fn with_letters(id: &str, letters: &str) -> String {
    format!("{id}{}2,{letters}", if cfg!(windows) { ';' } else { ':' })
}

/// What stands beside the files must be durable before they can be seen.
fn note_flags(
    place: &Place,
    flags: &mut FolderFlags,
    batch: &[Item],
    written: &[Result<Written>],
) -> io::Result<()> {
    let mut changed = false;
    for (item, written) in batch.iter().zip(written) {
        let Ok(written) = written else { continue };
        changed |= match place.kind {
            ItemKind::Mail => flags.keywords.add_all(&item.flags),
            _ => flags.file.set(&written.id, &item.flags),
        };
    }
    if changed { flags.write(place) } else { Ok(()) }
}

impl FolderFlags {
    pub(super) fn write(&self, place: &Place) -> io::Result<()> {
        match place.kind {
            ItemKind::Mail => write_atomically(&place.dir, KEYWORD_FILE, self.keywords.text().as_bytes()),
            _ => self.file.write(&place.dir),
        }
    }
}

/// The next number: from memory and the folder's file, which another process may have written; at first from the
/// names as well. Clears what an interrupted writer left behind, since the lock is ours.
fn next_number(lock: &mut Locked<'_>, place: &Place) -> io::Result<u64> {
    let stored = match fs::read_to_string(place.dir.join(SEQUENCE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => 0,
        text => text?.trim().parse().unwrap_or(0),
    };
    let known = match lock.folder(place).next {
        Some(next) => next,
        None => {
            clear_scratch(place);
            let mut last = 0;
            each_file(place, |name, _| {
                last = last.max(number_of(name).unwrap_or(0));
                Ok(())
            })?;
            last + 1
        }
    };
    let next = known.max(stored);
    lock.folder(place).next = Some(next);
    Ok(next)
}

fn clear_scratch(place: &Place) {
    let (dir, ours): (PathBuf, fn(&str) -> bool) = match place.kind {
        ItemKind::Mail => (place.dir.join("tmp"), |name| name.contains(".omm,S=")),
        _ => (place.dir.clone(), |name| name.starts_with(".omm-tmp-")),
    };
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if ours(&relative::shown(&entry.file_name())) {
            // Left where it is, it is only litter.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn discard(written: &[Result<Written>]) {
    for written in written.iter().flatten() {
        let _ = fs::remove_file(&written.scratch);
    }
}

fn item_failed(place: &Place) -> impl Fn(io::Error) -> Error {
    |cause| error::io(Side::Destination, Scope::Item, "write an item", &place.dir, cause)
}
