//! Counts durable steps, and ends a run at one of them.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// A fuse. Clones are the same fuse.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Arc<State>);

#[derive(Debug, Default)]
struct State {
    steps: AtomicU64,
    destination_steps: AtomicU64,
    blown: AtomicBool,
    armed: Mutex<Option<(u64, When)>>,
}

/// On which side of a step's effect the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The effect is not there.
    Before,
    /// The effect is there, and nobody was told.
    After,
}

impl Fuse {
    /// A fuse that only counts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Will blow at this step, counted from 1.
    pub fn arm(&self, step: u64, when: When) {
        *self.0.armed.lock().unwrap_or_else(PoisonError::into_inner) = Some((step, when));
    }

    /// From now on it only counts.
    pub fn mend(&self) {
        *self.0.armed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.blown.store(false, Ordering::SeqCst);
    }

    /// Whether it has blown and was not mended.
    pub fn blown(&self) -> bool {
        self.0.blown.load(Ordering::SeqCst)
    }

    /// How many steps were begun.
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::SeqCst)
    }

    /// How many of them were at the destination.
    pub fn destination_steps(&self) -> u64 {
        self.0.destination_steps.load(Ordering::SeqCst)
    }

    pub(super) async fn at_destination<T>(&self, effect: impl Future<Output = T>) -> T {
        self.0.destination_steps.fetch_add(1, Ordering::SeqCst);
        self.step(effect).await
    }

    /// Many steps at the destination in one call: `part` does the one of that number, `whole` does them all. A kill may
    /// come between two of them.
    pub(super) async fn many_at_destination<T, P: Future<Output = T>>(
        &self,
        steps: usize,
        part: impl Fn(usize) -> P,
        whole: impl Future<Output = T>,
    ) -> T {
        let many = steps as u64;
        let armed = self.0.armed.lock().unwrap_or_else(PoisonError::into_inner).map(|(step, _)| step);
        let begun = self.steps();
        if armed.is_some_and(|step| (begun + 1..=begun + many).contains(&step)) {
            for number in 0..steps {
                self.at_destination(part(number)).await;
            }
        }
        self.0.steps.fetch_add(many.saturating_sub(1), Ordering::SeqCst);
        self.0.destination_steps.fetch_add(many.saturating_sub(1), Ordering::SeqCst);
        self.at_destination(whole).await
    }

    /// A durable step. When the fuse blows it never ends.
    pub(super) async fn step<T>(&self, effect: impl Future<Output = T>) -> T {
        self.stand_still_when_blown().await;
        let step = self.0.steps.fetch_add(1, Ordering::SeqCst) + 1;
        let armed = *self.0.armed.lock().unwrap_or_else(PoisonError::into_inner);
        if armed == Some((step, When::Before)) {
            self.blow().await;
        }
        let result = effect.await;
        if armed == Some((step, When::After)) {
            self.blow().await;
        }
        // Another part of the run may have been cut meanwhile; a dead process hears no answer.
        self.stand_still_when_blown().await;
        result
    }

    async fn blow(&self) {
        self.0.blown.store(true, Ordering::SeqCst);
        std::future::pending::<()>().await;
    }

    async fn stand_still_when_blown(&self) {
        if self.blown() {
            std::future::pending::<()>().await;
        }
    }
}
