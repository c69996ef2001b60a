//! A pipe in memory with little room, and a connection that plays a script.

use futures::io::{AsyncRead, AsyncWrite};
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

/// Two ends; each direction holds `room` bytes.
pub(crate) fn pipe(room: usize) -> (End, End) {
    let lane = || Arc::new(Mutex::new(Lane { room, ..Lane::default() }));
    let (there, back) = (lane(), lane());
    (End { from: there.clone(), to: back.clone() }, End { from: back, to: there })
}

pub(crate) struct End {
    from: Arc<Mutex<Lane>>,
    to: Arc<Mutex<Lane>>,
}

#[derive(Default)]
struct Lane {
    bytes: VecDeque<u8>,
    room: usize,
    is_closed: bool,
    waiting: Vec<Waker>,
}

impl Lane {
    fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().expect("no panic holds a lane")
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut lane = lock(&self.from);
        let count = lane.bytes.len().min(into.len());
        if count == 0 && !lane.is_closed {
            lane.waiting.push(context.waker().clone());
            return Poll::Pending;
        }
        for (slot, byte) in into.iter_mut().zip(lane.bytes.drain(..count)) {
            *slot = byte;
        }
        lane.wake();
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for End {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut lane = lock(&self.to);
        if lane.is_closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = bytes.len().min(lane.room - lane.bytes.len());
        if count == 0 {
            lane.waiting.push(context.waker().clone());
            return Poll::Pending;
        }
        lane.bytes.extend(&bytes[..count]);
        lane.wake();
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut lane = lock(&self.to);
        lane.is_closed = true;
        lane.wake();
        Poll::Ready(Ok(()))
    }
}

/// A connection that takes everything, says nothing, and remembers each write.
#[derive(Clone, Default)]
pub(crate) struct Writes(Arc<Mutex<Vec<Vec<u8>>>>);

impl Writes {
    pub(crate) fn taken(&self) -> Vec<Vec<u8>> {
        self.0.lock().expect("no panic holds them").clone()
    }
}

impl AsyncRead for Writes {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }
}

impl AsyncWrite for Writes {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.lock().expect("no panic holds them").push(bytes.to_vec());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        for lane in [&self.from, &self.to] {
            let mut lane = lock(lane);
            lane.is_closed = true;
            lane.wake();
        }
    }
}

/// Says these pieces, one at a time, then nothing more; keeps what it is told.
pub(crate) struct Script {
    pub(crate) says: VecDeque<Vec<u8>>,
    pub(crate) heard: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Script {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        let Some(mut piece) = self.says.pop_front() else { return Poll::Pending };
        let count = piece.len().min(into.len());
        into[..count].copy_from_slice(&piece[..count]);
        let rest = piece.split_off(count);
        if !rest.is_empty() {
            self.says.push_front(rest);
        }
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Script {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.heard.lock().expect("no panic holds it").extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
