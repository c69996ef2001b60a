//! Real servers on loopback, and what judges the accounts on them.
//!
//! A mock does what its author believes; a real server does what it does. Here are private instances of the ones a
//! Debian machine has in its packages, on ports the system gave, gone when the test process is gone. Where a server
//! is not installed, `start` says so in one line and the test prints `skipped: …`.
//!
//! Everything blocks: the servers are processes, the proxy is threads, and the witness reads a socket. Nothing here
//! knows the connectors, so that it can judge them.

mod account;
#[cfg(unix)]
mod certificate;
pub mod corpus;
#[cfg(unix)]
mod cyrus;
mod delay_proxy;
#[cfg(unix)]
mod dovecot;
#[cfg(unix)]
mod leash;
mod lost_answer;
#[cfg(unix)]
mod ports;
#[cfg(unix)]
mod postgres;
pub mod witness;

pub use account::{Account, Unavailable};
#[cfg(unix)]
pub use certificate::Certificate;
#[cfg(unix)]
pub use cyrus::{Cyrus, Namespace, Settings as CyrusSettings};
pub use delay_proxy::{Cut, DelayProxy};
#[cfg(unix)]
pub use dovecot::{Dovecot, Fsync, Settings, Storage, Tls};
#[cfg(unix)]
pub use postgres::{Durability, PostgresServer};

#[cfg(unix)]
use std::sync::OnceLock;

/// The Dovecot of this test process, with the usual settings: a start costs a good part of a second, a fresh user
/// costs nothing. It is gone with the process.
///
/// # Errors
/// Why there is none on this machine; the same at each call.
#[cfg(unix)]
pub fn dovecot() -> Result<&'static Dovecot, &'static Unavailable> {
    static SHARED: OnceLock<Result<Dovecot, Unavailable>> = OnceLock::new();
    SHARED.get_or_init(|| Dovecot::start(Settings::default())).as_ref()
}

/// The Cyrus of this test process, with the usual settings.
///
/// # Errors
/// Why there is none on this machine; the same at each call.
#[cfg(unix)]
pub fn cyrus() -> Result<&'static Cyrus, &'static Unavailable> {
    static SHARED: OnceLock<Result<Cyrus, Unavailable>> = OnceLock::new();
    SHARED.get_or_init(|| Cyrus::start(CyrusSettings::default())).as_ref()
}

/// The PostgreSQL of this test process, which does not wait for the disk: a start costs a second or two, a fresh database
/// little.
///
/// # Errors
/// Why there is none on this machine; the same at each call.
#[cfg(unix)]
pub fn postgres() -> Result<&'static PostgresServer, &'static Unavailable> {
    static SHARED: OnceLock<Result<PostgresServer, Unavailable>> = OnceLock::new();
    SHARED.get_or_init(|| PostgresServer::start(Durability::Never)).as_ref()
}
