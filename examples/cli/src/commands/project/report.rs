//! What was done, migration by migration.

use super::place::Place;
use crate::{
    args::{Global, project::ProjectReport},
    exit::{Exit, Failure},
    output,
};
use omm::{
    Report,
    project::{
        project::Project,
        store::{MigrationKey, MigrationRow, Page, Turns},
    },
};
use serde_json::json;

/// So many at a time are read.
const PAGE: u32 = 500;

pub(super) async fn report(global: &Global, args: &ProjectReport) -> Result<Exit, Failure> {
    let super::Opened { place, projects, project } = super::open(global, &args.named.project).await?;
    let Some(number) = args.number else {
        let page = Page::first(PAGE);
        let page = args.only.map_or(page, |state| page.in_state(state));
        return reports(global, &place, &*projects, &project, page).await;
    };
    let row = projects.migration(&project.id, MigrationKey(number)).await?;
    let row =
        row.ok_or_else(|| Failure::Usage(format!("project {} has no migration {number}", project.id)))?;
    let Some(journal) = &row.journal else {
        return Err(Failure::Usage(format!(
            "migration {number} has not run yet; there is nothing to report"
        )));
    };
    let report = place.report(journal).await?;
    match global.json {
        true => output::json(&report)?,
        false => output::line(report.to_string().trim_end())?,
    }
    Ok(Exit::of(&report))
}

/// All of them together.
#[derive(Default)]
struct Sums {
    reported: u64,
    found: u64,
    there: u64,
    failed: u64,
    never_ran: u64,
    unreadable: u64,
    bad: bool,
}

/// A line for each, whatever became of it.
async fn reports(
    global: &Global,
    place: &Place,
    projects: &dyn Turns,
    project: &Project,
    mut page: Page,
) -> Result<Exit, Failure> {
    let mut sums = Sums::default();
    loop {
        let rows = projects.page(&project.id, page).await?;
        let Some(last) = rows.last() else { break };
        page = page.behind(last.key);
        for row in &rows {
            match &row.journal {
                None => sums.never_ran(global, row)?,
                Some(journal) => match place.report(journal).await {
                    Ok(report) => sums.reported(global, row, &report)?,
                    // The others have theirs.
                    Err(Failure::Sdk(error)) => sums.unreadable(global, row, &error.to_string())?,
                    Err(failure) => return Err(failure),
                },
            }
        }
    }
    sums.tell(global)?;
    Ok(Exit::problems_if(sums.bad || sums.never_ran + sums.unreadable > 0))
}

impl Sums {
    fn reported(&mut self, global: &Global, row: &MigrationRow, report: &Report) -> Result<(), Failure> {
        let (totals, grade) = (&report.totals, report.grade);
        let there = totals.copied + totals.adopted + totals.already_there;
        self.reported += 1;
        self.found += totals.found;
        self.there += there;
        self.failed += totals.failed;
        self.bad |= Exit::of(report) == Exit::Problems;
        if global.json {
            return output::json(&json!({
                "number": row.key.0, "state": row.state, "reason": row.reason, "grade": grade, "totals": totals,
            }));
        }
        let reason = row.reason.as_ref().map_or_else(String::new, |reason| format!("; {reason}"));
        line(
            row,
            &format!("{grade}  {} found, {there} at the destination, {} failed", totals.found, totals.failed),
            &reason,
        )
    }

    fn never_ran(&mut self, global: &Global, row: &MigrationRow) -> Result<(), Failure> {
        self.never_ran += 1;
        if global.json {
            return output::json(&json!({
                "number": row.key.0, "state": row.state, "reason": row.reason, "ran": false,
            }));
        }
        let reason = row.reason.as_ref().map_or_else(String::new, |reason| format!("; {reason}"));
        line(row, &format!("-  not run yet, {}", row.state.name()), &reason)
    }

    fn unreadable(&mut self, global: &Global, row: &MigrationRow, why: &str) -> Result<(), Failure> {
        self.unreadable += 1;
        if global.json {
            return output::json(&json!({ "number": row.key.0, "state": row.state, "error": why }));
        }
        line(row, &format!("-  no report: {why}"), "")
    }

    fn tell(&self, global: &Global) -> Result<(), Failure> {
        let Self { reported, found, there, failed, never_ran, unreadable, .. } = self;
        if global.json {
            return output::json(&json!({
                "event": "in-all", "reported": reported, "found": found, "at_the_destination": there,
                "failed": failed, "never_ran": never_ran, "without_report": unreadable,
            }));
        }
        let mut parts = vec![format!(
            "in all {}: {found} found, {there} at the destination, {failed} failed",
            output::counted(*reported, "migration")
        )];
        if *never_ran > 0 {
            parts.push(format!("{never_ran} not run yet"));
        }
        if *unreadable > 0 {
            parts.push(format!("{unreadable} without a report"));
        }
        output::line(parts.join("; "))
    }
}

fn line(row: &MigrationRow, what: &str, reason: &str) -> Result<(), Failure> {
    let accounts = format!("{} -> {}", row.source.label(), row.destination.label());
    output::line(output::one_line(&format!("{}  {what}  {accounts}{reason}", row.key)))
}
