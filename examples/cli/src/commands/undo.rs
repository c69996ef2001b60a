//! `omm undo`: preview, ask, take back.

use super::work::Work;
use crate::{
    args::{Global, Undo},
    exit::{Exit, Failure},
    output,
};
use omm::{Omm, SyncPoint, UndoOptions, UndoOutcome};
use serde::Serialize;
use std::io::{self, IsTerminal};

pub(super) async fn run(global: &Global, args: &Undo) -> Result<Exit, Failure> {
    let asks = !args.yes && !args.dry_run;
    if asks && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::Usage(
            "undo deletes copies: without a terminal to ask at, it needs --yes, or --dry-run to look first"
                .to_owned(),
        ));
    }
    let id = &args.migration.id;
    let omm = super::open(global, &args.limits).await?;
    super::project::refuse_owned(global, &omm, id, "undo").await?;
    let mut options = UndoOptions::from(known_point(&omm, id, args.from_sync_point).await?);
    options.keep_read = args.keep_read;
    let session = omm.resume_copies(id).await?;
    let work = Work::begin(global, &session)?;

    options.dry_run = true;
    if args.dry_run || asks {
        let preview = session.undo(&options, work.listener(), work.stop()).await;
        work.end();
        let preview = preview?;
        show(global, id, &preview)?;
        if args.dry_run {
            return Ok(Exit::Done);
        }
        if !confirmed().await? {
            output::note("omm: nothing was undone");
            return Ok(Exit::Done);
        }
    }
    options.dry_run = false;
    let outcome = session.undo(&options, work.listener(), work.stop()).await;
    work.end();
    let outcome = outcome?;
    show(global, id, &outcome)?;
    Ok(Exit::problems_if(outcome.left_in_all > 0))
}

/// A number that names no run is a slip of the pen, not a wish to undo nothing.
async fn known_point(omm: &Omm, id: &str, number: u32) -> Result<SyncPoint, Failure> {
    let points = omm.status(id).await?.points;
    match points.last() {
        None => Err(Failure::Usage(format!("migration {id} has not run yet; there is nothing to undo"))),
        Some(last) if last.point.0 < number => Err(Failure::Usage(format!(
            "migration {id} has no sync point {number}; the last one is {}",
            last.point
        ))),
        Some(_) => Ok(SyncPoint(number)),
    }
}

async fn confirmed() -> Result<bool, Failure> {
    let ask = || {
        eprint!("Undo this? [y/N] ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    };
    let answer = tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| Failure::Local(format!("cannot ask: {error}")))?
        .map_err(|error| Failure::Local(format!("cannot read the answer: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    migration: &'a str,
    #[serde(flatten)]
    outcome: &'a UndoOutcome,
}

fn show(global: &Global, id: &str, outcome: &UndoOutcome) -> Result<(), Failure> {
    if global.json {
        return output::json(&Line { event: "undo", migration: id, outcome });
    }
    if global.quiet && !outcome.dry_run {
        return Ok(());
    }
    let UndoOutcome { deleted, missing, flags_restored, folders_removed, left_in_all, .. } = outcome;
    let (verb, head) = if outcome.dry_run { ("would be ", "undo would do this:") } else { ("", "undone:") };
    output::line(head)?;
    output::line(format!("  {deleted} copies {verb}deleted, {missing} were not there any more"))?;
    output::line(format!("  {flags_restored} items {verb}given their earlier flags"))?;
    output::line(format!("  {folders_removed} folders {verb}removed"))?;
    output::line(format!("  {left_in_all} {verb}left"))?;
    for left in &outcome.left {
        output::line(format!("left {} in {}: {}", left.item, left.folder, left.reason))?;
    }
    if *left_in_all > outcome.left.len() as u64 {
        output::line("… and more")?;
    }
    Ok(())
}
