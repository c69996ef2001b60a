//! A project as it is at one moment, in every language.

use super::outlook::Outlook;
use crate::{
    house::House,
    pages::line::{self, Line, tenths},
    words::{self, Words},
};
use omm::{
    Result, SqliteProjects,
    project::{
        project::ProjectId,
        store::{MigrationRow, Page, Projects, State},
    },
};
use serde_json::json;
use std::{sync::Arc, time::Instant};

/// So many rows at work are told of at most.
const ROWS: u32 = 200;

/// What is told, once for each language.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told(Vec<Arc<str>>);

/// How fast all of a project is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    items_per_second: f64,
    bytes_per_second: f64,
}

impl Sums {
    pub(crate) async fn of(projects: &SqliteProjects, project: &ProjectId) -> Result<Self> {
        Ok(Self::sum(&at_work(projects, project).await?))
    }

    fn sum(rows: &[MigrationRow]) -> Self {
        let mut sums = Self::default();
        for progress in rows.iter().filter_map(|row| row.progress.as_ref()) {
            sums.items_per_second += progress.items_per_second;
            sums.bytes_per_second += progress.bytes_per_second;
        }
        sums
    }

    pub(crate) fn rate(&self, words: &Words) -> String {
        line::rate(self.bytes_per_second, words)
    }

    pub(crate) fn items(&self, words: &Words) -> String {
        tenths(self.items_per_second, words)
    }
}

impl Told {
    pub(super) async fn of(house: &House, project: &ProjectId, outlook: &mut Outlook) -> Result<Self> {
        let projects = &house.stores.projects;
        let counts = projects.counts(project).await?;
        let known = projects.project(project).await?;
        let held = known.as_ref().is_some_and(|project| project.held);
        // What is short begins and ends between two looks: nothing else tells of it.
        let changed = known.map(|project| project.changed.timestamp_micros());
        let left = outlook.left(&counts, Instant::now());
        let waiting = [State::NotStarted, State::Waiting, State::Scheduled].map(|state| counts.of(state));
        let waiting: u64 = waiting.into_iter().sum();
        let rows = at_work(projects, project).await?;
        let sums = Sums::sum(&rows);
        let states: serde_json::Map<_, _> = State::ALL
            .into_iter()
            .map(|state| (line::class(state).to_owned(), counts.of(state).into()))
            .collect();
        let told = words::ALL.iter().map(|words| {
            let lines: Vec<Line> = rows.iter().map(|row| Line::of(row, words)).collect();
            let left = left.map(|left| words.duration(left.as_secs())).unwrap_or_default();
            let told = json!({
                "all": counts.all(), "counts": states, "rows": lines, "waiting": waiting, "left": left, "held": held,
                "changed": changed,
                "rate": sums.rate(words), "items": sums.items(words), "bytes": sums.bytes_per_second,
            });
            told.to_string().into()
        });
        Ok(Self(told.collect()))
    }

    pub(super) fn in_language(&self, place: usize) -> String {
        self.0.get(place).map(ToString::to_string).unwrap_or_default()
    }
}

async fn at_work(projects: &SqliteProjects, project: &ProjectId) -> Result<Vec<MigrationRow>> {
    let mut rows = projects.page(project, Page::first(ROWS).in_state(State::Running)).await?;
    rows.extend(projects.page(project, Page::first(ROWS).in_state(State::Stopping)).await?);
    Ok(rows)
}
