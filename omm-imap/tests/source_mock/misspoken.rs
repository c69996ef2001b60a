//! A server whose lines come out otherwise than they were meant.

use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::Connection;
use omm_testkit::{
    imap::{MemoryConnection, MockImap},
    sim::{Listener, SimRuntime},
};
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// What becomes of a line.
pub(crate) type Twist = fn(String) -> String;

/// The server, and what becomes of each of its lines that is text.
pub(crate) struct Misspoken {
    pub(crate) server: MockImap,
    pub(crate) twist: Twist,
}

impl Listener for Misspoken {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        let inner = self.server.connect(runtime)?;
        Ok(Box::new(Mouth { inner, twist: self.twist, line: Vec::new(), said: VecDeque::new() }))
    }
}

struct Mouth {
    inner: MemoryConnection,
    twist: Twist,
    line: Vec<u8>,
    said: VecDeque<u8>,
}

impl Mouth {
    fn speak(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.line.push(*byte);
            if *byte == b'\n' {
                let said = match String::from_utf8(std::mem::take(&mut self.line)) {
                    Ok(text) => (self.twist)(text).into_bytes(),
                    Err(error) => error.into_bytes(),
                };
                self.said.extend(said);
            }
        }
    }
}

impl AsyncRead for Mouth {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        while self.said.is_empty() {
            let mut heard = [0; 4096];
            let len = ready!(Pin::new(&mut self.inner).poll_read(context, &mut heard))?;
            if len == 0 {
                return Poll::Ready(Ok(0));
            }
            self.speak(&heard[..len]);
        }
        let len = buffer.len().min(self.said.len());
        for (place, byte) in buffer.iter_mut().zip(self.said.drain(..len)) {
            *place = byte;
        }
        Poll::Ready(Ok(len))
    }
}

impl AsyncWrite for Mouth {
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
