//! Who works on a migration: a lock of the operating system, which ends with the process, however it ends.

use crate::{database::private_file, error::Fault};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};
use std::{
    fs::{File, TryLockError},
    io::{Read, Write},
    path::Path,
    process,
};

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

/// What came of trying to take a lock.
pub(crate) enum Tried {
    Owned(Lock),
    /// By this very process: a run that was dropped may still have a commit on its way.
    HeldHere,
    HeldElsewhere,
}

impl Lock {
    /// Takes a lock if nobody has it, in this process or another. Blocks only for the disk.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the file cannot be made.
    pub fn alone(path: &Path) -> Result<Option<Self>> {
        match Self::try_own(path)? {
            Tried::Owned(lock) => Ok(Some(lock)),
            Tried::HeldHere | Tried::HeldElsewhere => Ok(None),
        }
    }

    /// Takes the lock on a migration, or says who to ask. Blocks only for the disk.
    pub(crate) fn own(path: &Path, name: &str) -> Result<Self> {
        match Self::try_own(path)? {
            Tried::Owned(lock) => Ok(lock),
            Tried::HeldHere | Tried::HeldElsewhere => Err(held(name)),
        }
    }

    /// Takes the lock on a migration, if nobody has it. Blocks only for the disk.
    pub(crate) fn try_own(path: &Path) -> Result<Tried> {
        let failed = |cause: std::io::Error| Fault::from(cause).at(path, "lock the migration");
        let mut file = private_file(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                // Who has it, so that this process knows its own lock when it meets it.
                file.set_len(0).and_then(|()| write!(file, "{}", process::id())).map_err(failed)?;
                Ok(Tried::Owned(Self(file)))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Where a locked file cannot be read, somebody else has it.
                let read = file.take(20).read_to_string(&mut holder);
                let ours = read.is_ok() && holder == process::id().to_string();
                Ok(if ours { Tried::HeldHere } else { Tried::HeldElsewhere })
            }
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }

    /// Waits for the lock. For moments only.
    pub(crate) fn wait(path: &Path) -> Result<Self, Fault> {
        let file = private_file(path)?;
        file.lock()?;
        Ok(Self(file))
    }
}

/// What somebody is told who comes second.
pub(crate) fn held(name: &str) -> Error {
    Error::new(
        ErrorKind::Journal,
        Side::Journal,
        "lock the migration",
        format!(
            "migration {name} is being worked on by another process; stop it with `omm stop {name}` or wait"
        ),
    )
}
