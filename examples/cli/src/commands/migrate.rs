//! `omm migrate`: copy everything, or go on.

use super::{
    found,
    work::{Again, copy},
};
use crate::{
    args::{Global, Migrate},
    exit::{Exit, Failure},
};
use omm::{Known, Options};

pub(super) async fn run(global: &Global, args: &Migrate) -> Result<Exit, Failure> {
    let (source, destination) = args.pair.accounts()?;
    let known = if args.new { Known::New } else { Known::Continue };
    let omm = super::open_finding(global, &args.limits, &args.pair.discovering).await?;
    let (source, destination) = found::out(global, &omm, &source, &destination, known).await?;
    let options = args.choices.lasting(Options::default());
    let session = omm.migrate(&source, &destination, options.clone(), known).await?;
    let session = session.with_options(args.choices.this_time(options));
    copy(global, &omm, session, Again::NotFailed).await
}
