//! How many bytes may go over the network in a second.

use std::{
    num::NonZeroU64,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Nobody waits longer than this before he looks again: a pace that was changed is in force soon.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// So much may have gone over before anybody waits: less would wake a sleeper for every packet.
const AHEAD: Duration = Duration::from_millis(50);
/// A quarter of a second's bytes go over between two looks, but no less and no more than this.
const SLICE: [u64; 2] = [512, 64 << 10];

/// Bytes in a second, read and written together, changeable while running. Cloning gives another handle to the same pace:
/// whoever has it shares it.
#[derive(Clone, Debug)]
pub struct Pace(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// None: no limit.
    rate: Option<NonZeroU64>,
    /// Bytes that went over and are not paid for yet by time that passed.
    owed: u64,
    /// When that was so.
    at: Duration,
}

impl Pace {
    /// So many bytes in a second; `None` for as many as will go.
    pub fn new(bytes_per_second: Option<NonZeroU64>) -> Self {
        Self(Arc::new(Mutex::new(State { rate: bytes_per_second, owed: 0, at: Duration::ZERO })))
    }

    /// Changes it at once.
    pub fn set(&self, bytes_per_second: Option<NonZeroU64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rate = bytes_per_second;
    }

    /// How many bytes may go over at once.
    pub(super) fn slice(&self) -> usize {
        let rate = self.0.lock().unwrap_or_else(PoisonError::into_inner).rate;
        rate.map_or(usize::MAX, |rate| (rate.get() / 4).clamp(SLICE[0], SLICE[1]) as usize)
    }

    /// How long to wait at `now` before more goes over.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = state.rate?.get();
        state.pay(rate, now);
        let late = Duration::from_secs_f64(state.owed as f64 / rate as f64);
        (late > AHEAD).then(|| (late - AHEAD).min(LOOK_AGAIN))
    }

    /// So many bytes went over at `now`.
    pub(super) fn spent(&self, bytes: usize, now: Duration) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(rate) = state.rate else { return };
        state.pay(rate.get(), now);
        state.owed = state.owed.saturating_add(bytes as u64);
    }
}

impl State {
    fn pay(&mut self, rate: u64, now: Duration) {
        let passed = now.saturating_sub(self.at);
        let paid = (passed.as_secs_f64() * rate as f64) as u64;
        if paid >= self.owed {
            (self.owed, self.at) = (0, self.at.max(now));
        } else {
            // The time of a part of a byte is kept: many who look often would else never pay.
            self.owed -= paid;
            self.at += Duration::from_secs_f64(paid as f64 / rate as f64);
        }
    }
}
