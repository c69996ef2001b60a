//! How projects stand.

use super::{find, patience::Patience, place::Place};
use crate::{
    args::{Global, project::ProjectStatus},
    exit::{Exit, Failure},
    output,
};
use chrono::{DateTime, Utc};
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
    let runtime = &place.omm.env().runtime;
    let mut patience = Patience::default();
    loop {
        match look(global, projects, id, args).await {
            Ok(goes_on) if !args.watch || !goes_on => return Ok(Exit::Done),
            Ok(_) => patience.is_heard(),
            Err(failure) if args.watch => patience.bears(failure, runtime.monotonic())?,
            Err(failure) => return Err(failure),
        }
        runtime.sleep(AGAIN).await;
    }
}

/// Shows one project, and says whether anything of it goes on by itself, now or at its time: that is waited for.
async fn look(
    global: &Global,
    projects: &dyn Turns,
    id: &str,
    args: &ProjectStatus,
) -> Result<bool, Failure> {
    let project = find(projects, id).await?;
    one(global, projects, &project, args).await?;
    Ok(projects.is_waiting_in(&project.id).await?)
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
    let page = match args.only {
        Some(state) => Page::first(args.limit).in_state(state),
        None => Page::first(args.limit),
    }
    .behind(MigrationKey(args.after));
    let rows = projects.page(&project.id, page).await?;
    let speed = Speed::of(&projects.page(&project.id, Page::first(PAGE).in_state(State::Running)).await?);
    if global.json {
        let migrations: Vec<Value> = rows.iter().map(as_json).collect();
        let mut line = summary(project, &counts);
        line["migrations"] = migrations.into();
        line["speed"] = speed.as_json();
        return output::json(&line);
    }
    output::line(format!("project {}: {}", project.id, output::one_line(&project.name)))?;
    output::line(words(project, &counts))?;
    if let Some(speed) = speed.words() {
        output::line(speed)?;
    }
    let quiet = project.options.quiet_hours.as_ref().and_then(|hours| hours.quiet_until(Utc::now()));
    if let Some(until) = quiet {
        output::line(format!("quiet hours: nothing begins before {}", moment(until)))?;
    }
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
        "begun": row.progress.is_some(), "progress": row.progress, "worker": row.worker, "time_left_seconds": left(row).map(|left| left.as_secs()),
    })
}

fn left(row: &MigrationRow) -> Option<Duration> {
    row.progress.as_ref().and_then(Progress::time_left).filter(|_| row.state == State::Running)
}

/// What runs of a project, taken together.
#[derive(Default)]
struct Speed {
    running: u64,
    done: u64,
    found: u64,
    items_per_second: f64,
    bytes_per_second: f64,
}

impl Speed {
    fn of(running: &[MigrationRow]) -> Self {
        let mut sum = Self::default();
        for progress in running.iter().filter_map(|row| row.progress.as_ref()) {
            let items = progress.items;
            sum.running += 1;
            sum.done += items.copied + items.adopted + items.already_there + items.skipped + items.failed;
            sum.found += items.found;
            sum.items_per_second += progress.items_per_second;
            sum.bytes_per_second += progress.bytes_per_second;
        }
        sum
    }

    /// Nothing where nothing runs.
    fn words(&self) -> Option<String> {
        (self.running > 0).then(|| {
            let bytes = output::bytes(self.bytes_per_second as u64);
            let Self { running, done, found, items_per_second, .. } = self;
            format!("running {running}: {done} of {found} items met, {items_per_second:.1} items and {bytes} a second")
        })
    }

    fn as_json(&self) -> Value {
        json!({
            "running": self.running, "done": self.done, "found": self.found,
            "items_per_second": self.items_per_second, "bytes_per_second": self.bytes_per_second,
        })
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn cells(row: &MigrationRow) -> Vec<String> {
    let items = row.progress.as_ref().map(|progress| progress.items).unwrap_or_default();
    let there = items.copied + items.adopted + items.already_there;
    // Its name, without what makes it unique.
    let worker = row.worker.as_deref().map(|name| name.rsplit_once(' ').map_or(name, |(name, _)| name));
    let remark = match row.state {
        State::Running => at_work(row),
        _ => rests(row),
    };
    let remark = match worker {
        Some(name) if remark.is_empty() => name.to_owned(),
        Some(name) => format!("{name}: {remark}"),
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

/// What it waits for, else where it is, how fast, and how long that takes.
fn at_work(row: &MigrationRow) -> String {
    let Some(progress) = &row.progress else { return String::new() };
    if let Some(waits) = &progress.waiting {
        return waits.clone();
    }
    let folder = progress.in_work.iter().next().map(|(name, folder)| match folder.items {
        Some(items) => format!("{name} {} of {items}", folder.done),
        None => format!("{name} {}", folder.done),
    });
    let rate =
        (progress.items_per_second > 0.0).then(|| format!("{:.1} items a second", progress.items_per_second));
    let left = left(row).map(|left| format!("about {} s left", left.as_secs()));
    [folder, rate, left].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why it does nothing, and when it does something again.
fn rests(row: &MigrationRow) -> String {
    let at = row.start.filter(|_| matches!(row.state, State::Scheduled | State::Paused)).map(|at| {
        let word = if row.reason.is_some() { "again at" } else { "at" };
        format!("{word} {}", moment(at))
    });
    let turn = (row.state == State::Waiting).then(|| "goes on when its turn comes".to_owned());
    [row.reason.clone(), at, turn].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm::{AccountSpec, project::store::NewMigration};

    // Would catch: a migration that waits, of which nobody sees why and until when.
    #[test]
    fn why_it_rests_and_until_when() {
        let account = |path: &str| AccountSpec::new("dir", path);
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut new = NewMigration::new(MigrationKey(1), account("a"), account("b"));
        new.start = Some(at);
        let mut row = MigrationRow::of(new, at);
        assert_eq!(rests(&row), "at 2027-01-15 08:00 UTC");
        row.reason = Some("the project's quiet hours".to_owned());
        assert_eq!(rests(&row), "the project's quiet hours; again at 2027-01-15 08:00 UTC");
        row.state = State::Paused;
        assert!(rests(&row).ends_with("again at 2027-01-15 08:00 UTC"));
        row.state = State::Failed;
        assert_eq!(rests(&row), "the project's quiet hours", "it goes on no more");
        row.reason = None;
        row.state = State::NotStarted;
        assert_eq!(rests(&row), "");
        row.state = State::Waiting;
        assert_eq!(rests(&row), "goes on when its turn comes");
    }
}
