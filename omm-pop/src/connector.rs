//! POP3 as a connector.

use crate::{
    account::Account,
    config::{self, Config},
    examine,
    source::PopSource,
};
use async_trait::async_trait;
use omm_core::{
    checkup::{Check, Examined, Finding},
    error::{Result, Side},
    host::Env,
    seam::{AccountSpec, Connector, Destination, Source},
};
use std::sync::Arc;

/// Opens POP3 accounts (`pop3`), to read.
///
/// Options of an account: `auth` (`plain`, `login`, `scram-sha-256`, `oauthbearer`, `xoauth2`, `user`, `apop`; the
/// tokens' two take the credential for an access token), without which the safest way that is offered is taken; and
/// `delegation` (`authorization-identity`, `master-user`, `exchange`), without which the form is found out where a
/// delegate logs in.
#[derive(Clone, Copy, Debug, Default)]
pub struct PopConnector;

#[async_trait]
impl Connector for PopConnector {
    fn server_types(&self) -> &[&'static str] {
        &["pop3"]
    }

    async fn normalise(&self, spec: &AccountSpec, _: &Env) -> Result<AccountSpec> {
        config::normal(spec)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        let account = Account::new(Config::read(spec, Side::Source)?, env);
        Ok(Some(Arc::new(PopSource::new(account))))
    }

    async fn destination(&self, _: &AccountSpec, _: &Env) -> Result<Option<Arc<dyn Destination>>> {
        Ok(None)
    }

    async fn examine(&self, spec: &AccountSpec, env: &Env, side: Side) -> Examined {
        match Config::read(spec, side) {
            Ok(config) => examine::examine(&Account::new(config, env)).await,
            Err(error) => Examined::new(vec![Finding::bad(Check::Address, &error)]),
        }
    }
}
