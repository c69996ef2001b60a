//! A single-threaded executor that moves the clock when nothing else can move.

use super::SimRuntime;
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

/// How much virtual time one future may take. A future that polls a clock for ever is as stuck as one that waits
/// for nothing.
const PATIENCE: Duration = Duration::from_secs(2 * 24 * 3600);

/// Drives a future to its end. Whenever nobody was woken, the clock jumps to the earliest deadline.
///
/// # Panics
/// With "deadlock: nothing is left to wait for" when nobody was woken and nobody sleeps, and when two virtual
/// days pass without an end.
pub fn run<T>(runtime: &SimRuntime, future: impl Future<Output = T>) -> T {
    match run_until(runtime, future, || false) {
        Some(value) => value,
        None => unreachable!("nothing stops it"),
    }
}

/// Drives a future until it ends or `cut` says yes; then the future is dropped where it stands, like a process
/// that is killed, and the answer is nothing. `cut` is asked after every poll.
///
/// # Panics
/// As [`run`].
pub fn run_until<T>(
    runtime: &SimRuntime,
    future: impl Future<Output = T>,
    cut: impl Fn() -> bool,
) -> Option<T> {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let started = runtime.elapsed();
    loop {
        while woken.0.swap(false, Ordering::SeqCst) {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Some(value);
            }
            if cut() {
                return None;
            }
        }
        assert!(runtime.advance_to_next(), "deadlock: nothing is left to wait for");
        let waited = runtime.elapsed() - started;
        assert!(waited < PATIENCE, "stuck: only the clock has moved for {waited:?}");
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
