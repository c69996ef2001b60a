//! Lookups by hickory-resolver, on a tokio runtime of the host's.

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{Name, RData, RecordType},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::BoxFuture,
};
use omm_discover::{Mx, Names, Srv};
use std::{fmt, future::poll_fn, io, net::SocketAddr, pin::pin};
use tokio::runtime::Handle;

/// Asks the name servers of this machine, or one of the host's choice.
///
/// The resolver's own work is done on the tokio runtime on which this was made, which needs its time and I/O drivers;
/// the lookups may be awaited anywhere while that runtime runs. Clones share their memory of answers.
#[derive(Clone)]
pub struct SystemNames {
    resolver: TokioResolver,
    handle: Handle,
}

impl SystemNames {
    /// The name servers of this machine (`/etc/resolv.conf`, the registry of Windows, and so on).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] outside a tokio runtime, and when the system's settings cannot be read.
    pub fn current() -> Result<Self> {
        let handle = runtime()?;
        let builder = TokioResolver::builder_tokio().map_err(refused)?;
        Ok(Self { resolver: builder.build().map_err(refused)?, handle })
    }

    /// One name server, by UDP and TCP.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] outside a tokio runtime.
    pub fn asking(server: SocketAddr) -> Result<Self> {
        let handle = runtime()?;
        let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
        connections.iter_mut().for_each(|connection| connection.port = server.port());
        let server = NameServerConfig::new(server.ip(), true, connections);
        let config = ResolverConfig::from_name_servers(vec![server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Ok(Self { resolver: builder.build().map_err(refused)?, handle })
    }

    /// The addresses of a host, for dialling.
    pub(crate) async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let lookup = self.resolver.lookup_ip(complete(host)?);
        match self.entered(lookup).await {
            Ok(found) => Ok(found.iter().map(|ip| SocketAddr::new(ip, port)).collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(io::Error::new(io::ErrorKind::HostUnreachable, error)),
        }
    }

    async fn ask<T>(
        &self,
        name: &str,
        kind: RecordType,
        read: impl Fn(&RData) -> Option<T>,
    ) -> io::Result<Vec<T>> {
        match self.entered(self.resolver.lookup(complete(name)?, kind)).await {
            Ok(found) => Ok(found.answers().iter().filter_map(|record| read(&record.data)).collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Sockets and timers register with the runtime that is entered while they are made and polled.
    async fn entered<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            let _entered = self.handle.enter();
            work.as_mut().poll(context)
        })
        .await
    }
}

impl Names for SystemNames {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, io::Result<Vec<Mx>>> {
        Box::pin(self.ask(domain, RecordType::MX, |data| match data {
            RData::MX(mx) => Some(Mx { preference: mx.preference, exchanger: mx.exchange.to_ascii() }),
            _ => None,
        }))
    }

    fn services<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<Srv>>> {
        Box::pin(self.ask(name, RecordType::SRV, |data| match data {
            RData::SRV(srv) => Some(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii(),
            }),
            _ => None,
        }))
    }
}

/// The name servers of this machine, as they are when something is looked up: for who is made before there is a runtime.
#[cfg(feature = "ews")]
pub(crate) struct NamesOfNow;

#[cfg(feature = "ews")]
impl Names for NamesOfNow {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, io::Result<Vec<Mx>>> {
        Box::pin(
            async move { SystemNames::current().map_err(io::Error::other)?.mail_exchangers(domain).await },
        )
    }

    fn services<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<Srv>>> {
        Box::pin(async move { SystemNames::current().map_err(io::Error::other)?.services(name).await })
    }
}

impl fmt::Debug for SystemNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemNames").finish_non_exhaustive()
    }
}

/// A complete name: no domain of this machine's is to be tried behind it.
fn complete(name: &str) -> io::Result<Name> {
    let mut name = Name::from_ascii(name).map_err(io::Error::other)?;
    name.set_fqdn(true);
    Ok(name)
}

fn runtime() -> Result<Handle> {
    Handle::try_current().map_err(|cause| {
        let message = "names are looked up on a tokio runtime, and this was called outside of one";
        Error::new(ErrorKind::Config, Side::Host, "look up names", message).caused_by(cause)
    })
}

fn refused(cause: NetError) -> Error {
    let message = "the name servers of this machine cannot be found out; name one";
    Error::new(ErrorKind::Config, Side::Host, "look up names", message).caused_by(cause)
}
