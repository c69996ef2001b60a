//! The host's connection as lettre wants it.

use futures::io::{AsyncRead as HostRead, AsyncWrite as HostWrite};
use lettre::transport::smtp::client::AsyncTokioStream;
use omm_core::host::Connection;
use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection of the host's. lettre wants to share it between threads, which it never does: the lock is never taken.
pub(super) struct Stream {
    connection: Mutex<Box<dyn Connection>>,
    /// Read before anything that the server says.
    before: Vec<u8>,
}

impl Stream {
    /// `before` is read first: lettre waits for a greeting, which a server gives only once.
    pub(super) fn new(connection: Box<dyn Connection>, before: &str) -> Self {
        Self { connection: Mutex::new(connection), before: before.as_bytes().to_vec() }
    }

    fn connection(&mut self) -> Pin<&mut Box<dyn Connection>> {
        Pin::new(self.connection.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let count = self.before.len().min(into.remaining());
            into.put_slice(&self.before.drain(..count).collect::<Vec<u8>>());
            return Poll::Ready(Ok(()));
        }
        match ready!(HostRead::poll_read(self.connection(), context, into.initialize_unfilled())) {
            Ok(count) => into.advance(count),
            // An end without TLS's farewell is an end; lettre says that an answer is missing.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => return Poll::Ready(Err(error)),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        HostWrite::poll_write(self.connection(), context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        HostWrite::poll_flush(self.connection(), context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        HostWrite::poll_close(self.connection(), context)
    }
}

impl AsyncTokioStream for Stream {
    /// The host does not say whom it reached.
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
