//! `omm plan`: what a run would do.

use super::found;
use crate::{
    args::{Global, PlanArgs},
    exit::{Exit, Failure},
    output,
};
use omm::{Known, Options, Plan};
use serde::Serialize;

pub(super) async fn run(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let (source, destination) = args.pair.accounts()?;
    let omm = super::open_finding(global, &args.limits, &args.pair.discovering).await?;
    let (source, destination) = found::out(global, &omm, &source, &destination, Known::Continue).await?;
    let options = args.choices.this_time(args.choices.lasting(Options::default()));
    let plan = omm.plan(&source, &destination, options).await?;
    if global.json {
        output::json(&Line { event: "plan", plan: &plan })?;
    } else if !global.quiet {
        show(&plan)?;
    }
    Ok(Exit::problems_if(!plan.blockers.is_empty()))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    #[serde(flatten)]
    plan: &'a Plan,
}

fn show(plan: &Plan) -> Result<(), Failure> {
    let rows: Vec<_> = plan.folders.iter().map(row).collect();
    output::table(&["FOLDER", "TO", "KIND", "FOUND", "TO COPY", "BYTES", "THERE", "LEFT OUT", ""], &rows)?;
    output::line(format!("{} items to copy, {}", plan.items, output::bytes(plan.bytes)))?;
    for (reason, items) in &plan.left_out {
        output::line(format!("{items} left out: {reason}"))?;
    }
    for (count, what) in [
        (plan.renamed, "folders that get another name"),
        (plan.keywords_lost, "items with keywords for which the destination has no room"),
    ] {
        if count > 0 {
            output::line(format!("{what}: {count}"))?;
        }
    }
    for remark in &plan.source_remarks {
        output::line(format!("source: {remark}"))?;
    }
    for remark in &plan.remarks {
        output::line(format!("destination: {remark}"))?;
    }
    for note in &plan.notes {
        output::line(format!("note: {note}"))?;
    }
    for blocker in &plan.blockers {
        output::line(format!("blocker: {}", blocker.message))?;
    }
    Ok(())
}

fn row(folder: &omm::core::engine::FolderPlan) -> Vec<String> {
    let target = match &folder.target {
        Some(path) if folder.target_exists => path.to_string(),
        Some(path) => format!("{path} (new)"),
        None => "-".to_owned(),
    };
    vec![
        folder.folder.to_string(),
        target,
        folder.kind.plural().to_owned(),
        folder.found.to_string(),
        folder.to_copy.to_string(),
        output::bytes(folder.bytes),
        folder.already_there.to_string(),
        folder.left_out.to_string(),
        folder.remark.clone().unwrap_or_default(),
    ]
}
