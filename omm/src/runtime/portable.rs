//! Time, threads and sockets that work under any executor.

use super::{reach, start::Start};
use async_io::Async;
use omm_core::host::{BoxFuture, Connection, Runtime};
use std::{io, net::TcpStream, time::Duration};

/// For hosts with smol, with `futures::executor::block_on`, or with an executor of their own.
///
/// Blocking work goes to the threads of the `blocking` crate, timers and sockets to those of `futures-timer` and
/// `async-io`, which start when first needed.
///
/// ```
/// let runtime = omm::PortableRuntime::new();
/// # let _ = runtime;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PortableRuntime {
    start: Start,
}

impl PortableRuntime {
    /// A runtime whose monotonic time begins now.
    pub fn new() -> Self {
        Self { start: Start::now() }
    }
}

impl Default for PortableRuntime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime for PortableRuntime {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        super::time_of_day()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(futures_timer::Delay::new(duration))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        blocking::unblock(work).detach();
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> {
        let host = host.to_owned();
        Box::pin(async move {
            let addresses = blocking::unblock(move || reach::look_up(&host, port)).await?;
            let pause =
                || -> BoxFuture<'static, ()> { Box::pin(futures_timer::Delay::new(reach::HEAD_START)) };
            let stream = reach::first_that_answers(
                addresses,
                |address| Box::pin(Async::<TcpStream>::connect(address)),
                pause,
            )
            .await?;
            stream.get_ref().set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    }
}
