//! A connection whose first bytes are remembered, so that a server that speaks no TLS can be told from a broken one.

use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::Connection;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// Enough for the first line of a server that refuses us.
const REMEMBERED: usize = 128;

pub(crate) struct Overheard {
    inner: Box<dyn Connection>,
    heard: Vec<u8>,
}

impl Overheard {
    pub(crate) fn new(inner: Box<dyn Connection>) -> Self {
        Self { inner, heard: Vec::new() }
    }

    /// The first bytes that were received.
    pub(crate) fn heard(&self) -> &[u8] {
        &self.heard
    }
}

impl AsyncRead for Overheard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.inner).poll_read(context, into))?;
        let wanted = REMEMBERED.saturating_sub(self.heard.len()).min(count);
        self.heard.extend_from_slice(&into[..wanted]);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Overheard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(context)
    }
}
