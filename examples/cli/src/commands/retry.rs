//! `omm retry`: a run that offers every failed item again.

use super::work::{Again, copy};
use crate::{
    args::{Global, Retry},
    exit::{Exit, Failure},
};

pub(super) async fn run(global: &Global, args: &Retry) -> Result<Exit, Failure> {
    let omm = super::open(global, &args.limits).await?;
    let session = omm.resume(&args.migration.id).await?;
    copy(global, &omm, session, Again::FailedToo).await
}
