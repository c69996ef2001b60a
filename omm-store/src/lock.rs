//! Who works on a migration: a lock of the operating system, which ends with the process, however it ends.

use crate::{database::private_file, error::Fault};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// Held as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

impl Lock {
    /// Takes the lock on a migration, or says who to ask. Blocks only for the disk.
    pub(crate) fn own(path: &Path, name: &str) -> Result<Self> {
        Self::try_own(path)?.ok_or_else(|| held(name))
    }

    /// Takes the lock on a migration, if nobody has it. Blocks only for the disk.
    pub(crate) fn try_own(path: &Path) -> Result<Option<Self>> {
        let failed = |cause: std::io::Error| Fault::from(cause).at(path, "lock the migration");
        let file = private_file(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
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
