//! What a worker is lent to open accounts and journals with.

use async_trait::async_trait;
use omm_core::{
    Result,
    error::Side,
    host::{Env, Fence},
    journal::Journal,
    options::Options,
    seam::{AccountSpec, Destination, Registry, Source},
};
use omm_store::Catalogue;
use std::{any::Any, fmt, sync::Arc, time::Duration};

/// Opens accounts. [`Registry`] is one; a host that finds servers out for addresses has its own.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account in its normal form; its server found out, if need be, for this side.
    ///
    /// # Errors
    /// As for [`Registry::normalise`].
    async fn normalise(&self, account: &AccountSpec, side: Side, env: &Env) -> Result<AccountSpec>;

    /// Opens it to read.
    ///
    /// # Errors
    /// As for [`Registry::source`].
    async fn source(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>>;

    /// Opens it to write.
    ///
    /// # Errors
    /// As for [`Registry::destination`].
    async fn destination(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>>;
}

/// What came of opening a journal.
#[derive(Debug)]
pub enum Opened {
    /// It is open.
    Open(OpenJournal),
    /// Somebody else has it, or another one into the same mailbox; it is free after so long, unless he is still at work then.
    Busy(Duration),
}

/// A journal that is open.
pub struct OpenJournal {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) fence: Option<Fence>,
    /// Dropped when the turn is over.
    _held: Option<Box<dyn Any + Send + Sync>>,
}

impl OpenJournal {
    /// Open until it is dropped.
    pub fn new(journal: Arc<dyn Journal>) -> Self {
        Self { journal, fence: None, _held: None }
    }

    /// The same, ours until this fence: beyond it nothing is written to any server.
    #[must_use]
    pub fn fenced(mut self, fence: Fence) -> Self {
        self.fence = Some(fence);
        self
    }

    /// The same, with something that ends when it is dropped.
    #[must_use]
    pub fn holding(mut self, held: impl Send + Sync + 'static) -> Self {
        self._held = Some(Box::new(held));
        self
    }
}

impl fmt::Debug for OpenJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenJournal").field("fence", &self.fence).finish_non_exhaustive()
    }
}

/// Keeps journals.
#[async_trait]
pub trait Journals: Send + Sync {
    /// Makes a journal for a pair of accounts, and says its name.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`].
    async fn make(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<String>;

    /// Opens a journal to write in it; nobody else does meanwhile.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`], also when somebody else has it open and there is no telling for how long.
    async fn open(&self, name: &str) -> Result<Opened>;

    /// Keeps what is open, and gives back what is open no more. It is called again and again, as long as anything is at
    /// work, and when a turn is over; what happens how often is the keeper's affair.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`].
    async fn keep(&self) -> Result<()> {
        // A file is kept by being open.
        Ok(())
    }

    /// Erases a journal. One that is not there is erased already.
    ///
    /// # Errors
    /// [`omm_core::error::ErrorKind::Journal`], also when somebody has it open.
    async fn erase(&self, name: &str) -> Result<()>;
}

#[async_trait]
impl Accounts for Registry {
    async fn normalise(&self, account: &AccountSpec, _: Side, env: &Env) -> Result<AccountSpec> {
        Registry::normalise(self, account, env).await
    }

    async fn source(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>> {
        Registry::source(self, account, env).await
    }

    async fn destination(&self, account: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>> {
        Registry::destination(self, account, env).await
    }
}

/// A state folder: each journal is a file of its own, and `omm status` and `omm report` know them as well.
#[async_trait]
impl Journals for Catalogue {
    async fn make(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: &Options,
    ) -> Result<String> {
        Ok(self.create(source, destination, options).await?.id)
    }

    async fn open(&self, name: &str) -> Result<Opened> {
        Ok(Opened::Open(OpenJournal::new(Arc::new(self.journal(name).await?))))
    }

    async fn erase(&self, name: &str) -> Result<()> {
        self.forget(name).await.map(drop)
    }
}
