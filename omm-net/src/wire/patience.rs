//! How long a line may be silent before it is given up.

use super::Traffic;
use omm_core::host::{BoxFuture, Runtime};
use std::{
    io,
    task::{Context, Poll, ready},
    time::Duration,
};

pub(crate) struct Patience<'a> {
    runtime: &'a dyn Runtime,
    most: Duration,
    /// What had moved when the wait began. Most turns are over at once and wait for nothing.
    waiting: Option<(Traffic, BoxFuture<'static, ()>)>,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(runtime: &'a dyn Runtime, most: Duration) -> Self {
        Self { runtime, most, waiting: None }
    }

    /// Ready when nothing has moved for as long as there is patience.
    pub(crate) fn poll_lost(&mut self, moved: Traffic, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let (before, limit) = self.waiting.get_or_insert_with(|| (moved, self.runtime.sleep(self.most)));
            if *before != moved {
                self.waiting = None;
                continue;
            }
            ready!(limit.as_mut().poll(context));
            let message = format!("no byte moved for {} seconds", self.most.as_secs());
            return Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, message));
        }
    }
}
