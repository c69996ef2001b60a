//! From what the operating system says to the error of the seam, in one table.

use omm_core::{
    Error,
    error::{ErrorKind, Retry, Scope, Side},
};
use std::{io, path::Path};

/// An I/O error met while doing something to a path. It names the path, reaches as far as `scope`, and is final:
/// a file that cannot be read now cannot be read in a second either.
pub(crate) fn io(side: Side, scope: Scope, operation: &'static str, path: &Path, cause: io::Error) -> Error {
    let (kind, message) = kind_of(&cause);
    let scope = if kind == ErrorKind::Quota { Scope::Account } else { scope };
    Error::new(kind, side, operation, message)
        .scope(scope)
        .retry(Retry::Never)
        .with("path", path.display())
        .caused_by(cause)
}

/// What an I/O error means, with the remedy where there is one.
fn kind_of(error: &io::Error) -> (ErrorKind, &'static str) {
    use io::ErrorKind::*;
    match error.kind() {
        NotFound | NotADirectory => (ErrorKind::NotFound, "it is not there"),
        PermissionDenied => {
            (ErrorKind::Denied, "permission denied; run as a user who may, or change its permissions")
        }
        ReadOnlyFilesystem => {
            (ErrorKind::Denied, "the file system is read-only; choose another folder or mount it writable")
        }
        StorageFull | QuotaExceeded | FileTooLarge => {
            (ErrorKind::Quota, "the disk is full; make room and run again")
        }
        InvalidFilename => (ErrorKind::Rejected, "the file system refuses this name"),
        _ => (ErrorKind::Unreachable, "the file system failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_ends_the_account_and_a_refused_file_only_itself() {
        let told = |kind: io::ErrorKind| {
            let error = io(Side::Destination, Scope::Item, "write", Path::new("x"), kind.into());
            (error.kind(), error.reach(), error.retry_advice())
        };
        assert_eq!(told(io::ErrorKind::StorageFull), (ErrorKind::Quota, Scope::Account, Retry::Never));
        assert_eq!(told(io::ErrorKind::PermissionDenied), (ErrorKind::Denied, Scope::Item, Retry::Never));
        assert_eq!(told(io::ErrorKind::NotFound), (ErrorKind::NotFound, Scope::Item, Retry::Never));
    }
}
