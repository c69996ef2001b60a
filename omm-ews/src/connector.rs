//! Exchange as a connector.

use crate::{
    account::Account,
    config::{self, Config},
    destination::EwsDestination,
    source::EwsSource,
};
use async_trait::async_trait;
use omm_core::{
    error::{Result, Side},
    host::Env,
    seam::{AccountSpec, Connector, Destination, Source},
};
use std::sync::Arc;

/// Opens Exchange accounts (`ews` by the address of the services, `exchange` by the domain alone), to read and to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct EwsConnector;

#[async_trait]
impl Connector for EwsConnector {
    fn server_types(&self) -> &[&'static str] {
        &["ews", "exchange"]
    }

    async fn normalise(&self, spec: &AccountSpec, _: &Env) -> Result<AccountSpec> {
        config::normal(spec)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        let account = Account::new(Config::read(spec, Side::Source)?, Side::Source, env);
        Ok(Some(Arc::new(EwsSource::new(account))))
    }

    async fn destination(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Destination>>> {
        let account = Account::new(Config::read(spec, Side::Destination)?, Side::Destination, env);
        Ok(Some(Arc::new(EwsDestination::new(account))))
    }
}
