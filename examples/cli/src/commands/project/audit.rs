//! Who did what.

use super::{identity, place::Place, unknown};
use crate::{
    args::{Global, project::Audit},
    exit::{Exit, Failure},
    output,
};
use omm::project::{
    project::ProjectId,
    store::{AuditLine, verify},
};
use serde_json::json;

/// So many at a time are read.
const PAGE: u32 = 500;

/// The lines outlive their project.
pub(super) async fn audit(global: &Global, args: &Audit) -> Result<Exit, Failure> {
    let place = Place::look(global).await?;
    let id = identity(&args.named.project)?;
    let mut last: Option<AuditLine> = None;
    loop {
        let after = last.as_ref().map_or(0, |line| line.number);
        let lines = place.projects.audit(&id, after, PAGE).await?;
        if lines.is_empty() {
            break;
        }
        if args.check
            && let Err(broken) = verify(&id, last.as_ref(), &lines)
        {
            return is_broken(global, broken.number);
        }
        if !args.check {
            lines.iter().try_for_each(|line| show(global, line))?;
        }
        last = lines.into_iter().last();
    }
    match last {
        None if place.projects.project(&id).await?.is_none() => Err(unknown(&args.named.project)),
        Some(last) if args.check => is_whole(global, &id, &last),
        _ => Ok(Exit::Done),
    }
}

fn show(global: &Global, line: &AuditLine) -> Result<(), Failure> {
    let when = line.when.format("%Y-%m-%d %H:%M:%S");
    match global.json {
        true => output::json(&json!({
            "number": line.number, "when": line.when, "who": line.who, "what": line.what, "hash": hash(line),
        })),
        false => {
            output::line(output::one_line(&format!("{}  {when}  {}: {}", line.number, line.who, line.what)))
        }
    }
}

fn is_whole(global: &Global, id: &ProjectId, last: &AuditLine) -> Result<Exit, Failure> {
    match global.json {
        true => output::json(&json!({
            "event": "audit", "project": id.as_str(), "whole": true, "lines": last.number, "hash": hash(last),
        }))?,
        false => output::line(format!(
            "{}, each follows from the one before it; the last one's hash is {}",
            output::counted(last.number, "line"),
            hash(last)
        ))?,
    }
    Ok(Exit::Done)
}

fn is_broken(global: &Global, number: u64) -> Result<Exit, Failure> {
    match global.json {
        true => output::json(&json!({ "event": "audit", "whole": false, "broken_at": number }))?,
        false => output::line(format!(
            "line {number} does not follow from the one before it: somebody has changed, taken out or put in a line"
        ))?,
    }
    Ok(Exit::Problems)
}

fn hash(line: &AuditLine) -> String {
    line.hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
