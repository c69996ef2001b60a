//! What comes: into one buffer, of which pieces are handed out without being copied again.

use crate::deflate::Inflate;
use bytes::{Buf, Bytes, BytesMut};
use futures::io::AsyncRead;
use omm_core::host::Connection;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The largest piece.
const PIECE: usize = 64 << 10;
/// Below this the buffer is renewed: reading in small pieces costs calls.
const SMALL: usize = 8 << 10;

pub(super) struct Incoming {
    /// Every byte of it is free to be read into.
    free: BytesMut,
    /// Given back, or compressed and not inflated yet.
    unread: Bytes,
    is_closed: bool,
    received: u64,
}

impl Incoming {
    pub(super) fn new() -> Self {
        Self { free: BytesMut::new(), unread: Bytes::new(), is_closed: false, received: 0 }
    }

    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    pub(super) fn unread(&mut self, bytes: Bytes) {
        if self.unread.is_empty() {
            self.unread = bytes;
        } else if !bytes.is_empty() {
            self.unread = [bytes, std::mem::take(&mut self.unread)].concat().into();
        }
    }

    /// The next piece; none when the peer writes no more.
    pub(super) fn poll_read(
        &mut self,
        connection: &mut Box<dyn Connection>,
        inflate: Option<&mut Inflate>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Bytes>>> {
        let Some(inflate) = inflate else {
            if self.has_unread() {
                let count = self.unread.len().min(PIECE);
                return Poll::Ready(Ok(Some(self.unread.split_to(count))));
            }
            return self.poll_raw(connection, context);
        };
        loop {
            if let Some(piece) = self.inflated(inflate)? {
                return Poll::Ready(Ok(Some(piece)));
            }
            match ready!(self.poll_raw(connection, context))? {
                Some(compressed) => self.unread = compressed,
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// What can be inflated of what is there.
    fn inflated(&mut self, inflate: &mut Inflate) -> io::Result<Option<Bytes>> {
        loop {
            self.make_room();
            let step = inflate.step(&self.unread, &mut self.free)?;
            self.unread.advance(step.consumed);
            if step.produced > 0 {
                return Ok(Some(self.free.split_to(step.produced).freeze()));
            }
            if self.unread.is_empty() {
                return Ok(None);
            }
            if step.consumed == 0 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the compressed stream goes nowhere"));
            }
        }
    }

    fn poll_raw(
        &mut self,
        connection: &mut Box<dyn Connection>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Bytes>>> {
        if self.is_closed {
            return Poll::Ready(Ok(None));
        }
        self.make_room();
        let count = match ready!(Pin::new(connection).poll_read(context, &mut self.free)) {
            Ok(count) => count,
            // Many servers drop the line without TLS's farewell.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Err(error) => return Poll::Ready(Err(error)),
        };
        if count == 0 {
            self.is_closed = true;
            return Poll::Ready(Ok(None));
        }
        self.received += count as u64;
        Poll::Ready(Ok(Some(self.free.split_to(count).freeze())))
    }

    /// Takes the old memory again when nobody holds a piece of it any more.
    fn make_room(&mut self) {
        if self.free.len() < SMALL {
            self.free.clear();
            self.free.resize(PIECE, 0);
        }
    }
}
