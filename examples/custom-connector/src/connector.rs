//! From a word and a path to an open source.

use crate::{line::unreadable, source::Export};
use omm::core::{
    host::blocking,
    seam::{Destination, Source},
};
use omm::{AccountSpec, Connector, Env, Result};
use std::{fs, sync::Arc};

/// Opens accounts of the server type `json-lines`; the server is the path of the file.
pub(crate) struct JsonLines;

#[async_trait::async_trait]
impl Connector for JsonLines {
    fn server_types(&self) -> &[&'static str] {
        &["json-lines"]
    }

    async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec> {
        let (mut normal, path) = (spec.clone(), spec.server.clone());
        let path = blocking(&env.runtime, move || {
            fs::canonicalize(&path).map_err(|why| unreadable(path.as_ref(), why))
        });
        normal.server = path.await?.to_string_lossy().into_owned();
        Ok(normal)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        Ok(Some(Arc::new(Export::new(&spec.server, env))))
    }

    async fn destination(&self, _: &AccountSpec, _: &Env) -> Result<Option<Arc<dyn Destination>>> {
        Ok(None)
    }
}
