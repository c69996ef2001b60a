//! What a worker is lent to open accounts and journals with.

use async_trait::async_trait;
use omm_core::{
    Result,
    error::Side,
    host::Env,
    journal::Journal,
    options::Options,
    seam::{AccountSpec, Destination, Registry, Source},
};
use omm_store::Catalogue;
use std::sync::Arc;

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
    /// [`omm_core::error::ErrorKind::Journal`], also when somebody else has it open.
    async fn open(&self, name: &str) -> Result<Arc<dyn Journal>>;

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

    async fn open(&self, name: &str) -> Result<Arc<dyn Journal>> {
        Ok(Arc::new(self.journal(name).await?))
    }

    async fn erase(&self, name: &str) -> Result<()> {
        self.forget(name).await.map(drop)
    }
}
