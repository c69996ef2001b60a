//! What a host may choose before it opens the state.

use super::Omm;
#[cfg(feature = "discover")]
use crate::discovery::Finder;
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{CredentialProvider, Env, Limiter, MemoryBudget, Runtime, Spool, blocking},
    seam::Registry,
};
use omm_store::Catalogue;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

const SPOOL_LIMIT: u64 = 64 << 30;
const MEMORY_LIMIT: u64 = 12 << 20;
/// What the ledger's cache and the listings of large folders take of the memory, at most.
const LEDGER_AND_LISTINGS: u64 = 8 << 20;

/// How to open an [`Omm`]; see [`Omm::builder`]. Everything but the state folder has a default.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    env: Env,
    /// Nothing: every connector of this build.
    registry: Option<Registry>,
    state_dir: PathBuf,
    spool_limit: u64,
    #[cfg(feature = "discover")]
    finder: Finder,
}

impl Builder {
    pub(super) fn new(runtime: Arc<dyn Runtime>) -> Self {
        let builder = Self {
            env: Env::new(runtime),
            registry: None,
            state_dir: PathBuf::from("omm-state"),
            spool_limit: SPOOL_LIMIT,
            #[cfg(feature = "discover")]
            finder: Finder::default(),
        };
        builder.memory_limit(MEMORY_LIMIT)
    }

    /// The folder that holds the state and, in `spool`, bodies too large for memory. Made if it is not there;
    /// `omm-state` in the current folder otherwise.
    pub fn state_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_dir = path.into();
        self
    }

    /// How much memory the work may take; 12 MiB otherwise. A quarter of it, at most 8 MiB, is left to the ledger
    /// and to listings; the rest is the budget for bodies, of which larger ones go to the spool.
    ///
    /// It is a budget and no wall: the program itself, the allocator's gaps and the listing of a folder of hundreds
    /// of thousands come on top. At 12 MiB a process stays under 64 MiB with a hundred thousand messages, or a file of
    /// Outlook of a gigabyte.
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.env.memory = MemoryBudget::new(bytes - LEDGER_AND_LISTINGS.min(bytes / 4));
        self
    }

    /// How many bytes the spool may take on disk; 64 GiB otherwise.
    pub fn spool_limit(mut self, bytes: u64) -> Self {
        self.spool_limit = bytes;
        self
    }

    /// How many requests may be open at one server; 4 otherwise.
    pub fn connections(mut self, at_most: usize) -> Self {
        self.env.limiter = Limiter::new(at_most);
        self
    }

    /// Who knows the passwords; nobody otherwise.
    pub fn credentials(mut self, provider: impl CredentialProvider + 'static) -> Self {
        self.env.credentials = Arc::new(provider);
        self
    }

    /// The connectors; [`crate::registry`] otherwise.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// Who looks names up for `auto:` and `exchange:` accounts; otherwise the system's name servers, on the tokio
    /// runtime that drives the call. Connectors that the host chose ([`Builder::registry`]) have their own.
    #[cfg(feature = "discover")]
    pub fn names(mut self, names: impl crate::discovery::Names + 'static) -> Self {
        self.finder.names = Some(Arc::new(names));
        self
    }

    /// How `auto:` accounts are found out.
    #[cfg(feature = "discover")]
    pub fn discovery(mut self, options: crate::discovery::Options) -> Self {
        self.finder.options = options;
        self
    }

    /// Opens the state, and makes its folders where they are missing.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the state is damaged or of a newer version, [`ErrorKind::Local`] when a folder
    /// cannot be made or written.
    pub async fn open(mut self) -> Result<Omm> {
        let catalogue = Catalogue::open(&self.state_dir, Arc::clone(&self.env.runtime)).await?;
        let spool = self.state_dir.join("spool");
        self.env.spool = Spool::new(&spool, self.spool_limit);
        blocking(&self.env.runtime, move || make_private(&spool)).await?;
        let registry = self.registry.take().unwrap_or_else(|| self.connectors());
        Ok(Omm::new(
            self.env,
            registry,
            catalogue,
            #[cfg(feature = "discover")]
            self.finder,
        ))
    }

    fn connectors(&self) -> Registry {
        #[cfg(feature = "discover")]
        if let Some(names) = &self.finder.names {
            return crate::registry::registry_asking(Arc::clone(names));
        }
        crate::registry()
    }
}

/// Bodies pass through here, so nobody else may look.
fn make_private(dir: &Path) -> Result<()> {
    private_dir(dir).map_err(|cause| {
        Error::new(ErrorKind::Local, Side::Host, "open the state", "the spool folder cannot be made")
            .with("folder", dir.display())
            .caused_by(cause)
    })
}

#[cfg(unix)]
fn private_dir(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let rights = fs::metadata(dir)?.permissions().mode() & 0o777;
    if rights == 0o700 {
        return Ok(());
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}
