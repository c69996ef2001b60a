//! A future that finds its connections' runtime wherever it is polled or dropped.

use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::runtime::Handle;

/// Connections live in one tokio runtime, and look for it when they are used and when they are given back. The host may poll,
/// and drop, from a thread that belongs to none.
pub struct Lent<'a, T> {
    runtime: Handle,
    /// None when it is being dropped.
    work: Option<Pin<Box<dyn Future<Output = T> + Send + 'a>>>,
}

impl<'a, T> Lent<'a, T> {
    pub(crate) fn new(runtime: &Handle, work: impl Future<Output = T> + Send + 'a) -> Self {
        Self { runtime: runtime.clone(), work: Some(Box::pin(work)) }
    }
}

impl<T> Future for Lent<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let runtime = self.runtime.clone();
        let _inside = runtime.enter();
        match &mut self.work {
            Some(work) => work.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        drop(self.work.take());
    }
}
