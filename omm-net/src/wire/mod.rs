//! Bytes to and from a server, both ways at once.

mod incoming;
mod outgoing;
mod patience;

use crate::{Endpoint, deflate::Deflate, dial, error, error::Moment};
use bytes::Bytes;
use futures::{future::poll_fn, io::AsyncWrite};
use incoming::Incoming;
use omm_core::{
    error::Result,
    host::{Connection, Env, Runtime},
    seam::Tls,
};
use outgoing::Outgoing;
pub(crate) use patience::Patience;
use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// A connection to a server: bytes are queued, and [`Wire::turn`] moves them both ways.
pub struct Wire {
    connection: Box<dyn Connection>,
    is_tls: bool,
    incoming: Incoming,
    outgoing: Outgoing,
    deflate: Option<Deflate>,
}

/// What ended a [`Wire::turn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Bytes came, 64 KiB at most. Keeping a small piece keeps the memory of its neighbours too.
    Arrived(Bytes),
    /// What was queued is written and flushed, or fell under the low water mark: there is room for more.
    Drained,
    /// The peer writes no more. Whether that was expected is for the protocol to say; an end without TLS's own
    /// farewell is not told apart, since protocols that we speak mark the end of everything themselves.
    Closed,
}

/// How many bytes went through, compressed if they were, without what TLS adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the peer.
    pub received_bytes: u64,
    /// To the peer.
    pub sent_bytes: u64,
}

impl Wire {
    /// Connects. With [`Tls::Required`] it shakes hands at once; otherwise the line is plain so far.
    ///
    /// # Errors
    /// One clear line with the remedy: `Unreachable` when there is no such host, no answer, or a certificate that
    /// cannot be trusted (then never to be retried); `Config` when the server speaks plain text, or `ca_file` cannot
    /// be used.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection.
    pub async fn dial(env: &Env, endpoint: &Endpoint) -> Result<Self> {
        let connection = dial::plain(env, endpoint).await?;
        match endpoint.tls {
            Tls::Required => {
                let encrypted = dial::encrypted(env, endpoint, connection, Moment::Handshake).await?;
                Ok(Self::over(encrypted, true))
            }
            _ => Ok(Self::over(connection, false)),
        }
    }

    /// TLS from here on, after the server agreed to it (STARTTLS, STLS).
    ///
    /// # Errors
    /// As of [`Wire::dial`]; `Protocol` when anything that came before is still unread, in this wire
    /// ([`Wire::unread`]) or on its way: nothing that was said before TLS is trusted (CVE-2011-0411). The caller
    /// refuses what it holds itself.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection.
    pub async fn start_tls(mut self, env: &Env, endpoint: &Endpoint) -> Result<Self> {
        if self.is_tls || self.deflate.is_some() {
            return Err(error::too_early_for_tls(endpoint, "the line was already encrypted or compressed"));
        }
        if self.queued() > 0 {
            return Err(error::too_early_for_tls(endpoint, "commands were still to be sent"));
        }
        if self.incoming.has_unread() || dial::has_spoken(&mut self.connection).await {
            return Err(error::spoke_before_tls(endpoint));
        }
        let encrypted = dial::encrypted(env, endpoint, self.connection, Moment::StartTls).await?;
        Ok(Self::over(encrypted, true))
    }

    /// Raw deflate both ways from here on (RFC 4978 §4). Bytes that came after the server's agreement are compressed:
    /// give them back with [`Wire::unread`] first.
    pub fn start_deflate(mut self) -> Self {
        self.deflate = Some(Deflate::new());
        self
    }

    /// Whether what is queued now is encrypted.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Puts bytes into the line to be written. Never blocks; the caller watches [`Wire::queued`].
    pub fn queue(&mut self, bytes: Bytes) {
        self.outgoing.queue(bytes);
    }

    /// How many bytes are still to be written.
    pub fn queued(&self) -> usize {
        self.outgoing.queued()
    }

    /// Gives back bytes of the last turn that were not understood yet. They come again, first of all; after
    /// [`Wire::start_deflate`] as what they say uncompressed.
    pub fn unread(&mut self, bytes: Bytes) {
        self.incoming.unread(bytes);
    }

    /// Moves bytes both ways at once until something is to be told. Reading never stops while writing, and what
    /// arrived is told before what was drained. With nothing queued it waits for bytes.
    ///
    /// After [`Turn::Closed`] every turn is closed.
    ///
    /// # Errors
    /// Whatever the connection says; `InvalidData` when it was compressed and cannot be inflated. What the peer said
    /// before it hung up is told first, even if it refuses our bytes.
    ///
    /// # Cancel safety
    /// Dropping the future at any moment loses no byte in either direction.
    pub async fn turn(&mut self, low_water: usize) -> io::Result<Turn> {
        poll_fn(|context| self.poll_turn(context, low_water)).await
    }

    /// The same for who does not wait for ever: `TimedOut` when no byte has moved in either direction for so long. A
    /// slow line is no dead one, so a turn may take longer.
    ///
    /// # Errors
    /// As of [`Wire::turn`], and [`io::ErrorKind::TimedOut`].
    ///
    /// # Cancel safety
    /// As of [`Wire::turn`].
    pub async fn turn_within(
        &mut self,
        runtime: &dyn Runtime,
        patience: Duration,
        low_water: usize,
    ) -> io::Result<Turn> {
        let mut patience = Patience::new(runtime, patience);
        poll_fn(|context| match self.poll_turn(context, low_water) {
            Poll::Ready(turn) => Poll::Ready(turn),
            Poll::Pending => patience.poll_lost(self.traffic(), context).map(Err),
        })
        .await
    }

    /// The same, without waiting: nothing, if nothing is to be told yet. For who has a connection lying idle and wants to
    /// know whether it is still there.
    ///
    /// # Errors
    /// As of [`Wire::turn`].
    ///
    /// # Cancel safety
    /// As of [`Wire::turn`].
    pub async fn turn_at_once(&mut self, low_water: usize) -> io::Result<Option<Turn>> {
        poll_fn(|context| match self.poll_turn(context, low_water) {
            Poll::Ready(turn) => Poll::Ready(turn.map(Some)),
            Poll::Pending => Poll::Ready(Ok(None)),
        })
        .await
    }

    /// What went through since this wire was made.
    pub fn traffic(&self) -> Traffic {
        Traffic { received_bytes: self.incoming.received(), sent_bytes: self.outgoing.sent() }
    }

    /// Over a connection that exists: tests and mocks.
    pub fn from_connection(connection: Box<dyn Connection>) -> Self {
        Self::over(connection, false)
    }

    /// The line itself, for who brings a protocol library of his own. What was queued or given back is dropped, so this is
    /// for a line on which nothing was said yet; it must not be compressed.
    pub fn into_connection(self) -> Box<dyn Connection> {
        self.connection
    }

    /// Says TLS's farewell, if the line takes it at once, and hangs up. What is still queued is dropped.
    ///
    /// # Cancel safety
    /// It never waits: a peer that has gone is no matter, nor is one that does not listen.
    pub async fn shutdown(mut self) {
        poll_fn(|context| {
            // Nobody is left to whom a failure would matter.
            let _ = Pin::new(&mut self.connection).poll_close(context);
            Poll::Ready(())
        })
        .await;
    }

    fn over(connection: Box<dyn Connection>, is_tls: bool) -> Self {
        Self { connection, is_tls, incoming: Incoming::new(), outgoing: Outgoing::new(), deflate: None }
    }

    fn poll_turn(&mut self, context: &mut Context<'_>, low_water: usize) -> Poll<io::Result<Turn>> {
        let deflate = self.deflate.as_mut();
        let (compress, inflate) = match deflate {
            Some(deflate) => (Some(&mut deflate.compress), Some(&mut deflate.inflate)),
            None => (None, None),
        };
        let written = self.outgoing.poll_write(&mut self.connection, compress, context);
        match self.incoming.poll_read(&mut self.connection, inflate, context) {
            Poll::Ready(Ok(Some(bytes))) => return Poll::Ready(Ok(Turn::Arrived(bytes))),
            Poll::Ready(Ok(None)) => return Poll::Ready(Ok(Turn::Closed)),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            // A server that hung up after its last words refuses ours; only now nothing of it is left.
            Poll::Pending => written?,
        }
        if self.outgoing.tells_drained(low_water) { Poll::Ready(Ok(Turn::Drained)) } else { Poll::Pending }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("is_tls", &self.is_tls)
            .field("is_deflated", &self.deflate.is_some())
            .field("queued", &self.queued())
            .field("traffic", &self.traffic())
            .finish_non_exhaustive()
    }
}
