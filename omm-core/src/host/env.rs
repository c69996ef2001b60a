//! Everything the host lends, in one value.

use super::{CredentialProvider, Limiter, MemoryBudget, NoCredentials, Runtime, Spool, Stop};
use std::{fmt, sync::Arc};

/// What the host lends to connectors and engine. Cheap to clone; clones share limits and budget.
#[derive(Clone)]
#[non_exhaustive]
pub struct Env {
    /// Time, threads, sockets.
    pub runtime: Arc<dyn Runtime>,
    /// Open requests per server.
    pub limiter: Limiter,
    /// Bytes of bodies in memory.
    pub memory: MemoryBudget,
    /// Where larger bodies go.
    pub spool: Spool,
    /// Who knows the passwords.
    pub credentials: Arc<dyn CredentialProvider>,
    /// Once somebody asks, a connector whose commands wait in a line begins none of them: what was begun is heard out, and
    /// whoever waits for another one gets [`crate::error::ErrorKind::Stopped`]. The run itself has a [`Stop`] of its own.
    pub hush: Stop,
}

impl Env {
    /// The spool in the system's temporary folder (64 GiB at most), 16 MiB of memory, four requests a server,
    /// no credentials. Each can be replaced.
    pub fn new(runtime: Arc<dyn Runtime>) -> Self {
        Self {
            runtime,
            limiter: Limiter::new(4),
            memory: MemoryBudget::new(16 << 20),
            spool: Spool::new(std::env::temp_dir(), 64 << 30),
            credentials: Arc::new(NoCredentials),
            hush: Stop::new(),
        }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("limiter", &self.limiter)
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}
