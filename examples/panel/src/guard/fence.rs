//! Which servers a visitor may have us talk to.
//!
//! Whoever names a mail server names a host of his own, whose name may lead anywhere: into the provider's network, to the
//! machine itself, to where clouds give out credentials. So what counts is the address that is dialled, at the moment at
//! which it is dialled, and every connection of the SDK passes here: of migrations, check-ups, discovery, notices.

use super::network::{Network, is_public};
use futures::future::{FutureExt, select_ok};
use omm::{
    Runtime, TokioRuntime,
    core::host::{BoxFuture, Connection},
};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};

/// Which servers are talked to.
#[derive(Clone, Debug, Default)]
pub struct Servers {
    /// Networks that are not of the public internet and are talked to all the same, at whatever port.
    pub networks: Vec<Network>,
    /// Networks that are not talked to, public as they may be: the provider's own.
    pub refused: Vec<Network>,
    /// Ports that are talked to beside those of mail servers.
    pub ports: Vec<u16>,
    /// Hosts that alone are talked to, by name; one that begins with a dot stands for all below it. None: all.
    pub only: Vec<String>,
}

/// A runtime that dials what is allowed and nothing else.
#[derive(Clone)]
pub(crate) struct Fence {
    inner: TokioRuntime,
    servers: Arc<Servers>,
}

/// POP3, IMAP, submission and HTTP, with and without TLS from the first byte: nobody has us try the other doors of a host.
const PORTS: [u16; 8] = [80, 110, 143, 443, 465, 587, 993, 995];
/// So many addresses of a host are tried. Its name server may tell of as many as it likes.
const ADDRESSES: usize = 8;
/// How much earlier an address is tried than the next (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

impl Servers {
    /// Whether a host of this name may be dialled, wherever it is.
    fn may_be_named(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let is_it = |known: &String| match known.strip_prefix('.') {
            Some(above) => host.strip_suffix(above).is_some_and(|rest| rest.ends_with('.')),
            None => host == *known,
        };
        self.only.is_empty() || self.only.iter().any(is_it)
    }

    fn is_usual(&self, port: u16) -> bool {
        PORTS.contains(&port) || self.ports.contains(&port)
    }

    fn may_be_dialled(&self, address: SocketAddr) -> bool {
        let (ip, port) = (address.ip(), address.port());
        if self.networks.iter().any(|network| network.holds(ip)) {
            return true;
        }
        self.is_usual(port) && is_public(ip) && !self.refused.iter().any(|network| network.holds(ip))
    }
}

impl Fence {
    /// Around a runtime.
    pub(crate) fn new(inner: TokioRuntime, servers: Servers) -> Self {
        Self { inner, servers: Arc::new(servers) }
    }

    async fn reach(self, host: String, port: u16) -> io::Result<Box<dyn Connection>> {
        if !self.servers.may_be_named(&host) {
            let why = "this server is not one of those that may be named here";
            return Err(refused(why));
        }
        if self.servers.networks.is_empty() && !self.servers.is_usual(port) {
            return Err(refused(
                "this port is not one of those of mail servers, which alone may be named here",
            ));
        }
        // Which names there are inside, and which of them lead where, is not to be learned here: an answer for all.
        let Ok(found) = tokio::net::lookup_host((host.as_str(), port)).await else { return Err(unknown()) };
        let allowed = found.filter(|address| self.servers.may_be_dialled(*address)).take(ADDRESSES);
        // By its address: looked up once more, the name could lead elsewhere.
        let attempts = allowed.zip(0..).map(|(address, at)| {
            let pause = self.inner.sleep(HEAD_START * at);
            let dial = self.inner.dial(&address.ip().to_string(), address.port());
            pause.then(|()| dial).boxed()
        });
        let attempts: Vec<_> = attempts.collect();
        if attempts.is_empty() {
            return Err(unknown());
        }
        select_ok(attempts).await.map(|(connection, _)| connection)
    }
}

impl Runtime for Fence {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.inner.start_blocking(work);
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        Box::pin(self.clone().reach(host.to_owned(), port))
    }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

fn unknown() -> io::Error {
    let why = "no mail server of this name can be reached from here; correct its name or its port";
    io::Error::new(io::ErrorKind::NotFound, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn fence(servers: Servers) -> Fence {
        Fence::new(TokioRuntime::current().unwrap(), servers)
    }

    // Would catch: a request into the provider's own network, by address or by a name that leads there.
    #[tokio::test]
    async fn nobody_gets_inside_unless_it_is_allowed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let closed = fence(Servers::default());
        let mut told = Vec::new();
        for host in ["127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0", "nowhere.invalid"] {
            told.extend(closed.dial(host, 993).await.err().map(|error| (error.kind(), error.to_string())));
        }
        // What is inside and what is nowhere are not to be told apart.
        assert_eq!(told.len(), 6);
        assert!(told.iter().all(|error| *error == told[0]), "{told:?}");
        let other = closed.dial("localhost", 22).await.err().map(|error| error.kind());
        assert_eq!(other, Some(io::ErrorKind::PermissionDenied));
        let servers = Servers { networks: vec!["127.0.0.0/8".parse().unwrap()], ..Servers::default() };
        assert!(fence(servers).dial("127.0.0.1", port).await.is_ok());
    }

    // Would catch: the doors of a host that have nothing to do with mail, and the provider's own public servers.
    #[test]
    fn ports_and_networks() {
        let servers = Servers {
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            refused: vec!["91.198.174.0/24".parse().unwrap()],
            ports: vec![1143],
            ..Servers::default()
        };
        for (address, may) in [
            ("8.8.8.8:993", true),
            ("8.8.8.8:22", false),
            ("8.8.8.8:1143", true),
            ("91.198.174.192:993", false),
            ("10.1.2.3:2222", true),
            ("192.168.0.1:993", false),
        ] {
            assert_eq!(servers.may_be_dialled(address.parse().unwrap()), may, "{address}");
        }
    }

    #[test]
    fn named_hosts_alone() {
        let servers =
            Servers { only: vec!["mail.example".into(), ".ovh.example".into()], ..Servers::default() };
        for (host, may) in [
            ("mail.example", true),
            ("MAIL.example.", true),
            ("ssl0.ovh.example", true),
            ("ovh.example", false),
            ("evilovh.example", false),
            ("mail.example.evil.example", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(servers.may_be_named(host), may, "{host}");
        }
        assert!(Servers::default().may_be_named("anything.example"));
    }
}
