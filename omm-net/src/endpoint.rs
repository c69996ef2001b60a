//! Where to connect and how it is protected.

use omm_core::{error::Side, seam::Tls};
use rustls::ClientConfig;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long connecting may take, and shaking hands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Where to connect and how it is protected.
///
/// Clones share whom they trust: reading the system's certificates takes a while and happens once.
#[derive(Clone)]
pub struct Endpoint {
    /// A name, or an IP address; IPv6 with or without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// How people ask for TLS on a connection that begins plain (`imap://`, `pop3://`), for the errors that name the
    /// remedy; empty where there is no such way.
    pub start_tls: &'static str,
    /// A PEM file of certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Which account this is, for errors.
    pub side: Side,
    /// How long connecting may take, and the handshake after it: 30 seconds each unless changed.
    pub connect_timeout: Duration,
    trust: Arc<Mutex<Option<Trust>>>,
}

/// The settings of a handshake, and the file that they were read from.
struct Trust {
    ca_file: Option<PathBuf>,
    config: Arc<ClientConfig>,
}

impl Endpoint {
    /// An endpoint that trusts the system's certificates, with 30 seconds to connect.
    pub fn new(host: impl Into<String>, port: u16, tls: Tls, side: Side) -> Self {
        let host = host.into();
        let (start_tls, ca_file, trust) = Default::default();
        Self { host, port, tls, start_tls, ca_file, side, connect_timeout: CONNECT_TIMEOUT, trust }
    }

    /// The host as the system and certificates know it: without brackets and final dot.
    pub(crate) fn bare_host(&self) -> &str {
        let inside = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let host = inside.unwrap_or(&self.host);
        host.strip_suffix('.').unwrap_or(host)
    }

    /// For people.
    pub(crate) fn address(&self) -> String {
        match self.bare_host() {
            host if host.contains(':') => format!("[{host}]:{}", self.port),
            host => format!("{host}:{}", self.port),
        }
    }

    pub(crate) fn known_trust(&self) -> Option<Arc<ClientConfig>> {
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner);
        trust.as_ref().filter(|trust| trust.ca_file == self.ca_file).map(|trust| trust.config.clone())
    }

    pub(crate) fn remember_trust(&self, config: &Arc<ClientConfig>) {
        let trust = Trust { ca_file: self.ca_file.clone(), config: config.clone() };
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some(trust);
    }

    pub(crate) fn ca_path(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("ca_file", &self.ca_file)
            .field("side", &self.side)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}
