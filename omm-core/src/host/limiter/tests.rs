use super::*;
use crate::host::{BoxFuture, Connection, Runtime};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

/// A clock that stands still: nobody rests here.
struct Still;

impl Runtime for Still {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        Box::pin(async { Err(std::io::ErrorKind::Unsupported.into()) })
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Somebody who waits for a permit, polled as an executor would.
struct Waiter {
    woken: Arc<Woken>,
    future: BoxFuture<'static, Permit>,
}

impl Waiter {
    /// Joins the line, and is polled once.
    fn join(limiter: &Limiter, lane: &str) -> Result<Permit, Self> {
        let (lane, runtime) = (limiter.lane(&key(lane)), Arc::new(Still) as Arc<dyn Runtime>);
        let future = async move { lane.permit(&runtime).await }.boxed();
        Self { woken: Arc::default(), future }.poll()
    }

    fn poll(mut self) -> Result<Permit, Self> {
        let waker = Waker::from(Arc::clone(&self.woken));
        self.woken.0.store(false, Ordering::SeqCst);
        match self.future.poll_unpin(&mut Context::from_waker(&waker)) {
            Poll::Ready(permit) => Ok(permit),
            Poll::Pending => Err(self),
        }
    }

    fn was_woken(&self) -> bool {
        self.woken.0.load(Ordering::SeqCst)
    }
}

fn key(name: &str) -> LaneKey {
    LaneKey(name.into())
}

fn joined(limiter: &Limiter, lane: &str) -> Permit {
    Waiter::join(limiter, lane).map_err(|_| "no room").expect("there is room")
}

fn waiting(limiter: &Limiter, lane: &str) -> Waiter {
    match Waiter::join(limiter, lane) {
        Ok(_) => panic!("there is room on {lane}"),
        Err(waiter) => waiter,
    }
}

/// Polls whoever was woken until nobody is; what was served, in order.
fn settle(waiters: &mut Vec<(usize, Waiter)>) -> Vec<(usize, Permit)> {
    let mut served = Vec::new();
    while let Some(at) = waiters.iter().position(|(_, waiter)| waiter.was_woken()) {
        let (name, waiter) = waiters.remove(at);
        match waiter.poll() {
            Ok(permit) => served.push((name, permit)),
            Err(waiter) => waiters.insert(at, (name, waiter)),
        }
    }
    served
}

#[test]
fn a_part_counts_on_all_lanes_together_and_in_what_it_is_a_part_of() {
    let whole = Limiter::new(4);
    let part = whole.part(2);
    let _held = [joined(&part, "a"), joined(&part, "b")];
    let third = waiting(&part, "c");
    assert_eq!((part.open(), whole.open()), (2, 2));
    let lanes: Vec<_> = part.lanes().into_iter().map(|lane| (lane.key, lane.open, lane.granted)).collect();
    assert_eq!(lanes, [(key("a"), 1, 1), (key("b"), 1, 1), (key("c"), 0, 0)]);
    let _other = joined(&whole, "c");
    assert!(!third.was_woken());
    part.set_total(3);
    assert!(third.was_woken());
    let _third = third.poll().map_err(|_| ()).expect("there is room now");
    assert_eq!((part.open(), whole.open()), (3, 4));
    whole.set_total(4);
    let fifth = waiting(&whole, "d");
    drop(part);
    assert!(!fifth.was_woken(), "the permits of a part that nobody holds a handle of still count");
}

#[test]
fn a_part_has_a_limit_on_each_lane() {
    let whole = Limiter::new(4);
    let (part, other) = (whole.part(usize::MAX), whole.part(usize::MAX));
    part.set_each(2);
    let first = joined(&part, "a");
    let _rest = [joined(&part, "a"), joined(&part, "b"), joined(&other, "a"), joined(&other, "a")];
    let (third, fifth) = (waiting(&part, "a"), waiting(&other, "a"));
    drop(first);
    assert!(third.was_woken() && !fifth.was_woken(), "the one who came first");
    drop(third);
    assert!(fifth.was_woken());
    part.set_each(0);
    let (lane, runtime) = (part.lane(&key("b")), Arc::new(Still) as Arc<dyn Runtime>);
    assert!(lane.closed(&runtime).now_or_never().is_some());
}

#[test]
fn a_lane_that_is_full_keeps_nobody_from_another() {
    let whole = Limiter::new(1);
    let part = whole.part(5);
    let _a = joined(&part, "a");
    let first = waiting(&part, "a");
    let _b = joined(&part, "b");
    assert!(!first.was_woken());
}

#[test]
fn parts_take_turns_however_many_wait_in_each() {
    let whole = Limiter::new(1);
    let (crowd, single) = (whole.part(usize::MAX), whole.part(usize::MAX));
    let mut held = vec![(0, joined(&crowd, "a"))];
    let mut waiters: Vec<(usize, Waiter)> = (1..=100).map(|name| (name, waiting(&crowd, "a"))).collect();
    waiters.extend((101..=103).map(|name| (name, waiting(&single, "a"))));
    let mut order = Vec::new();
    while let Some((name, permit)) = held.pop() {
        order.push(name);
        drop(permit);
        held = settle(&mut waiters);
        assert!(held.len() <= 1, "the lane has one");
    }
    assert_eq!(order.len(), 104);
    let place = |name| order.iter().position(|other| *other == name).expect("everybody is served");
    assert!((101..=103).all(|name| place(name) <= 8), "{order:?}");
    assert!(
        order.iter().filter(|name| **name <= 100).is_sorted(),
        "a part's own come as they came: {order:?}"
    );
}

#[test]
fn who_gives_back_and_asks_again_does_not_overtake() {
    let whole = Limiter::new(3);
    whole.set_total(1);
    let held = joined(&whole, "a");
    let first = waiting(&whole, "b");
    drop(held);
    let again = waiting(&whole, "a");
    assert!(first.was_woken());
    drop(first.poll().map_err(|_| ()).expect("his turn"));
    assert!(again.was_woken());
}

#[test]
fn one_change_of_a_limit_lets_in_as_many_as_there_is_room_for() {
    let whole = Limiter::new(1);
    whole.set_limit(&key("a"), 0);
    let mut waiters: Vec<(usize, Waiter)> = (0..10).map(|name| (name, waiting(&whole, "a"))).collect();
    assert!(settle(&mut waiters).is_empty());
    whole.set_limit(&key("a"), 7);
    let served = settle(&mut waiters);
    assert_eq!(served.iter().map(|(name, _)| *name).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
}

#[test]
fn a_part_of_limit_zero_is_shut_and_heard() {
    let whole = Limiter::new(1);
    let part = whole.part(1);
    let (lane, runtime) = (part.lane(&key("a")), Arc::new(Still) as Arc<dyn Runtime>);
    assert!(lane.closed(&runtime).now_or_never().is_none());
    assert!(lane.open_again(&runtime).now_or_never().is_some());
    part.set_total(0);
    assert!(lane.closed(&runtime).now_or_never().is_some());
    assert!(lane.open_again(&runtime).now_or_never().is_none());
    assert!(lane.permit_while_open(&runtime).now_or_never().is_some_and(|permit| permit.is_none()));
    assert!(whole.lane(&key("a")).closed(&runtime).now_or_never().is_none(), "the whole is not shut");
}

/// Whatever happens in whatever order: no limit is exceeded, and nobody for whom there is room is left asleep.
#[test]
fn nobody_is_forgotten() {
    for seed in 1..=60_u64 {
        let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut below = move |most: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % most
        };
        let whole = Limiter::new(2);
        let parts = [whole.clone(), whole.part(3), whole.part(2), whole.part(4).part(1)];
        parts[1].set_each(1);
        let lanes = ["a", "b", "c"];
        whole.set_total(5);
        let mut held: Vec<(usize, Permit)> = Vec::new();
        let mut waiters: Vec<(usize, Waiter)> = Vec::new();
        for name in 0..400 {
            match below(10) {
                0..=4 => match Waiter::join(&parts[below(4)], lanes[below(3)]) {
                    Ok(permit) => held.push((name, permit)),
                    Err(waiter) => waiters.push((name, waiter)),
                },
                5..=7 if !held.is_empty() => drop(held.swap_remove(below(held.len()))),
                8 if !waiters.is_empty() => drop(waiters.swap_remove(below(waiters.len()))),
                _ => whole.set_limit(&key(lanes[below(3)]), below(4)),
            }
            if below(3) > 0 {
                held.extend(settle(&mut waiters));
            }
            assert!(whole.open() <= 5 && parts[1].open() <= 3 && parts[3].open() <= 1, "seed {seed}");
            assert_eq!(whole.open(), held.len(), "seed {seed}");
        }
        lanes.iter().for_each(|lane| whole.set_limit(&key(lane), 1));
        held.extend(settle(&mut waiters));
        while !held.is_empty() {
            drop(held.swap_remove(below(held.len())));
            held.extend(settle(&mut waiters));
        }
        assert!(waiters.is_empty(), "seed {seed}: {} asleep, and nothing is open", waiters.len());
    }
}
