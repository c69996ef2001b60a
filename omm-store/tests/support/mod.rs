//! A runtime that does everything at once, on the thread that asks.

use chrono::{DateTime, Utc};
use omm_core::host::{BoxFuture, Connection, Runtime};
use std::{
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub(crate) struct Inline;

impl Runtime for Inline {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }

    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

pub(crate) fn runtime() -> Arc<dyn Runtime> {
    Arc::new(Inline)
}
