//! Time, threads and sockets of a tokio runtime.

use super::{reach, start::Start};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{BoxFuture, Connection, Runtime},
};
use std::{
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    time::Duration,
};
use tokio::{net::TcpStream, runtime::Handle};
use tokio_util::compat::TokioAsyncReadCompatExt;

/// Lends a tokio runtime. Its futures may be driven from anywhere, even from a thread outside that runtime, as
/// long as the runtime lives.
///
/// The runtime needs its time and I/O drivers (`enable_all`). Blocking work goes to its blocking threads.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let runtime = omm::TokioRuntime::current()?;
/// # let _ = runtime;
/// # Ok::<(), omm::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokioRuntime {
    handle: Handle,
    start: Start,
    #[cfg(feature = "discover")]
    names: Option<crate::discovery::SystemNames>,
}

impl TokioRuntime {
    /// The runtime that this code runs on.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] outside a tokio runtime.
    pub fn current() -> Result<Self> {
        Handle::try_current().map(Self::new).map_err(|cause| {
            Error::new(ErrorKind::Config, Side::Host, "start", "this was called outside a tokio runtime")
                .caused_by(cause)
        })
    }

    /// The runtime behind a handle.
    pub fn new(handle: Handle) -> Self {
        Self {
            handle,
            start: Start::now(),
            #[cfg(feature = "discover")]
            names: None,
        }
    }

    /// The same, asking these name servers for the addresses of hosts, and not the system.
    #[cfg(feature = "discover")]
    #[must_use]
    pub fn asking(mut self, names: crate::discovery::SystemNames) -> Self {
        self.names = Some(names);
        self
    }

    #[cfg(feature = "discover")]
    async fn addresses(&self, host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        match (&self.names, host.parse::<IpAddr>()) {
            (Some(names), Err(_)) => names.addresses(&host, port).await.map(reach::alternating),
            _ => self.system_addresses(host, port).await,
        }
    }

    #[cfg(not(feature = "discover"))]
    async fn addresses(&self, host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.system_addresses(host, port).await
    }

    async fn system_addresses(&self, host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.handle.spawn_blocking(move || reach::look_up(&host, port)).await?
    }
}

impl Runtime for TokioRuntime {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        super::time_of_day()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // A timer belongs to the runtime that is entered when it is made.
        let _entered = self.handle.enter();
        Box::pin(tokio::time::sleep(duration))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        // Dropping the join handle detaches it; the work runs to its end.
        drop(self.handle.spawn_blocking(work));
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        let (own, host) = (self.clone(), host.to_owned());
        Box::pin(async move {
            let addresses = own.addresses(host, port).await?;
            let pause = || -> BoxFuture<'static, ()> { Box::pin(tokio::time::sleep(reach::HEAD_START)) };
            let mut connecting = pin!(reach::first_that_answers(
                addresses,
                |address| Box::pin(TcpStream::connect(address)),
                pause,
            ));
            // Sockets and timers register with the runtime that is entered while they are made and polled.
            let stream = poll_fn(|context| {
                let _entered = own.handle.enter();
                connecting.as_mut().poll(context)
            })
            .await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream.compat()) as Box<dyn Connection>)
        })
    }
}
