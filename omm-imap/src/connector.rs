//! IMAP as a connector.

use crate::{
    account::Account,
    config::{self, Config},
    destination::ImapDestination,
    examine,
    source::ImapSource,
};
use async_trait::async_trait;
use omm_core::{
    checkup::{Check, Examined, Finding},
    error::{Result, Side},
    host::Env,
    seam::{AccountSpec, Connector, Destination, Source},
};
use std::sync::Arc;

/// Opens IMAP accounts (`imap`), to read and to write.
///
/// Options of an account: `auth` (`plain`, `login`, `scram-sha-256`, `oauthbearer`, `xoauth2`; the last two take the
/// credential for an access token), `compress` (`on` or `off`), and `delegation` (how the delegate says for whom he logs
/// in: `authorization-identity`, `master-user`, `proxyauth`, `exchange`; otherwise it is found out, and learned).
#[derive(Clone, Copy, Debug, Default)]
pub struct ImapConnector;

#[async_trait]
impl Connector for ImapConnector {
    fn server_types(&self) -> &[&'static str] {
        &["imap"]
    }

    async fn normalise(&self, spec: &AccountSpec, _: &Env) -> Result<AccountSpec> {
        config::normal(spec)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        let account = Account::new(Config::read(spec, Side::Source)?, Side::Source, env);
        Ok(Some(Arc::new(ImapSource::new(account))))
    }

    async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Destination>>> {
        let account = Account::new(Config::read(spec, Side::Destination)?, Side::Destination, env);
        Ok(Some(Arc::new(ImapDestination::new(account))))
    }

    async fn examine(&self, spec: &AccountSpec, env: &Env, side: Side) -> Examined {
        match Config::read(spec, side) {
            Ok(config) => examine::examine(&Account::new(config, side, env)).await,
            Err(error) => Examined::new(vec![Finding::bad(Check::Address, &error)]),
        }
    }
}
