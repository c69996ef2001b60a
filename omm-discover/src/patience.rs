//! No wait without an end.

use futures::{
    future::{Either, select},
    pin_mut,
};
use omm_core::host::Env;
use std::time::Duration;

/// What the work comes to, if it is done in time; otherwise it is dropped.
pub(crate) async fn within<T>(env: &Env, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    let timeout = env.runtime.sleep(patience);
    pin_mut!(work);
    match select(work, timeout).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}
