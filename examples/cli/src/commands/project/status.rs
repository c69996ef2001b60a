//! How projects stand.

use super::{find, place::Place};
use crate::{
    args::{
        Global,
        project::{Named, ProjectReport, ProjectStatus},
    },
    exit::{Exit, Failure},
    output,
};
use omm::project::{
    project::{Project, ProjectId},
    store::{Counts, MigrationKey, MigrationRow, Page, State, Turns},
    work::Progress,
};
use serde_json::{Value, json};
use std::time::Duration;

/// Between two looks.
const AGAIN: Duration = Duration::from_secs(1);
/// So many at a time are read.
const PAGE: u32 = 500;

pub(super) async fn run(global: &Global, args: &ProjectStatus) -> Result<Exit, Failure> {
    let place = Place::look(global).await?;
    let projects = &*place.projects;
    let Some(id) = &args.project else { return all(global, projects).await };
    loop {
        let project = find(projects, id).await?;
        one(global, projects, &project, args).await?;
        if !args.watch || is_over(&projects.counts(&project.id).await?) {
            return Ok(Exit::Done);
        }
        place.omm.env().runtime.sleep(AGAIN).await;
    }
}

fn is_over(counts: &Counts) -> bool {
    [State::NotStarted, State::Scheduled, State::Running, State::Stopping]
        .into_iter()
        .all(|state| counts.of(state) == 0)
}

async fn all(global: &Global, projects: &dyn Turns) -> Result<Exit, Failure> {
    let (mut after, mut cells) = (None, Vec::new());
    loop {
        let page = projects.projects(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        for project in &page {
            let counts = projects.counts(&project.id).await?;
            if global.json {
                output::json(&summary(project, &counts))?;
            }
            let day = project.created.format("%Y-%m-%d").to_string();
            cells.push(vec![project.id.to_string(), day, words(project, &counts), project.name.clone()]);
        }
    }
    match (global.json, cells.is_empty()) {
        (true, _) => {}
        (false, true) => {
            output::line("no projects yet; `omm project create NAME --contact ADDRESS` makes one")?
        }
        (false, false) => output::table(&["PROJECT", "MADE", "MIGRATIONS", "NAME"], &cells)?,
    }
    Ok(Exit::Done)
}

async fn one(
    global: &Global,
    projects: &dyn Turns,
    project: &Project,
    args: &ProjectStatus,
) -> Result<(), Failure> {
    let counts = projects.counts(&project.id).await?;
    let page = Page::first(args.limit).behind(MigrationKey(args.after));
    let rows = projects.page(&project.id, page).await?;
    if global.json {
        let migrations: Vec<Value> = rows.iter().map(as_json).collect();
        let mut line = summary(project, &counts);
        line["migrations"] = migrations.into();
        return output::json(&line);
    }
    output::line(format!("project {}: {}", project.id, output::one_line(&project.name)))?;
    output::line(words(project, &counts))?;
    let cells: Vec<_> = rows.iter().map(cells).collect();
    if !cells.is_empty() {
        output::table(&["NUMBER", "STATE", "ITEMS", "FAILED", "ACCOUNTS", ""], &cells)?;
    }
    if let Some(last) = rows.last()
        && rows.len() == args.limit as usize
    {
        output::line(format!("more: --after {}", last.key))?;
    }
    Ok(())
}

/// One line that says how a project stands.
pub(super) async fn line(global: &Global, projects: &dyn Turns, id: &ProjectId) -> Result<(), Failure> {
    let Some(project) = projects.project(id).await? else { return Ok(()) };
    let counts = projects.counts(id).await?;
    match (global.json, global.quiet) {
        (true, _) => output::json(&summary(&project, &counts)),
        (false, true) => Ok(()),
        (false, false) => output::line(words(&project, &counts)),
    }
}

fn summary(project: &Project, counts: &Counts) -> Value {
    let states =
        State::ALL.into_iter().map(|state| (state.name().replace(' ', "-"), counts.of(state).into()));
    let states: serde_json::Map<String, Value> = states.collect();
    json!({
        "event": "project", "project": project.id.as_str(), "name": project.name, "held": project.held,
        "migrations_in_all": counts.all(), "states": states,
    })
}

fn words(project: &Project, counts: &Counts) -> String {
    let states = State::ALL.into_iter().filter(|state| counts.of(*state) > 0);
    let parts: Vec<_> = states.map(|state| format!("{} {}", counts.of(state), state.name())).collect();
    let held = if project.held { " (the project rests; `omm project run` lets it go on)" } else { "" };
    match parts.is_empty() {
        true => format!("no migrations{held}"),
        false => format!("{}: {}{held}", output::counted(counts.all(), "migration"), parts.join(", ")),
    }
}

fn as_json(row: &MigrationRow) -> Value {
    json!({
        "number": row.key.0, "line": row.line, "source": row.source.label(),
        "destination": row.destination.label(), "state": row.state, "reason": row.reason,
        "priority": row.priority, "start": row.start, "migration": row.journal, "task": row.task,
        "progress": row.progress, "worker": row.worker, "time_left_seconds": left(row).map(|left| left.as_secs()),
    })
}

fn left(row: &MigrationRow) -> Option<Duration> {
    row.progress.as_ref().and_then(Progress::time_left).filter(|_| row.state == State::Running)
}

fn cells(row: &MigrationRow) -> Vec<String> {
    let items = row.progress.as_ref().map(|progress| progress.items).unwrap_or_default();
    let there = items.copied + items.adopted + items.already_there;
    let waits = row.progress.as_ref().and_then(|progress| progress.waiting.clone());
    let remark = match (row.state, &row.reason, left(row)) {
        (State::Running, _, _) if waits.is_some() => waits.unwrap_or_default(),
        (State::Running, _, Some(left)) => format!("about {} s left in these folders", left.as_secs()),
        (State::Scheduled, _, _) => {
            row.start.map(|at| format!("at {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default()
        }
        (_, Some(reason), _) => reason.clone(),
        _ => String::new(),
    };
    let remark = match &row.worker {
        // Its name, without what makes it unique.
        Some(worker) => {
            let name = worker.rsplit_once(' ').map_or(worker.as_str(), |(name, _)| name);
            if remark.is_empty() { name.to_owned() } else { format!("{name}: {remark}") }
        }
        None => remark,
    };
    vec![
        row.key.to_string(),
        row.state.name().to_owned(),
        if row.progress.is_some() { format!("{there} of {}", items.found) } else { String::new() },
        items.failed.to_string(),
        format!("{} -> {}", row.source.label(), row.destination.label()),
        output::one_line(&remark),
    ]
}

pub(super) async fn report(global: &Global, args: &ProjectReport) -> Result<Exit, Failure> {
    let super::Opened { place, projects, project } = super::open(global, &args.named.project).await?;
    let Some(number) = args.number else { return reports(global, &place, &*projects, &project).await };
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

/// A line for each that has run.
async fn reports(
    global: &Global,
    place: &Place,
    projects: &dyn Turns,
    project: &Project,
) -> Result<Exit, Failure> {
    let (mut page, mut bad) = (Page::first(PAGE), false);
    loop {
        let rows = projects.page(&project.id, page).await?;
        let Some(last) = rows.last() else { return Ok(Exit::problems_if(bad)) };
        page = page.behind(last.key);
        for row in &rows {
            let Some(journal) = &row.journal else { continue };
            let report = place.report(journal).await?;
            bad |= Exit::of(&report) == Exit::Problems;
            let (totals, grade) = (&report.totals, report.grade);
            match global.json {
                true => output::json(&json!({ "number": row.key.0, "grade": grade, "totals": totals }))?,
                false => output::line(format!(
                    "{}  {grade}  {} found, {} at the destination, {} failed  {} -> {}",
                    row.key,
                    totals.found,
                    totals.copied + totals.adopted + totals.already_there,
                    totals.failed,
                    row.source.label(),
                    row.destination.label()
                ))?,
            }
        }
    }
}

pub(super) async fn audit(global: &Global, args: &Named) -> Result<Exit, Failure> {
    let super::Opened { projects, project, .. } = super::open(global, &args.project).await?;
    let mut after = 0;
    loop {
        let lines = projects.audit(&project.id, after, PAGE).await?;
        let Some(last) = lines.last() else { return Ok(Exit::Done) };
        after = last.number;
        for line in &lines {
            let when = line.when.format("%Y-%m-%d %H:%M:%S");
            match global.json {
                true => output::json(&json!({
                    "number": line.number, "when": line.when, "who": line.who, "what": line.what,
                }))?,
                false => output::line(format!("{}  {when}  {}: {}", line.number, line.who, line.what))?,
            }
        }
    }
}
