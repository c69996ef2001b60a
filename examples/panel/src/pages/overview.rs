//! Resume: how all of a project stands, page by page.

use super::{
    Answer, Frame, Tab, by,
    line::{self, Line},
    page,
    row::May,
    to,
};
use crate::{
    guard::{failure::Failure, sent::Sent, visit::Inside},
    house::Mark,
    live::Sums,
};
use askama::Template;
use axum::extract::Query;
use omm::project::{
    project::Project,
    store::{Change, MigrationKey, MigrationRow, Page, Projects, State},
    work::{Task, Wish},
};
use serde::Deserialize;

/// Rows on a page.
const ROWS: u32 = 100;
/// Rows that are changed in one go.
const HANDFUL: u32 = 500;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    counts: Vec<Count>,
    all: u64,
    sums: Sums,
    filter: Option<&'static str>,
    lines: Vec<Line>,
    newest_first: bool,
    is_later: bool,
    next: Option<String>,
    erased_at: String,
    may_resume: bool,
    left_out: Option<u64>,
}

/// How many there are in a state.
struct Count {
    class: &'static str,
    word: &'static str,
    count: u64,
}

/// Which part is looked at.
#[derive(Deserialize)]
pub(crate) struct Part {
    state: Option<String>,
    after: Option<u64>,
    order: Option<String>,
    said: Option<String>,
    /// So many were left out of what was asked of all.
    left: Option<u64>,
}

/// What an address says of the order against that of the numbers.
const NEWEST: &str = "newest";

impl Overview {
    /// The rows in a state, or all of them, from their beginning; in the order that is shown.
    fn part(&self, state: Option<&str>) -> String {
        self.place(state, self.newest_first)
    }

    /// What is shown, in the other order.
    fn turned(&self) -> String {
        self.place(self.filter, !self.newest_first)
    }

    /// What is shown, behind its last row.
    fn behind(&self, last: &str) -> String {
        let first = self.part(self.filter);
        format!("{first}{}after={last}", if first.contains('?') { "&" } else { "?" })
    }

    fn place(&self, state: Option<&str>, newest_first: bool) -> String {
        let state = state.map(|state| format!("state={state}"));
        let order = newest_first.then(|| format!("order={NEWEST}"));
        let asked: Vec<String> = state.into_iter().chain(order).collect();
        let mark = if asked.is_empty() { "" } else { "?" };
        self.frame.base.at(&format!("/project{mark}{}", asked.join("&")))
    }
}

pub(crate) async fn show(Inside { visit, project }: Inside, Query(part): Query<Part>) -> Answer {
    let (projects, words) = (&visit.house.stores.projects, visit.words);
    let counts = projects.counts(&project.id).await?;
    if counts.all() == 0 && matches!(Mark::of(&project), Some(Mark::Files { .. })) {
        // Nothing is here before the files are.
        return Ok(to(&visit.house, "/project/files"));
    }
    let state = part.state.as_deref().and_then(line::state_of);
    let mut asked = Page::first(ROWS + 1);
    asked = part.after.map_or(asked, |after| asked.behind(MigrationKey(after)));
    asked = state.map_or(asked, |state| asked.in_state(state));
    let newest_first = part.order.as_deref() == Some(NEWEST);
    if newest_first {
        asked = asked.newest_first();
    }
    let mut rows = projects.page(&project.id, asked).await?;
    let has_more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let filter = state.map(line::class);
    let next = rows.last().filter(|_| has_more).map(|last| last.key.to_string());
    let count =
        |state| Count { class: line::class(state), word: words.state(state), count: counts.of(state) };
    let template = Overview {
        counts: State::ALL.into_iter().map(count).collect(),
        all: counts.all(),
        sums: Sums::of(projects, &project.id).await?,
        filter,
        lines: rows.iter().map(|row| Line::of(row, words)).collect(),
        newest_first,
        is_later: part.after.is_some(),
        next,
        erased_at: words.day(project.erased_at()),
        left_out: part.left,
        may_resume: [State::Paused, State::Failed].into_iter().any(|state| counts.of(state) > 0),
        frame: Frame::inside(&visit, &project, Tab::Overview).saying(part.said.as_deref()),
    };
    page(&visit, &template)
}

/// Lets the whole project rest, or go on.
pub(crate) async fn hold(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let held = match fields.text("do").as_str() {
        "pause" => true,
        "start" => false,
        _ => return Err(Failure::Missing),
    };
    if project.held != held {
        let hold = |project: &mut Project| project.held = held;
        visit.house.stores.change(&project.id, &by(&visit.house), hold).await?;
    }
    Ok(to(&visit.house, if held { "/project?said=held" } else { "/project?said=released" }))
}

/// Asks something of all migrations for which it makes sense.
pub(crate) async fn all(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let asked = match fields.text("do").as_str() {
        "resume" => Asked {
            states: &[State::Paused, State::Failed],
            may: |may| may.resume,
            change: |row| Change::Task(row.task),
        },
        "retry" => Asked {
            states: &[State::DoneWithFailures],
            may: |may| may.retry,
            change: |_| Change::Task(Task::Retry),
        },
        "sync" => Asked {
            states: &[State::Done, State::DoneWithFailures],
            may: |may| may.sync,
            change: |_| Change::Task(Task::Copy),
        },
        "stop" => Asked {
            states: &[State::NotStarted, State::Waiting, State::Scheduled, State::Paused, State::Running],
            may: |may| may.stop,
            change: |_| Change::Wish(Wish::Stop),
        },
        _ => return Err(Failure::Missing),
    };
    let mut left_out = 0;
    for state in asked.states {
        left_out += ask(&visit, &project, *state, &asked).await?;
    }
    let said = if project.held { "asked-held" } else { "asked" };
    let left_out = if left_out > 0 { format!("&left={left_out}") } else { String::new() };
    Ok(to(&visit.house, &format!("/project?said={said}{left_out}")))
}

/// What is asked of all for which it makes sense.
struct Asked {
    states: &'static [State],
    /// What cannot be done to one by itself is not done to it among others: without its passwords it would only fail.
    may: fn(May) -> bool,
    change: fn(&MigrationRow) -> Change,
}

/// How many were left out.
async fn ask(
    visit: &crate::guard::visit::Visit,
    project: &Project,
    state: State,
    asked: &Asked,
) -> Result<usize, Failure> {
    let projects = &visit.house.stores.projects;
    let mut left_out = 0;
    let mut part = Page::first(HANDFUL).in_state(state);
    loop {
        let rows = projects.page(&project.id, part).await?;
        let Some(last) = rows.last() else { return Ok(left_out) };
        part = part.behind(last.key);
        let allowed = rows.iter().filter(|row| (asked.may)(May::of(row)));
        let changes: Vec<_> = allowed.map(|row| (row.key, (asked.change)(row))).collect();
        left_out += rows.len() - changes.len();
        if !changes.is_empty() {
            projects.change_migrations(&project.id, changes, &by(&visit.house)).await?;
        }
    }
}
