//! `omm verify`: look at every copy.

use super::work::Work;
use crate::{
    args::{Global, Verify},
    exit::{Exit, Failure},
    output,
};
use omm::{Level, Verification};
use serde::Serialize;

pub(super) async fn run(global: &Global, args: &Verify) -> Result<Exit, Failure> {
    let omm = super::open(global, &args.limits).await?;
    let session = omm.resume_copies(&args.migration.id).await?;
    let level = if args.read_back { Level::ReadBack } else { Level::Listed };
    let work = Work::begin(global, &session)?;
    let outcome = session.verify(level, work.listener(), work.stop()).await;
    work.end();
    let found = outcome?;
    show(global, session.id(), level, &found)?;
    Ok(Exit::problems_if(found.missing + found.altered + found.unreadable > 0))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    migration: &'a str,
    level: Level,
    #[serde(flatten)]
    found: &'a Verification,
}

fn show(global: &Global, id: &str, level: Level, found: &Verification) -> Result<(), Failure> {
    if global.json {
        return output::json(&Line { event: "verification", migration: id, level, found });
    }
    if global.quiet {
        return Ok(());
    }
    let how = match level {
        Level::Listed => "looked at (size, flags, date)",
        Level::ReadBack => "read back in full",
    };
    let Verification { copies, good, missing, altered, unreadable, .. } = found;
    output::line(format!("{copies} copies {how}: {good} good, {missing} missing, {altered} altered"))?;
    if *unreadable > 0 {
        output::line(format!("{unreadable} of them could not be looked at; the report's notes say why"))?;
    }
    if missing + altered > 0 {
        output::line(format!("`omm report {id} --format csv` shows which"))?;
    }
    Ok(())
}
