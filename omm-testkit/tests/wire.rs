//! Sockets that keep to a pace and stop at a fence, in virtual time.

use futures::{
    future::join,
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
};
use omm_core::host::{Connection, Fence, Pace, Runtime, Wire};
use omm_testkit::sim::{self, Listener, SimRuntime};
use std::{
    io,
    num::NonZeroU64,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

/// A server that sends without end and takes whatever comes.
#[derive(Clone, Default)]
struct Endless {
    taken: Arc<AtomicUsize>,
}

impl Listener for Endless {
    fn accept(&self, _: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        Ok(Box::new(self.clone()))
    }
}

impl AsyncRead for Endless {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        buffer.fill(b'x');
        Poll::Ready(Ok(buffer.len()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.taken.fetch_add(buffer.len(), Ordering::SeqCst);
        Poll::Ready(Ok(buffer.len()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

struct World {
    runtime: SimRuntime,
    server: Endless,
}

impl World {
    fn new() -> Self {
        let (runtime, server) = (SimRuntime::new(), Endless::default());
        runtime.listen("mail.example", 143, server.clone());
        Self { runtime, server }
    }

    fn wire(&self) -> Wire {
        Wire::over(self.runtime.shared())
    }
}

async fn dialled(wire: &Wire) -> Box<dyn Connection> {
    wire.dial("mail.example", 143).await.expect("there is a server")
}

async fn read(connection: &mut Box<dyn Connection>, bytes: usize) {
    let mut buffer = vec![0; bytes];
    connection.read_exact(&mut buffer).await.expect("it sends without end");
}

fn rate(bytes_per_second: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(bytes_per_second)
}

/// Seconds that passed, and what was expected of them within a twentieth.
fn is_near(passed: Duration, seconds: f64) {
    let passed = passed.as_secs_f64();
    assert!((passed - seconds).abs() <= seconds / 20.0 + 0.1, "{passed} s instead of {seconds} s");
}

#[test]
fn sockets_share_a_pace_in_both_directions() {
    let world = World::new();
    let wire = world.wire().paced(Pace::new(rate(100_000)));
    sim::run(&world.runtime, async {
        let (mut one, mut other) = (dialled(&wire).await, dialled(&wire).await);
        let sent = vec![0; 500_000];
        let (_, written) = join(read(&mut one, 500_000), other.write_all(&sent)).await;
        written.expect("it takes whatever comes");
    });
    is_near(world.runtime.elapsed(), 10.0);
}

#[test]
fn the_slower_of_two_paces_is_kept() {
    let world = World::new();
    let wire = world.wire().paced(Pace::new(rate(1_000_000))).paced(Pace::new(rate(50_000)));
    sim::run(&world.runtime, async {
        read(&mut dialled(&wire).await, 500_000).await;
    });
    is_near(world.runtime.elapsed(), 10.0);
}

#[test]
fn a_pace_that_is_changed_is_in_force_within_a_second() {
    let world = World::new();
    let pace = Pace::new(rate(100));
    let wire = world.wire().paced(pace.clone());
    sim::run(&world.runtime, async {
        let mut socket = dialled(&wire).await;
        let reader = read(&mut socket, 1_000_000);
        let change = async {
            // By now the reader would have to wait for hours.
            world.runtime.sleep(Duration::from_secs(60)).await;
            pace.set(rate(100_000));
        };
        join(reader, change).await;
    });
    is_near(world.runtime.elapsed(), 70.0);
    pace.set(None);
    let before = world.runtime.elapsed();
    sim::run(&world.runtime, async { read(&mut dialled(&wire).await, 50_000_000).await });
    assert_eq!(world.runtime.elapsed(), before, "no pace takes no time");
}

// Would catch: the time of a part of a byte lost at each look, and with it most of the pace.
#[test]
fn who_looks_often_pays_as_well() {
    let world = World::new();
    let wire = world.wire().paced(Pace::new(rate(900)));
    sim::run(&world.runtime, async {
        let mut socket = dialled(&wire).await;
        for _ in 0..9_000 {
            read(&mut socket, 1).await;
            world.runtime.sleep(Duration::from_millis(1)).await;
        }
    });
    is_near(world.runtime.elapsed(), 10.0);
}

#[test]
fn nothing_is_written_beyond_a_fence() {
    let world = World::new();
    let fence = Fence::at(Duration::from_secs(10));
    let wire = world.wire().fenced(fence.clone());
    sim::run(&world.runtime, async {
        let mut socket = dialled(&wire).await;
        socket.write_all(b"A1 APPEND INBOX {5}\r\nab").await.expect("before the fence");
        let before = world.server.taken.load(Ordering::SeqCst);
        world.runtime.sleep(Duration::from_secs(10)).await;
        let refused = socket.write_all(b"cde\r\n").await.expect_err("beyond the fence");
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert!(wire.dial("mail.example", 143).await.is_err(), "nobody is called either");
        assert_eq!(world.server.taken.load(Ordering::SeqCst), before, "not one byte");
        read(&mut socket, 10).await;
        fence.renew(Duration::from_secs(20));
        socket.write_all(b"cde\r\n").await.expect("the fence was moved");
        assert_eq!(world.server.taken.load(Ordering::SeqCst), before + 5);
    });
}
