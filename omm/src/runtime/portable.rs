//! Time, threads and sockets that work under any executor.

use async_io::Async;
use omm_core::host::{BoxFuture, Connection, Runtime};
use std::{
    io,
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

/// For hosts with smol, with `futures::executor::block_on`, or with an executor of their own.
///
/// Blocking work goes to the threads of the `blocking` crate, timers and sockets to those of `futures-timer` and
/// `async-io`, which start when first needed.
///
/// ```
/// let runtime = omm::PortableRuntime::new();
/// # let _ = runtime;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PortableRuntime {
    start: Instant,
}

impl PortableRuntime {
    /// A runtime whose monotonic time begins now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for PortableRuntime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime for PortableRuntime {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        super::time_of_day()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(futures_timer::Delay::new(duration))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        blocking::unblock(work).detach();
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        let target = (host.to_owned(), port);
        Box::pin(async move {
            let addresses = blocking::unblock(move || target.to_socket_addrs().map(Vec::from_iter)).await?;
            first_that_answers(addresses).await
        })
    }
}

async fn first_that_answers(addresses: Vec<SocketAddr>) -> io::Result<Box<dyn Connection>> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in addresses {
        match Async::<TcpStream>::connect(address).await {
            Ok(stream) => {
                stream.get_ref().set_nodelay(true)?;
                return Ok(Box::new(stream));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}
