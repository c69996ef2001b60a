//! What is asked of migrations: all of a project, or some.

use super::{
    by,
    chosen::{Those, Why, Words, change},
};
use crate::{
    args::{
        Global,
        project::{Chosen, Schedule, Undo, Verify},
    },
    exit::{Exit, Failure},
    output,
};
use chrono::Utc;
use omm::project::{
    store::{Change, MigrationRow, State},
    work::{Task, Wish},
};
use serde_json::json;

const TO_WORK: &str = "to be worked on by `omm project run`";

pub(super) async fn pause(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    if args.numbers.is_empty() {
        return hold(global, args, true).await;
    }
    let words = Words { done: "asked to rest", none: "nothing to pause" };
    change(global, args, &words, |row| match row.state {
        // One that rests for a while, too: it rests until somebody lets it go on.
        State::Paused if row.start.is_none() => Err(Why::AsItIs),
        state if state.is_final() => Err(Why::AsItIs),
        _ => Ok(vec![Change::Wish(Wish::Pause)]),
    })
    .await
}

pub(super) async fn resume(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    if args.numbers.is_empty() {
        hold(global, args, false).await?;
    }
    let words =
        Words { done: "to go on when the turn comes", none: "no migration rests by itself or has failed" };
    change(global, args, &words, |row| match row.state {
        State::Paused | State::Failed => Ok(vec![Change::Task(row.task)]),
        // Whoever stopped one and names it means it.
        State::Stopped if !args.numbers.is_empty() => Ok(vec![Change::Task(row.task)]),
        _ => Err(Why::AsItIs),
    })
    .await
}

pub(super) async fn stop(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    let words = Words { done: "asked to stop", none: "nothing to stop: every migration is over" };
    change(global, args, &words, |row| match row.state {
        state if state.is_final() => Err(Why::AsItIs),
        _ => Ok(vec![Change::Wish(Wish::Stop)]),
    })
    .await
}

pub(super) async fn schedule(global: &Global, args: &Schedule) -> Result<Exit, Failure> {
    if args.at.is_some_and(|at| at <= Utc::now()) {
        return Err(Failure::Usage("--at is over already; say --now to begin at once".to_owned()));
    }
    let mut changes: Vec<_> = args.priority.map(Change::Priority).into_iter().collect();
    if args.at.is_some() || args.now {
        changes.push(Change::Start(args.at));
    }
    if changes.is_empty() {
        return Err(Failure::Usage("say --at DATE, --now or --priority N".to_owned()));
    }
    let words = Words { done: "moved in the order", none: "nothing waits for its turn" };
    change(global, &args.chosen, &words, |row| match row.state {
        State::NotStarted | State::Waiting | State::Scheduled => Ok(changes.clone()),
        _ => Err(Why::AsItIs),
    })
    .await
}

pub(super) async fn erase_passwords(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    let words =
        Words { done: "without a password from now on", none: "no migration that is over has a password" };
    change(global, args, &words, |row| {
        let has_one = row.source_password.is_some() || row.destination_password.is_some();
        let is_meant = row.state.is_final() || !args.numbers.is_empty();
        if has_one && is_meant { Ok(vec![Change::ErasePasswords]) } else { Err(Why::AsItIs) }
    })
    .await
}

pub(super) async fn sync(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    let none = "nothing to synchronise: no migration is done; `omm project run` works on those that wait";
    let is_meant = |state| matches!(state, State::Done | State::DoneWithFailures);
    begin(global, args, Task::Copy, none, is_meant).await
}

pub(super) async fn retry(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    let none = "nothing to try again: no migration failed or is done with failures";
    let is_meant = |state| matches!(state, State::DoneWithFailures | State::Failed);
    begin(global, args, Task::Retry, none, is_meant).await
}

pub(super) async fn verify(global: &Global, args: &Verify) -> Result<Exit, Failure> {
    let task = Task::Verify { read_back: args.read_back };
    begin(global, &args.chosen, task, "nothing to verify: no migration is over", State::is_final).await
}

pub(super) async fn undo(global: &Global, args: &Undo) -> Result<Exit, Failure> {
    if !args.yes {
        let count = output::counted(undone(global, &args.chosen).await?, "migration");
        return Err(Failure::Usage(format!(
            "undo deletes the copies of {count} again; `omm project report` says how many each has; say --yes if that is meant"
        )));
    }
    let task = Task::Undo { from: args.from_sync_point, keep_read: args.keep_read };
    begin(global, &args.chosen, task, "nothing to undo: no migration is over", State::is_final).await
}

/// Of how many migrations the copies would be deleted.
async fn undone(global: &Global, args: &Chosen) -> Result<u64, Failure> {
    let super::Opened { projects, project, .. } = super::open(global, &args.named.project).await?;
    let (mut chosen, mut count) = (Those::of(args, &*projects, &project).await?, 0);
    while let Some(rows) = chosen.next(&*projects, &project).await? {
        count += rows.iter().filter(|row| may_begin(row, args, State::is_final).is_ok()).count() as u64;
    }
    Ok(count)
}

/// Gives those that are over something to do.
async fn begin(
    global: &Global,
    args: &Chosen,
    task: Task,
    none: &'static str,
    which: impl Fn(State) -> bool,
) -> Result<Exit, Failure> {
    let words = Words { done: TO_WORK, none };
    change(global, args, &words, |row| may_begin(row, args, &which).map(|()| vec![Change::Task(task)])).await
}

fn may_begin(row: &MigrationRow, args: &Chosen, which: impl Fn(State) -> bool) -> Result<(), Why> {
    // Named ones, whatever became of them, as long as nobody works on them.
    let is_named = !args.numbers.is_empty() && !matches!(row.state, State::Running | State::Stopping);
    match row.journal {
        _ if !which(row.state) && !is_named => Err(Why::AsItIs),
        None => Err(Why::NeverRan),
        Some(_) if row.lacks_password() => Err(Why::NoPassword),
        Some(_) => Ok(()),
    }
}

/// Lets the whole project rest, or go on.
async fn hold(global: &Global, args: &Chosen, held: bool) -> Result<Exit, Failure> {
    let super::Opened { projects, mut project, .. } = super::open(global, &args.named.project).await?;
    if project.held != held {
        project.held = held;
        project = projects.change(&project, &by()).await?;
    }
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "held", "project": project.id.as_str(), "held": held }))?,
        (false, true) => {}
        (false, false) => output::line(match held {
            true => "the project rests: what runs comes to a tidy place within seconds, nothing new begins",
            false => "the project may run; `omm project run` works on it",
        })?,
    }
    Ok(Exit::Done)
}
