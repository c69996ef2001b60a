//! A server that understands one word for another.

use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::Connection;
use omm_testkit::{
    imap::{MemoryConnection, MockImap},
    sim::{Listener, SimRuntime},
};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

/// The server, and what it reads instead of what is said. A command comes in one piece.
pub(crate) struct Misheard {
    server: MockImap,
    instead_of: &'static str,
    reads: &'static str,
}

impl Misheard {
    pub(crate) fn new(server: MockImap, instead_of: &'static str, reads: &'static str) -> Self {
        Self { server, instead_of, reads }
    }
}

impl Listener for Misheard {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        let inner = self.server.connect(runtime)?;
        Ok(Box::new(Ear { inner, instead_of: self.instead_of, reads: self.reads }))
    }
}

struct Ear {
    inner: MemoryConnection,
    instead_of: &'static str,
    reads: &'static str,
}

impl Ear {
    /// `BODY.PEEK[]<0.9>` to `BODY.PEEK[]` needs more than another word: what is left over is cut off.
    fn heard(&self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes).replace(self.instead_of, self.reads);
        match text.split_once(" (0.") {
            Some((before, after)) => {
                let after = after.split_once('>').map_or("", |(_, after)| after);
                format!("{before}{after}").into_bytes()
            }
            None => text.into_bytes(),
        }
    }
}

impl AsyncRead for Ear {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl AsyncWrite for Ear {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let heard = self.heard(bytes);
        Pin::new(&mut self.inner).poll_write(context, &heard).map_ok(|_| bytes.len())
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(context)
    }
}
