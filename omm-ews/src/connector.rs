//! Exchange as a connector.

use crate::{
    account::Account,
    config::{self, Config},
    destination::EwsDestination,
    examine,
    source::EwsSource,
};
use async_trait::async_trait;
use omm_core::{
    checkup::{Check, Examined, Finding},
    error::{Result, Side},
    host::Env,
    seam::{AccountSpec, Connector, Destination, Source},
};
use omm_net::Names;
use std::{fmt, sync::Arc};

/// Opens Exchange accounts: `ews` by the address of the services, `exchange` by a mail domain (autodiscover).
///
/// Options of an account: `auth` (`basic`, or `bearer`, which takes the credential for an access token), `delegation` (how
/// the delegate opens the mailbox: `impersonation`, `delegate-access`; otherwise it is found out, and learned), `version` (the
/// schema, such as `Exchange2010_SP2`; likewise), `url` (the address of the services, instead of finding it out), `archive`
/// (`on` or `off`: the archive instead of the mailbox), `public-folders` (`on`, `off`, or the address of the mailbox that holds
/// their hierarchy: the public folders instead of the mailbox; of a source), `settling` (how many seconds a server may go on with
/// a request whose sender is gone, 120 otherwise: a copy whose answer was lost is looked for so long before it is made again).
#[derive(Clone, Default)]
pub struct EwsConnector {
    names: Option<Arc<dyn Names>>,
}

impl EwsConnector {
    /// A connector that looks no records up: autodiscover does without SRV.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with somebody who looks records up.
    #[must_use]
    pub fn names(self, names: Arc<dyn Names>) -> Self {
        Self { names: Some(names) }
    }

    fn account(&self, spec: &AccountSpec, side: Side, env: &Env) -> Result<Account> {
        Ok(Account::new(Config::read(spec, side)?, side, env).asking(self.names.clone()))
    }
}

impl fmt::Debug for EwsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EwsConnector").field("looks_up", &self.names.is_some()).finish()
    }
}

#[async_trait]
impl Connector for EwsConnector {
    fn server_types(&self) -> &[&'static str] {
        &["ews", "exchange"]
    }

    async fn normalise(&self, spec: &AccountSpec, _: &Env) -> Result<AccountSpec> {
        config::normal(spec)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        Ok(Some(Arc::new(EwsSource::new(self.account(spec, Side::Source, env)?))))
    }

    async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Destination>>> {
        Ok(Some(Arc::new(EwsDestination::new(self.account(spec, Side::Destination, env)?))))
    }

    async fn examine(&self, spec: &AccountSpec, env: &Env, side: Side) -> Examined {
        match self.account(spec, side, env) {
            Ok(account) => examine::examine(&account).await,
            Err(error) => Examined::new(vec![Finding::bad(Check::Address, &error)]),
        }
    }
}
