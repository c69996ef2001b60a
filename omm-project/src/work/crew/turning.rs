//! The turns that run, driven by the worker: it spawns nothing.

use super::{Crew, Ended};
use futures::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use std::collections::VecDeque;

/// The turns that are driven.
#[derive(Default)]
pub(in crate::work) struct Turning<'a> {
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    over: VecDeque<Ended>,
}

impl<'a> Turning<'a> {
    /// The next to end. Nothing ends where nothing runs.
    pub(in crate::work) async fn next(&mut self) -> Ended {
        if let Some(ended) = self.over.pop_front() {
            return ended;
        }
        match self.running.next().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// Drives them while something else is done: what that waits for in a database may be held by one of them.
    pub(in crate::work) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|context| {
            while let std::task::Poll::Ready(Some(ended)) = self.running.poll_next_unpin(context) {
                self.over.push_back(ended);
            }
            work.as_mut().poll(context)
        })
        .await
    }

    /// Drives what was begun as well.
    pub(in crate::work) fn begin(&mut self, crew: &mut Crew<'a>) {
        self.running.extend(crew.fresh.drain(..));
    }
}
