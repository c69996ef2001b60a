//! One request of a check-up: with a permit of its own, and not while its server rests.

use crate::{
    error::{Error, ErrorKind, Result, Retry, Side},
    host::{Env, Lane, LaneKey},
};

pub(super) struct Asking<'a> {
    env: &'a Env,
    lane: Lane,
    side: Side,
}

impl<'a> Asking<'a> {
    pub(super) fn new(env: &'a Env, lane: &LaneKey, side: Side) -> Self {
        Self { env, lane: env.limiter.lane(lane), side }
    }

    /// # Errors
    /// The call's, and [`ErrorKind::Throttled`] when the server was not asked because it rests.
    pub(super) async fn ask<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(_permit) = self.lane.permit_while_open(&self.env.runtime).await else {
            let message = "the server has asked for a pause, and it is not over";
            return Err(Error::new(ErrorKind::Throttled, self.side, "look at the account", message)
                .retry(Retry::Backoff));
        };
        call.await
    }
}
