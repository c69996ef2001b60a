//! An object of another program, lifted out of the message into a compound file of its own ([MS-OXMSG] §2.2.2.2).

use super::compound::Compound;
use cfb::{CompoundFile, Entry, Version};
use omm_mapi::{Error, Result};
use std::{
    io::{Cursor, Write},
    path::Path,
    time::{Duration, SystemTime},
};

/// The most bytes and pieces of an object. It is rebuilt in memory.
const MOST_BYTES: u64 = 64 << 20;
const MOST_PIECES: usize = 4096;

/// From 1601-01-01, where the times of [MS-CFB] §2.6.1 begin, to 1970-01-01.
const EPOCH: Duration = Duration::from_secs(11_644_473_600);

/// A storage as a compound file: the same storages and streams, with their classes.
///
/// # Errors
/// If it is larger than 64 MiB or has more than 4096 pieces, or if one of them cannot be read.
pub(super) fn compound_file(compound: &Compound, storage: &Path) -> Result<Vec<u8>> {
    let pieces = compound.below(storage)?;
    let bytes = pieces.iter().fold(0u64, |sum, piece| sum.saturating_add(piece.len()));
    if bytes > MOST_BYTES || pieces.len() > MOST_PIECES {
        return Err(Error::TooLarge { what: "an object of another program".into(), bytes });
    }
    // Version 3 is what every reader knows ([MS-CFB] §2.2).
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    for piece in &pieces {
        copy(compound, storage, piece, &mut file).map_err(|error| error.at(piece.path().display()))?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn copy(
    compound: &Compound,
    storage: &Path,
    piece: &Entry,
    file: &mut CompoundFile<Cursor<Vec<u8>>>,
) -> Result<()> {
    let relative = piece
        .path()
        .strip_prefix(storage)
        .map_err(|_| Error::malformed("a piece lies outside of its storage"))?;
    let target = Path::new("/").join(relative);
    if !piece.is_storage() {
        let bytes = compound.read(piece.path(), MOST_BYTES)?;
        file.create_stream(&target)?.write_all(&bytes)?;
        return Ok(());
    }
    if target.parent().is_some() {
        file.create_storage(&target)?;
    }
    file.set_storage_clsid(&target, *piece.clsid())?;
    // A storage has the time of its making, which would be now: the same object must give the same bytes each time.
    // [MS-CFB] §2.6.1: that of the root is zero.
    let is_root = target.parent().is_none();
    let never = SystemTime::UNIX_EPOCH.checked_sub(EPOCH).unwrap_or(SystemTime::UNIX_EPOCH);
    file.set_created_time(&target, if is_root { never } else { piece.created() })?;
    file.set_modified_time(&target, piece.modified())?;
    Ok(())
}
