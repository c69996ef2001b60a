//! `omm sync`: run a known migration again.

use super::{
    found,
    work::{Again, copy},
};
use crate::{
    args::{Global, Sync},
    exit::{Exit, Failure},
};

pub(super) async fn run(global: &Global, args: &Sync) -> Result<Exit, Failure> {
    let id = &args.migration.id;
    let moved = args.source.as_ref().map(|address| args.login.account(address)).transpose()?;
    let omm = super::open_finding(global, &args.limits, &args.discovering).await?;
    if let Some(source) = moved {
        omm.repoint(id, &found::source(global, &omm, &source).await?).await?;
    }
    let session = omm.resume(id).await?;
    let before = session.row().options.clone();
    let lasting = args.choices.lasting(before.clone());
    if lasting != before {
        omm.set_options(id, lasting.clone()).await?;
    }
    let session = session.with_options(args.choices.this_time(lasting));
    copy(global, &omm, session, Again::NotFailed).await
}
