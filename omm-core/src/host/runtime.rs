//! The runtime that the host lends. Core spawns nothing and knows no executor.

use crate::error::{Error, ErrorKind, Result, Side};
use chrono::{DateTime, Utc};
use futures::channel::oneshot;
use futures::io::{AsyncRead, AsyncWrite};
use std::{pin::Pin, sync::Arc, time::Duration};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A byte stream to a server, before or after TLS.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// Time, threads for blocking work, and sockets.
pub trait Runtime: Send + Sync {
    /// The time of day.
    fn now(&self) -> DateTime<Utc>;

    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;

    /// Ends after `duration`. Dropping it cancels the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Starts `work` where blocking is allowed. It runs to its end even if nobody waits for it any more.
    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>);

    /// Whether whoever works with this may still write: to be asked right before an act that goes through no socket of it (a
    /// file that is put in its place), and that others would go on with.
    ///
    /// # Errors
    /// When its time is over: see [`crate::host::Fence`].
    fn may_write(&self) -> std::io::Result<()> {
        Ok(())
    }

    /// Opens a TCP connection.
    ///
    /// # Errors
    /// Whatever the operating system says; the caller turns it into [`ErrorKind::Unreachable`].
    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>>;
}

/// Runs `work` where blocking is allowed and waits for its result.
///
/// # Errors
/// The work's own error; [`ErrorKind::Local`] if the host's runtime dropped or panicked in it.
///
/// # Cancel safety
/// Dropping the future does not stop the work: it may still be running when the caller has gone on.
pub async fn blocking<T: Send + 'static>(
    runtime: &Arc<dyn Runtime>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (done, result) = oneshot::channel();
    runtime.start_blocking(Box::new(move || {
        // The receiver may be gone: a dropped run.
        let _ = done.send(work());
    }));
    match result.await {
        Ok(result) => result,
        Err(oneshot::Canceled) => {
            Err(Error::new(ErrorKind::Local, Side::Host, "blocking work", "the runtime gave it up"))
        }
    }
}
