//! Writing a batch: every file whole and durable under a name that nobody reads, then all renamed, then the
//! directory synced. Files become durable many at once; numbers are reserved many ahead, so that few batches write
//! how far they are. A crash leaves items that are whole or not there.

use super::{
    copies::{FolderFlags, each_file, presence},
    durable::{begin_writing, sync_all},
    folder::SEQUENCE,
    own::{Locked, Numbers, Own, Place},
};
use crate::{
    dropped::Flag,
    error,
    maildir::{self, KEYWORD_FILE},
    relative,
    sidecar::{sync_dir, write_atomically},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    host::Runtime,
    model::{DestFolderId, DestItemId, Item, ItemKind, Mark},
    seam::Stored,
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Files kept open between writing and syncing. Syncing many at once costs the disk hardly more than one.
const GROUP: usize = 64;
/// Numbers that are reserved ahead. What is not given of them when a run ends never is.
const AHEAD: u64 = 1000;

impl Own {
    /// The next number of a folder.
    pub(super) fn mark(&self, folder: &DestFolderId) -> Result<Mark> {
        let place = self.place(folder)?;
        let mut lock = self.lock()?;
        let numbers = numbers(&mut lock, &place).map_err(|cause| place.failed("read a folder", cause))?;
        Ok(Mark::new(numbers.next.to_string()))
    }

    /// Writes a batch.
    pub(super) fn append(
        &self,
        folder: &DestFolderId,
        batch: &[Item],
        nobody_waits: &Flag,
    ) -> Result<Vec<Result<Stored>>> {
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
    ) -> Result<Vec<Result<Stored>>> {
        let failed = |cause| place.failed("write items", cause);
        let first = take_numbers(lock, place, batch.len() as u64).map_err(failed)?;
        let written = write_all(&self.runtime, place, batch, first);
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
    ) -> Result<Vec<Result<Stored>>> {
        let failed = |cause| place.failed("write items", cause);
        let mut flags = FolderFlags::read(place).map_err(failed)?;
        note_flags(place, &mut flags, batch, &written).map_err(failed)?;
        let mut fates = Vec::with_capacity(batch.len());
        for (item, written) in batch.iter().zip(written) {
            // Whoever was held up here for longer than his time leaves it to whoever goes on.
            self.may_write()?;
            let fate = written.and_then(|written| {
                let name = file_name(place, &written.id, item, &flags);
                let path = relative::to_path(&place.items(), &name);
                fs::rename(&written.scratch, &path).map_err(item_failed(place))?;
                lock.remember(place, &written.id, name);
                // Whoever cannot see it now will be asked again.
                let seen = presence(place, &flags, &path).unwrap_or_default();
                Ok(Stored::new(DestItemId::new(written.id)).shown(seen))
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

fn write_all(runtime: &Arc<dyn Runtime>, place: &Place, batch: &[Item], first: u64) -> Vec<Result<Written>> {
    let mut all: Vec<Result<Written>> = Vec::with_capacity(batch.len());
    for items in batch.chunks(GROUP) {
        let mut files = Vec::with_capacity(items.len());
        let from = all.len();
        for item in items {
            let written = write_one(place, item, first + all.len() as u64);
            all.push(written.map(|(written, file)| {
                files.push(file);
                written
            }));
        }
        let mut synced = sync_all(runtime, files).into_iter();
        for one in all.iter_mut().skip(from).filter(|one| one.is_ok()) {
            let Some(Err(cause)) = synced.next() else { continue };
            if let Ok(written) = std::mem::replace(one, Err(item_failed(place)(cause))) {
                let _ = fs::remove_file(&written.scratch);
            }
        }
    }
    all
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
        Ok(file) => {
            begin_writing(&file);
            Ok((Written { id, scratch }, file))
        }
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

/// The first of so many numbers, which nobody else gets.
fn take_numbers(lock: &mut Locked<'_>, place: &Place, count: u64) -> io::Result<u64> {
    let Numbers { next: first, mut reserved } = numbers(lock, place)?;
    let next = first + count;
    if next > reserved {
        reserved = next + AHEAD;
        // Durable before a name carries one of them, so that no number is given twice.
        write_atomically(&place.dir, SEQUENCE, reserved.to_string().as_bytes())?;
    }
    lock.folder(place).numbers = Some(Numbers { next, reserved });
    Ok(first)
}

/// The next number: from memory, while the folder's file says what we wrote there; after another process has written
/// there, its numbers end where the file says. At first from the names as well. Clears what an interrupted writer left
/// behind, since the lock is ours.
fn numbers(lock: &mut Locked<'_>, place: &Place) -> io::Result<Numbers> {
    let stored = match fs::read_to_string(place.dir.join(SEQUENCE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => 0,
        text => text?.trim().parse().unwrap_or(0),
    };
    let next = match lock.folder(place).numbers {
        Some(known) if known.reserved == stored => known.next,
        Some(known) => known.next.max(stored),
        None => {
            clear_scratch(place);
            let mut last = 0;
            each_file(place, |name, _| {
                last = last.max(number_of(name).unwrap_or(0));
                Ok(())
            })?;
            stored.max(last + 1)
        }
    };
    let numbers = Numbers { next, reserved: stored };
    lock.folder(place).numbers = Some(numbers);
    Ok(numbers)
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
