//! A connection of the host's as hyper wants it.

use super::Meter;
use futures::io::{AsyncRead, AsyncWrite};
use hyper::rt::{Read, ReadBufCursor, Write};
use omm_core::host::Connection;
use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// How much is read at a time.
const PIECE: usize = 16 << 10;

/// A byte stream that hyper reads and writes. A peer that ends without the farewell of TLS has ended: whether an answer was
/// whole, its length says.
pub struct Line {
    connection: Box<dyn Connection>,
    piece: Box<[u8]>,
    meter: Meter,
}

impl Line {
    /// Over a connection that is dialled and, where it is to be, encrypted.
    pub fn new(connection: Box<dyn Connection>) -> Self {
        Self { connection, piece: vec![0; PIECE].into(), meter: Meter::default() }
    }

    /// What goes through, for whoever watches it while hyper has the line.
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Read for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let line = &mut *self;
        let room = into.remaining().min(line.piece.len());
        let count = match ready!(Pin::new(&mut line.connection).poll_read(context, &mut line.piece[..room])) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Poll::Ready(Err(error)),
        };
        line.meter.received(count);
        into.put_slice(&line.piece[..count]);
        Poll::Ready(Ok(()))
    }
}

impl Write for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.connection).poll_write(context, bytes))?;
        self.meter.sent(count);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_close(context)
    }
}
