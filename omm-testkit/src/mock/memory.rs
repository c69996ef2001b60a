//! A connection in memory, for the virtual clock.

use super::Carrier;
use crate::sim::SimRuntime;
use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::{BoxFuture, Runtime};
use rustls::ServerConfig;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The client's end. What is written is answered at once; what is dripped or never comes is a matter of virtual time.
pub struct MemoryConnection {
    wire: Box<dyn Carrier>,
    runtime: SimRuntime,
    pause: Option<BoxFuture<'static, ()>>,
}

impl MemoryConnection {
    pub(crate) fn new(wire: Box<dyn Carrier>, runtime: SimRuntime) -> Self {
        Self { wire, runtime, pause: None }
    }
}

impl AsyncRead for MemoryConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(pause) = &mut self.pause {
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        let drip = self.wire.drip();
        let most = drip.map_or(buffer.len(), |(bytes, _)| bytes.min(buffer.len()));
        let bytes = self.wire.take_output(most);
        if bytes.is_empty() {
            if self.wire.is_closed() {
                return Poll::Ready(Ok(0));
            }
            self.wire.wake_later(context.waker());
            return Poll::Pending;
        }
        if let Some((_, wait)) = drip {
            self.pause = Some(self.runtime.sleep(wait));
        }
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Poll::Ready(Ok(bytes.len()))
    }
}

impl AsyncWrite for MemoryConnection {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // As with sockets: who has not heard the end yet writes into the void.
        if self.wire.is_over() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        self.wire.receive(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.hang_up();
        Poll::Ready(Ok(()))
    }
}

impl std::fmt::Debug for MemoryConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryConnection").finish_non_exhaustive()
    }
}

/// The same server with TLS from the first byte on, to listen in a [`SimRuntime`].
#[derive(Clone, Debug)]
pub struct ImplicitTls<S>(pub S, pub Arc<ServerConfig>);
