//! What is asked of migrations: all of a project, or some.

use super::by;
use crate::{
    args::{
        Global,
        project::{Chosen, Delete, Undo, Verify},
    },
    exit::{Exit, Failure},
    output,
};
use omm::{
    Stop,
    project::{
        project::Project,
        store::{Change, Changed, MigrationKey, MigrationRow, Page, State, Turns},
        work::{Task, Wish, bury},
    },
};
use serde_json::json;
use std::cell::Cell;

/// So many at a time.
const PAGE: u32 = 500;

pub(super) async fn pause(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    if args.numbers.is_empty() {
        return hold(global, args, true).await;
    }
    change(global, args, "asked to rest", |row| match row.state {
        // One that rests for a while, too: it rests until somebody lets it go on.
        State::Paused if row.start.is_none() => None,
        state if state.is_final() => None,
        _ => Some(Change::Wish(Wish::Pause)),
    })
    .await
}

pub(super) async fn resume(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    if args.numbers.is_empty() {
        hold(global, args, false).await?;
    }
    change(global, args, "to go on when the turn comes", |row| match row.state {
        State::Paused | State::Failed => Some(Change::Task(row.task)),
        // Whoever stopped one and names it means it.
        State::Stopped if !args.numbers.is_empty() => Some(Change::Task(row.task)),
        _ => None,
    })
    .await
}

pub(super) async fn stop(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    change(global, args, "asked to stop", |row| match row.state {
        state if state.is_final() => None,
        _ => Some(Change::Wish(Wish::Stop)),
    })
    .await
}

pub(super) async fn sync(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    begin(global, args, Task::Copy, |state| matches!(state, State::Done | State::DoneWithFailures)).await
}

pub(super) async fn retry(global: &Global, args: &Chosen) -> Result<Exit, Failure> {
    begin(global, args, Task::Retry, |state| matches!(state, State::DoneWithFailures | State::Failed)).await
}

pub(super) async fn verify(global: &Global, args: &Verify) -> Result<Exit, Failure> {
    begin(global, &args.chosen, Task::Verify { read_back: args.read_back }, State::is_final).await
}

pub(super) async fn undo(global: &Global, args: &Undo) -> Result<Exit, Failure> {
    if !args.yes {
        return Err(Failure::Usage(
            "undo deletes the copies of these migrations again; say --yes if that is meant".to_owned(),
        ));
    }
    let task = Task::Undo { from: args.from_sync_point, keep_read: args.keep_read };
    begin(global, &args.chosen, task, State::is_final).await
}

/// Gives those that are over something to do.
async fn begin(
    global: &Global,
    args: &Chosen,
    task: Task,
    which: impl Fn(State) -> bool,
) -> Result<Exit, Failure> {
    let without_password = Cell::new(0_u64);
    let exit = change(global, args, "to be worked on by `omm project run`", |row| {
        // Named ones, whatever became of them, as long as nobody works on them.
        let is_meant = which(row.state)
            || (!args.numbers.is_empty() && !matches!(row.state, State::Running | State::Stopping));
        if !is_meant || row.journal.is_none() {
            return None;
        }
        if row.lacks_password() {
            without_password.set(without_password.get() + 1);
            return None;
        }
        Some(Change::Task(task))
    })
    .await?;
    match without_password.get() {
        0 => Ok(exit),
        // Said now, instead of by each when its turn comes.
        left => {
            output::note(&format!(
                "{} left: the passwords were erased when they were done; import the same table again, then repeat this \
                 (`omm project options --keep-passwords true` keeps them the next time)",
                output::counted(left, "migration")
            ));
            Ok(Exit::Problems)
        }
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

/// Changes those that are named, or all that `what` says something for; says how many.
async fn change(
    global: &Global,
    args: &Chosen,
    done: &str,
    what: impl Fn(&MigrationRow) -> Option<Change>,
) -> Result<Exit, Failure> {
    let super::Opened { projects, project, .. } = super::open(global, &args.named.project).await?;
    let (mut changed, mut refused) = (0_u64, 0_u64);
    let mut chosen = Those::of(args);
    while let Some(rows) = chosen.next(&*projects, &project).await? {
        let changes: Vec<_> = rows.iter().filter_map(|row| Some((row.key, what(row)?))).collect();
        if !args.numbers.is_empty() {
            refused += (rows.len() - changes.len()) as u64;
        }
        for answer in projects.change_migrations(&project.id, changes, &by()).await? {
            match answer {
                Changed::Changed => changed += 1,
                Changed::Missing | Changed::Refused(_) => refused += 1,
            }
        }
    }
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "changed", "changed": changed, "left": refused }))?,
        (false, true) => {}
        (false, false) if refused > 0 => output::line(format!(
            "{} {done}; {refused} left: `omm project status` says what they do",
            output::counted(changed, "migration")
        ))?,
        (false, false) => output::line(format!("{} {done}", output::counted(changed, "migration")))?,
    }
    Ok(Exit::problems_if(refused > 0))
}

pub(super) async fn delete(global: &Global, args: &Delete) -> Result<Exit, Failure> {
    if !args.yes {
        return Err(Failure::Usage(
            "delete erases journals, passwords and numbers for good (the copies stay); say --yes if that is meant"
                .to_owned(),
        ));
    }
    let super::Opened { place, projects, project } = super::open(global, &args.chosen.named.project).await?;
    let (outbox, mut erased, mut left) = (place.outbox().await?, 0, 0);
    if args.chosen.numbers.is_empty() {
        erased = projects.counts(&project.id).await?.all();
        projects.erase(&project.id, &by()).await?;
        outbox.forget_project(project.id.as_str()).await?;
    } else {
        let mut chosen = Those::of(&args.chosen);
        while let Some(rows) = chosen.next(&*projects, &project).await? {
            let keys = rows.iter().map(|row| row.key).collect();
            let gone = projects.erase_migrations(&project.id, keys, &by()).await?;
            erased += gone;
            left += rows.len() as u64 - gone;
            for row in &rows {
                outbox.forget(&row.key.to_string()).await?;
            }
        }
    }
    // What somebody works on just now is erased by the next worker.
    bury(&*projects, &*place.journals, &Stop::new()).await?;
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "erased", "migrations": erased, "left": left }))?,
        (false, true) => {}
        (false, false) if left > 0 => output::line(format!(
            "{} erased; {left} left, because somebody works on them: stop them first",
            output::counted(erased, "migration")
        ))?,
        (false, false) => {
            output::line(format!("{} erased; the copies stay", output::counted(erased, "migration")))?
        }
    }
    Ok(Exit::problems_if(left > 0))
}

/// The migrations that are meant, page by page.
enum Those {
    Named(Vec<u64>),
    All(Page),
}

impl Those {
    fn of(args: &Chosen) -> Self {
        match args.numbers.as_slice() {
            [] => Self::All(Page::first(PAGE)),
            numbers => Self::Named(numbers.to_vec()),
        }
    }

    async fn next(
        &mut self,
        projects: &dyn Turns,
        project: &Project,
    ) -> Result<Option<Vec<MigrationRow>>, Failure> {
        match self {
            Self::All(page) => {
                let rows = projects.page(&project.id, *page).await?;
                let Some(last) = rows.last() else { return Ok(None) };
                *page = page.behind(last.key);
                Ok(Some(rows))
            }
            Self::Named(numbers) => {
                let Some(number) = numbers.pop() else { return Ok(None) };
                let row = projects.migration(&project.id, MigrationKey(number)).await?;
                let unknown = || Failure::Usage(format!("project {} has no migration {number}", project.id));
                Ok(Some(vec![row.ok_or_else(unknown)?]))
            }
        }
    }
}
