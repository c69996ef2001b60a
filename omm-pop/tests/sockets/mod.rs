//! Real sockets, for tests against real servers.

use futures::FutureExt;
use omm_core::host::{BoxFuture, Connection, Runtime};
use std::time::{Duration, Instant};

/// The runtime of the test process.
pub(crate) struct Sockets(Instant);

impl Sockets {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Runtime for Sockets {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        std::time::SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(smol::Timer::after(duration).map(drop))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        smol::unblock(work).detach();
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        let address = (host.to_owned(), port);
        Box::pin(async move {
            let stream = smol::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    }
}
