//! A socket that is watched.

use super::{Pace, Wire};
use crate::host::{BoxFuture, Connection};
use futures::{
    FutureExt,
    io::{AsyncRead, AsyncWrite},
    ready,
};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

pub(super) struct Watched {
    inner: Box<dyn Connection>,
    wire: Wire,
    // One for each direction: both may wait at once, each in a task of its own.
    reading: Pause,
    writing: Pause,
}

type Pause = Option<BoxFuture<'static, ()>>;

impl Watched {
    pub(super) fn new(inner: Box<dyn Connection>, wire: Wire) -> Self {
        Self { inner, wire, reading: None, writing: None }
    }
}

impl Wire {
    /// Waits until every pace lets something through.
    fn poll_pause(&self, pause: &mut Pause, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(sleeping) = pause {
                ready!(sleeping.poll_unpin(context));
                *pause = None;
            }
            let now = self.inner.monotonic();
            let Some(longest) = self.paces.iter().filter_map(|pace| pace.wait(now)).max() else {
                return Poll::Ready(());
            };
            *pause = Some(self.inner.sleep(longest));
        }
    }

    fn slice(&self, length: usize) -> usize {
        self.paces.iter().map(Pace::slice).fold(length, usize::min)
    }

    fn spent(&self, bytes: usize) {
        let now = self.inner.monotonic();
        self.paces.iter().for_each(|pace| pace.spent(bytes, now));
    }

    fn may_write(&self) -> io::Result<()> {
        self.fence.as_ref().map_or(Ok(()), |fence| fence.check(self.inner.monotonic()))
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.wire.poll_pause(&mut this.reading, context));
        let slice = this.wire.slice(buffer.len());
        let read = ready!(Pin::new(&mut this.inner).poll_read(context, &mut buffer[..slice]))?;
        this.wire.spent(read);
        Poll::Ready(Ok(read))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.wire.poll_pause(&mut this.writing, context));
        // Looked at last, so that nothing lies between the look and the write.
        this.wire.may_write()?;
        let slice = this.wire.slice(buffer.len());
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, &buffer[..slice]))?;
        this.wire.spent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_close(context)
    }
}
