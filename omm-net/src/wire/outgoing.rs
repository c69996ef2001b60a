//! What is to be written: a line of pieces, compressed on its way out if wanted.

use crate::deflate::Compress;
use bytes::{Buf, Bytes};
use futures::io::AsyncWrite;
use omm_core::host::Connection;
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// How much is compressed or put together at a time, so that reading gets its turn.
const BURST: usize = 32 << 10;
/// A piece below this is put together with what follows: to copy it costs less than to hand it over by itself.
const SMALL: usize = 4 << 10;

#[derive(Default)]
pub(super) struct Outgoing {
    line: VecDeque<Bytes>,
    /// Of the line.
    bytes: usize,
    /// Compressed or put together, and written before anything else of the line is looked at.
    ready: Bytes,
    is_unflushed: bool,
    owes_low: bool,
    owes_drained: bool,
    sent: u64,
}

impl Outgoing {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn queue(&mut self, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        self.bytes += bytes.len();
        self.line.push_back(bytes);
        (self.owes_low, self.owes_drained) = (true, true);
    }

    pub(super) fn queued(&self) -> usize {
        self.bytes + self.ready.len()
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether the caller is to be told that there is room. Each fact is told once.
    pub(super) fn tells_drained(&mut self, low_water: usize) -> bool {
        let is_drained = self.queued() == 0 && !self.is_unflushed;
        if is_drained && self.owes_drained {
            (self.owes_low, self.owes_drained) = (false, false);
            return true;
        }
        let is_low = self.queued() < low_water;
        is_low && std::mem::take(&mut self.owes_low)
    }

    /// Writes as much as the connection takes. Pending and ready do not matter to the caller, who reads anyway.
    pub(super) fn poll_write(
        &mut self,
        connection: &mut Box<dyn Connection>,
        mut compress: Option<&mut Compress>,
        context: &mut Context<'_>,
    ) -> io::Result<()> {
        match self.poll_all(connection, &mut compress, context) {
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {
                context.waker().wake_by_ref();
                Ok(())
            }
            Poll::Ready(result) => result,
            Poll::Pending => Ok(()),
        }
    }

    fn poll_all(
        &mut self,
        connection: &mut Box<dyn Connection>,
        compress: &mut Option<&mut Compress>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.queued() > 0 {
            if let Some(compress) = compress.as_deref_mut() {
                // A burst may all stay inside the compressor: nothing comes of it yet.
                while self.ready.is_empty() && !self.line.is_empty() {
                    self.compress_burst(compress)?;
                }
            } else if self.ready.is_empty() {
                self.put_together();
            }
            let is_ready = compress.is_some() || !self.ready.is_empty();
            let piece = if is_ready { Some(&self.ready) } else { self.line.front() };
            let Some(piece) = piece else { break };
            let count = ready!(Pin::new(&mut *connection).poll_write(context, piece))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.is_unflushed = true;
            self.sent += count as u64;
            if is_ready { self.ready.advance(count) } else { self.take(count) }
        }
        if self.is_unflushed {
            ready!(Pin::new(&mut *connection).poll_flush(context))?;
            self.is_unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// The end of what is queued is flushed, so that the peer can inflate all of it.
    fn compress_burst(&mut self, compress: &mut Compress) -> io::Result<()> {
        let mut out = Vec::new();
        let mut burst = BURST;
        while let Some(piece) = self.line.front()
            && burst > 0
        {
            let count = piece.len().min(burst);
            compress.add(&piece[..count], &mut out)?;
            self.take(count);
            burst -= count;
        }
        if self.line.is_empty() {
            compress.flush(&mut out)?;
        }
        self.ready = out.into();
        Ok(())
    }

    /// A small piece and what follows it, as far as it fits: the line of a command and the literal behind it are one write.
    fn put_together(&mut self) {
        if self.line.len() < 2 || self.line.front().is_none_or(|front| front.len() >= SMALL) {
            return;
        }
        let mut out = Vec::with_capacity(self.bytes.min(BURST));
        while let Some(piece) = self.line.front()
            && out.len() + piece.len() <= BURST
        {
            out.extend_from_slice(piece);
            let count = piece.len();
            self.take(count);
        }
        self.ready = out.into();
    }

    /// Takes bytes from the front of the line.
    fn take(&mut self, count: usize) {
        let Some(front) = self.line.front_mut() else { return };
        front.advance(count);
        self.bytes -= count;
        if front.is_empty() {
            self.line.pop_front();
        }
    }
}
