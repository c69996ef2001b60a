//! Connections that the server has ended while nobody used them.

use crate::world::{World, server, spec};
use futures::io::{AsyncRead, AsyncWrite};
use omm_core::host::Connection;
use omm_testkit::{
    imap::MockImap,
    sim::{Listener, SimRuntime},
};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

/// A server that can end what is open, with a last word or without.
#[derive(Clone)]
pub(crate) struct Ending {
    pub(crate) server: MockImap,
    pub(crate) open: Arc<Mutex<Vec<Arc<AtomicBool>>>>,
    pub(crate) last_word: &'static [u8],
}

impl Ending {
    pub(crate) fn end_all(&self) {
        let open = std::mem::take(&mut *self.open.lock().expect("no panic holds it"));
        open.iter().for_each(|ended| ended.store(true, Ordering::SeqCst));
    }
}

impl Listener for Ending {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        let ended = Arc::new(AtomicBool::new(false));
        self.open.lock().expect("no panic holds it").push(ended.clone());
        Ok(Box::new(Mortal { inner: self.server.accept(runtime)?, ended, last_word: self.last_word }))
    }
}

struct Mortal {
    inner: Box<dyn Connection>,
    ended: Arc<AtomicBool>,
    last_word: &'static [u8],
}

impl AsyncRead for Mortal {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if !self.ended.load(Ordering::SeqCst) {
            return Pin::new(&mut self.inner).poll_read(context, into);
        }
        let last = std::mem::take(&mut self.last_word);
        into[..last.len()].copy_from_slice(last);
        Poll::Ready(Ok(last.len()))
    }
}

impl AsyncWrite for Mortal {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.ended.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(context)
    }
}

/// Kills: a call that fails because the connection that it was lent had been dead for minutes.
#[test]
fn a_connection_that_ended_while_idle_costs_its_next_user_nothing() {
    for last_word in [&b""[..], b"* BYE disconnected for inactivity\r\n"] {
        let ending = Ending { server: server(), open: Arc::default(), last_word };
        let world = World::new(ending.clone());
        let source = world.source(&spec());
        let connections = || ending.server.counters().connections;
        world.run(source.folders()).expect("a connection");
        ending.end_all();
        world.run(source.folders()).expect("another one");
        assert_eq!(connections(), 2, "{last_word:?}");
        world.run(source.folders()).expect("the same");
        assert_eq!(connections(), 2, "a live one is used again");
    }
}
