//! Asking again: the one place where the engine waits for a server.

use super::{
    Migration,
    retry::{Decision, Tries},
};
use crate::{
    error::{Error, ErrorKind, Result},
    event::{Event, Listener},
    host::{Env, Lane, LaneKey, Permit, Stop},
};
use futures::FutureExt;
use std::time::Duration;

/// Between two looks at a folder into which something may still come.
const MOMENT: Duration = Duration::from_secs(1);

/// One server's lane, and the manners to use it with.
#[derive(Clone)]
pub(super) struct Manners {
    pub(super) env: Env,
    pub(super) lane: Lane,
    pub(super) stop: Stop,
    pub(super) listener: Listener,
}

/// Requests to one server that follow one another closely, under one permit: nobody else comes in between, so that the
/// connection of the first, which has the folder open, is there for the next. Not to be kept while another permit is asked for.
#[derive(Default)]
pub(super) struct Visit(Option<Permit>);

impl Manners {
    /// Those towards one side of a migration.
    pub(super) fn of(m: &Migration, lane: LaneKey, stop: &Stop) -> Self {
        let (env, listener) = (m.env.clone(), m.listener.clone());
        Self { lane: env.limiter.lane(&lane), env, stop: stop.clone(), listener }
    }

    /// Calls until it succeeds or the retry table says enough. For calls that write nothing, or that may be
    /// repeated without harm. Each call has its own permit.
    ///
    /// # Errors
    /// The last error; or stopped.
    pub(super) async fn ask<T, F>(&self, call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        self.ask_in(&mut Visit::default(), call).await
    }

    /// The same with the permit of the question before, which stays for the next one.
    pub(super) async fn ask_in<T, F>(&self, visit: &mut Visit, mut call: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let mut tries = Tries::default();
        loop {
            let permit = match self.kept(visit)? {
                Some(permit) => permit,
                None => self.permit().await?,
            };
            let error = match call().await {
                Ok(value) => {
                    visit.0 = Some(permit);
                    return Ok(value);
                }
                Err(error) => error,
            };
            drop(permit);
            match error.decision(tries) {
                Decision::Again { wait, .. } if error.kind() != ErrorKind::CursorExpired => {
                    tries.count(&error, wait);
                    self.pause(&error, wait).await?;
                }
                _ => return Err(error),
            }
        }
    }

    /// The permit of a visit, unless the server asked for a pause since.
    fn kept(&self, visit: &mut Visit) -> Result<Option<Permit>> {
        let Some(permit) = visit.0.take() else { return Ok(None) };
        self.stop.check()?;
        Ok(self.closed().now_or_never().is_none().then_some(permit))
    }

    /// Waits for the right to one request.
    pub(super) async fn permit(&self) -> Result<Permit> {
        self.stop.interrupts(self.lane.permit(&self.env.runtime)).await
    }

    /// As [`Self::permit`], but gives up, with nothing, when the lane closes before.
    pub(super) async fn permit_while_open(&self) -> Result<Option<Permit>> {
        self.stop.interrupts(self.lane.permit_while_open(&self.env.runtime)).await
    }

    /// Waits until the lane is open, without a permit.
    pub(super) async fn open_again(&self) -> Result<()> {
        self.stop.interrupts(self.lane.open_again(&self.env.runtime)).await
    }

    /// Waits until the lane is closed.
    pub(super) async fn closed(&self) {
        self.lane.closed(&self.env.runtime).await;
    }

    /// One call, to learn whether the account works at all.
    pub(super) async fn works<T>(&self, call: impl Future<Output = Result<T>> + Send) -> Result<bool> {
        let _permit = self.permit().await?;
        Ok(call.await.is_ok())
    }

    /// Whether something that was sent may still appear before `until`, in monotonic time; waits a moment if so.
    pub(super) async fn may_still_appear(&self, until: Duration) -> Result<bool> {
        let left = until.saturating_sub(self.env.runtime.monotonic());
        if left.is_zero() {
            return Ok(false);
        }
        let reason = "what was sent when the connection broke may still be on its way into the folder";
        let pause = left.min(MOMENT);
        self.listener.tell(&Event::Waiting { reason: reason.to_owned(), pause });
        self.stop.interrupts(self.env.runtime.sleep(pause)).await?;
        Ok(true)
    }

    /// Lets everybody rest who uses the server, as it asked; whoever comes next waits at the lane.
    pub(super) fn rest(&self, error: &Error) {
        if let Decision::Again { wait, .. } = error.decision(Tries::default()) {
            self.listener.tell(&Event::Waiting { reason: error.to_string(), pause: wait });
            self.lane.cool_down(&self.env.runtime, wait);
        }
    }

    /// Waits before the next attempt. A server that asked for a pause rests for everybody.
    pub(super) async fn pause(&self, error: &Error, wait: Duration) -> Result<()> {
        if wait.is_zero() {
            return self.stop.check();
        }
        self.listener.tell(&Event::Waiting { reason: error.to_string(), pause: wait });
        if error.rests_the_lane() {
            self.lane.cool_down(&self.env.runtime, wait);
        }
        self.stop.interrupts(self.env.runtime.sleep(wait)).await
    }
}
