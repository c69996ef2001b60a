//! Asking again: the one place where the engine waits for a server.

use super::retry::Decision;
use crate::{
    error::{Error, ErrorKind, Result},
    event::{Event, Listener},
    host::{Env, Lane, Permit, Stop},
};
use std::time::Duration;

/// One server's lane, and the manners to use it with.
#[derive(Clone)]
pub(super) struct Manners {
    pub(super) env: Env,
    pub(super) lane: Lane,
    pub(super) stop: Stop,
    pub(super) listener: Listener,
}

impl Manners {
    /// Calls until it succeeds or the retry table says enough. For calls that write nothing, or that may be
    /// repeated without harm. Each call has its own permit.
    ///
    /// # Errors
    /// The last error; or stopped.
    pub(super) async fn ask<T, F>(&self, mut call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let mut attempt = 0;
        loop {
            let permit = self.permit().await?;
            let answer = call().await;
            drop(permit);
            let error = match answer {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match error.decision(attempt) {
                Decision::Again { wait, .. } if error.kind() != ErrorKind::CursorExpired => {
                    self.pause(&error, wait).await?;
                    attempt += 1;
                }
                _ => return Err(error),
            }
        }
    }

    /// Waits for the right to one request.
    pub(super) async fn permit(&self) -> Result<Permit> {
        self.stop.interrupts(self.lane.permit(&self.env.runtime)).await
    }

    /// Waits before the next attempt. A server that asked for a pause rests for everybody.
    pub(super) async fn pause(&self, error: &Error, wait: Duration) -> Result<()> {
        if wait.is_zero() {
            return self.stop.check();
        }
        self.listener.tell(&Event::Waiting { reason: error.to_string(), pause: wait });
        if error.kind() == ErrorKind::Throttled {
            self.lane.cool_down(&self.env.runtime, wait);
        }
        self.stop.interrupts(self.env.runtime.sleep(wait)).await
    }
}
