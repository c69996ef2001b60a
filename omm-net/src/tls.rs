//! Whom to trust: the system's verifier, with the certificates of a file beside it. Built once for an endpoint.

use crate::{Endpoint, error, trusted::Trusted};
use omm_core::{
    error::Result,
    host::{Env, Runtime, blocking},
};
use rustls::{ClientConfig, crypto::ring, time_provider::TimeProvider};
use rustls_pki_types::{CertificateDer, UnixTime, pem::PemObject};
use rustls_platform_verifier::Verifier;
use std::{fmt, path::Path, sync::Arc, time::Duration};

/// The settings of a handshake with `endpoint`, from its memory or newly built where blocking is allowed.
pub(crate) async fn trust(env: &Env, endpoint: &Endpoint) -> Result<Arc<ClientConfig>> {
    if let Some(config) = endpoint.known_trust() {
        return Ok(config);
    }
    let (own, time) = (endpoint.clone(), HostTime(env.runtime.clone()));
    let config = blocking(&env.runtime, move || build(&own, time)).await?;
    endpoint.remember_trust(&config);
    Ok(config)
}

fn build(endpoint: &Endpoint, time: HostTime) -> Result<Arc<ClientConfig>> {
    let extra = match endpoint.ca_path() {
        Some(path) => certificates(path).map_err(|reason| error::ca_file(endpoint, path, &reason))?,
        None => Vec::new(),
    };
    let ring = Arc::new(ring::default_provider());
    let system = Verifier::new_with_extra_roots(extra.clone(), ring.clone())
        .map_err(|error| error::trust(endpoint, error))?;
    let config = ClientConfig::builder_with_details(ring, Arc::new(time))
        .with_safe_default_protocol_versions()
        .map_err(|error| error::trust(endpoint, error))?
        // Not less strict than the default: it is the system's own verifier instead of a list of roots.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusted::new(system, extra)))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found {
        Ok(found) if found.is_empty() => Err("it holds no certificate in PEM form".to_owned()),
        Ok(found) => Ok(found),
        Err(error) => Err(error.to_string()),
    }
}

/// Certificates are judged by the host's time of day.
struct HostTime(Arc<dyn Runtime>);

impl TimeProvider for HostTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().timestamp()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

impl fmt::Debug for HostTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostTime(..)")
    }
}
