//! What hyper reads from and writes to: two buffers.

use hyper::rt::{Read, ReadBufCursor, Write};
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

#[derive(Debug, Default)]
pub(super) struct Pipe {
    pub(super) input: Vec<u8>,
    pub(super) output: Vec<u8>,
    pub(super) is_ended: bool,
    reader: Option<Waker>,
}

/// hyper's end of it.
#[derive(Clone, Default)]
pub(super) struct End(pub(super) Arc<Mutex<Pipe>>);

impl End {
    pub(super) fn lock(&self) -> MutexGuard<'_, Pipe> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes from the client.
    pub(super) fn feed(&self, bytes: &[u8]) {
        let mut pipe = self.lock();
        pipe.input.extend_from_slice(bytes);
        if let Some(waker) = pipe.reader.take() {
            waker.wake();
        }
    }
}

impl Read for End {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut pipe = self.lock();
        let count = pipe.input.len().min(buffer.remaining());
        if count == 0 && !pipe.is_ended {
            pipe.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        buffer.put_slice(&pipe.input[..count]);
        pipe.input.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl Write for End {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.lock().output.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
