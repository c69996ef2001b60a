//! `omm status`: the migrations of a state, or one with its sync points.

use crate::{
    args::{Global, Status},
    exit::{Exit, Failure},
    output,
};
use omm::{MigrationRow, Omm, Options, core::journal::PointState};
use serde::Serialize;

pub(super) async fn run(global: &Global, args: &Status) -> Result<Exit, Failure> {
    let omm = super::look(global).await?;
    match &args.id {
        Some(id) => one(global, &omm, id).await?,
        None => all(global, &omm).await?,
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Line<'a> {
    migration: &'a str,
    source: String,
    destination: String,
    created: String,
    state: String,
    sync_point: u32,
    found: u64,
    at_destination: u64,
    failed: u64,
    grade: Option<String>,
}

async fn all(global: &Global, omm: &Omm) -> Result<(), Failure> {
    let rows = omm.list().await?;
    if rows.is_empty() && !global.json {
        return output::line("no migrations yet; `omm migrate SRC DST` begins one");
    }
    let mut cells = Vec::new();
    for row in &rows {
        let line = line_of(omm, row).await;
        if global.json {
            output::json(&line)?;
            continue;
        }
        let grade = line.grade.clone().unwrap_or_default();
        cells.push(vec![
            line.migration.to_owned(),
            line.created,
            line.state,
            grade,
            line.at_destination.to_string(),
            line.failed.to_string(),
            format!("{} -> {}", line.source, line.destination),
        ]);
    }
    if global.json {
        return Ok(());
    }
    output::table(&["ID", "BEGUN", "STATE", "GRADE", "COPIES", "FAILED", "ACCOUNTS"], &cells)
}

/// One that cannot be read must not hide the others.
async fn line_of<'a>(omm: &Omm, row: &'a MigrationRow) -> Line<'a> {
    let mut line = Line {
        migration: &row.id,
        source: row.source.label(),
        destination: row.destination.label(),
        created: day(row),
        state: String::new(),
        sync_point: 0,
        found: 0,
        at_destination: 0,
        failed: 0,
        grade: None,
    };
    match omm.status(&row.id).await {
        Ok(status) => {
            let totals = &status.report.totals;
            let last = status.points.last();
            line.state = last.map_or_else(
                || "not run yet".to_owned(),
                |row| format!("sync point {} {}", row.point, word(row.state)),
            );
            line.sync_point = last.map_or(0, |row| row.point.0);
            line.found = totals.found;
            line.at_destination = totals.copied + totals.adopted + totals.already_there + totals.kept_of_gone;
            line.failed = totals.failed;
            line.grade = last.map(|_| status.report.grade.to_string());
        }
        Err(error) => line.state = format!("unreadable: {error}"),
    }
    line
}

#[derive(Serialize)]
struct Details<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    options: &'a Options,
    sync_points: Vec<PointLine>,
}

#[derive(Serialize)]
struct PointLine {
    sync_point: u32,
    state: PointState,
}

async fn one(global: &Global, omm: &Omm, id: &str) -> Result<(), Failure> {
    let status = omm.status(id).await?;
    let line = line_of(omm, &status.row).await;
    let points = status.points.iter();
    if global.json {
        let sync_points = points.map(|row| PointLine { sync_point: row.point.0, state: row.state }).collect();
        return output::json(&Details { line, options: &status.row.options, sync_points });
    }
    output::line(format!("migration   {id}, begun {}", line.created))?;
    output::line(format!("source      {}", line.source))?;
    output::line(format!("destination {}", line.destination))?;
    output::line(format!(
        "items       {} at the source, {} at the destination, {} failed",
        line.found, line.at_destination, line.failed
    ))?;
    if let Some(grade) = &line.grade {
        output::line(format!("grade       {grade}"))?;
    }
    for row in points {
        output::line(format!("sync point  {}: {}", row.point, explained(row.state)))?;
    }
    Ok(())
}

fn day(row: &MigrationRow) -> String {
    row.created.format("%Y-%m-%d %H:%M").to_string()
}

fn word(state: PointState) -> &'static str {
    match state {
        PointState::Open => "open",
        PointState::Complete => "complete",
        PointState::Undone => "undone",
    }
}

fn explained(state: PointState) -> &'static str {
    match state {
        PointState::Open => "open: it runs now, or was interrupted and the next run goes on",
        other => word(other),
    }
}
