//! A host whose every dial answers as told, with the testkit's clock.

use crate::pipe::{End, pipe};
use omm_core::{
    error::Side,
    host::{BoxFuture, Connection, Env, Runtime},
    seam::Tls,
};
use omm_net::{Endpoint, Turn, Wire};
use omm_testkit::sim::{self, SimRuntime};
use std::{
    collections::VecDeque,
    future::{pending, poll_fn},
    io,
    pin::pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};

pub(crate) const HOST: &str = "imap.example.com";

/// How a dial ends.
pub(crate) enum Dial {
    Connected(End),
    Failed(io::Error),
    Silent,
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) clock: SimRuntime,
    dials: Arc<Mutex<VecDeque<Dial>>>,
}

impl World {
    pub(crate) fn new(dials: impl IntoIterator<Item = Dial>) -> Self {
        Self { clock: SimRuntime::new(), dials: Arc::new(Mutex::new(dials.into_iter().collect())) }
    }

    /// A world with one server, and the server's end.
    pub(crate) fn with_server(room: usize) -> (Self, End) {
        let (client, server) = pipe(room);
        (Self::new([Dial::Connected(client)]), server)
    }

    pub(crate) fn env(&self) -> Env {
        Env::new(Arc::new(self.clone()))
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        sim::run(&self.clock, future)
    }
}

impl Runtime for World {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.clock.start_blocking(work);
    }

    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        let next = self.dials.lock().expect("no panic holds it").pop_front();
        Box::pin(async move {
            match next.expect("a dial that the test foresaw") {
                Dial::Connected(end) => Ok(Box::new(end) as Box<dyn Connection>),
                Dial::Failed(error) => Err(error),
                Dial::Silent => pending().await,
            }
        })
    }
}

pub(crate) fn endpoint(tls: Tls) -> Endpoint {
    Endpoint::new(HOST, 993, tls, Side::Source)
}

/// Drives a wire until so many bytes came and nothing is queued any more.
pub(crate) async fn exchange(wire: &mut Wire, expected: usize) -> Vec<u8> {
    let mut got = Vec::new();
    while got.len() < expected || wire.queued() > 0 {
        match turn_dropped_after_each_poll(wire).await.expect("the pipe holds") {
            Turn::Arrived(bytes) => got.extend_from_slice(&bytes),
            Turn::Drained => {}
            Turn::Closed => break,
        }
    }
    got
}

/// A turn whose future is dropped and made anew after every poll.
pub(crate) async fn turn_dropped_after_each_poll(wire: &mut Wire) -> io::Result<Turn> {
    loop {
        let polled = {
            let mut turn = pin!(wire.turn(1));
            poll_fn(|context| Poll::Ready(turn.as_mut().poll(context))).await
        };
        match polled {
            Poll::Ready(turn) => return turn,
            Poll::Pending => {
                let mut has_waited = false;
                poll_fn(|_| {
                    if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
            }
        }
    }
}

/// Bytes that compress, but not to nothing, and differ everywhere.
pub(crate) fn text(bytes: usize) -> Vec<u8> {
    let mut seed = 7_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b"etaoin shrdlu\r\n"[(seed >> 24) as usize % 15]
    };
    (0..bytes).map(|_| next()).collect()
}
