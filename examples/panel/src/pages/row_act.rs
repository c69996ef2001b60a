//! What is asked of one migration.

use super::{
    Answer, by,
    row::{May, field_name, find, sides},
    to,
};
use crate::{
    guard::{
        failure::Failure,
        sent::Sent,
        visit::{Inside, Visit},
    },
    house::{House, Mark},
};
use axum::extract::Path;
use omm::{
    Secret, Stop,
    project::{
        notify::outbox::Outbox,
        project::Project,
        sealed::{Field, Place},
        store::{Change, Changed, MigrationRow, Projects},
        work::{Task, Wish, bury},
    },
};

/// What is told when something makes no sense any more.
pub(crate) const TOO_LATE: &str = "too-late";
/// What is told when passwords are kept.
pub(crate) const GIVEN: &str = "passwords-given";

/// Pause, resume, stop, synchronise, retry, verify.
pub(crate) async fn act(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = find(&visit.house, &project, number).await?;
    let said = ask(&visit, &project, &row, &fields.text("do")).await?;
    Ok(back(&visit.house, number, said))
}

/// Asks something of a migration; what is to be told of it.
///
/// # Errors
/// [`Failure::Missing`] when there is no such thing to ask.
pub(crate) async fn ask(
    visit: &Visit,
    project: &Project,
    row: &MigrationRow,
    what: &str,
) -> Result<&'static str, Failure> {
    let may = May::of(row);
    let (is_allowed, change) = match what {
        "pause" => (may.pause, Change::Wish(Wish::Pause)),
        "stop" => (may.stop, Change::Wish(Wish::Stop)),
        "resume" => (may.resume, Change::Task(row.task)),
        "start-now" => (may.start_now, Change::Start(None)),
        "sync" => (may.sync, Change::Task(Task::Copy)),
        "retry" => (may.retry, Change::Task(Task::Retry)),
        "verify" => (may.verify, Change::Task(Task::Verify { read_back: false })),
        "read-back" => (may.verify, Change::Task(Task::Verify { read_back: true })),
        _ => return Err(Failure::Missing),
    };
    let begins = !matches!(change, Change::Wish(_));
    if !is_allowed || !changed(&visit.house, project, row, vec![change]).await? {
        return Ok(TOO_LATE);
    }
    if begins { begun(visit, project, "asked").await } else { Ok("asked") }
}

/// What is told of something that was asked for. A single migration that rests is let go; of a project that rests, the others
/// would begin as well, and nobody has asked for that.
pub(super) async fn begun(
    visit: &Visit,
    project: &Project,
    said: &'static str,
) -> Result<&'static str, Failure> {
    if !project.held {
        return Ok(said);
    }
    if Mark::of(project).is_none() {
        return Ok("asked-held");
    }
    let go = |project: &mut Project| project.held = false;
    visit.house.stores.change(&project.id, &by(&visit.house), go).await?;
    Ok(said)
}

/// Seals passwords: those that were erased when it was done, or one that has changed since.
pub(crate) async fn passwords(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = find(&visit.house, &project, number).await?;
    let typed = |field| Some(fields.secret(field_name(field)));
    let said = give(&visit, &project, &row, typed).await?;
    Ok(back(&visit.house, number, said))
}

/// Gives a migration passwords; what is to be told of it. One that is there may be left as it is.
pub(crate) async fn give(
    visit: &Visit,
    project: &Project,
    row: &MigrationRow,
    given: impl Fn(Field) -> Option<Secret> + Send,
) -> Result<&'static str, Failure> {
    if !May::of(row).passwords {
        return Ok(TOO_LATE);
    }
    let (mut changes, needed) = (Vec::new(), sides(row).collect::<Vec<_>>());
    for (field, is_there) in needed {
        match given(field).filter(|secret| !secret.expose().trim().is_empty()) {
            Some(secret) => changes.push(sealed(&visit.house, project, row, field, &secret).await?),
            None if is_there => (),
            None => return Ok("passwords-missing"),
        }
    }
    if changes.is_empty() {
        return Ok("passwords-missing");
    }
    Ok(if changed(&visit.house, project, row, changes).await? { GIVEN } else { TOO_LATE })
}

async fn sealed(
    house: &House,
    project: &Project,
    row: &MigrationRow,
    field: Field,
    secret: &Secret,
) -> Result<Change, Failure> {
    let key = house.stores.keys.current().await?;
    let to = key.seal(Place { project: &project.id, migration: row.key, field }, secret)?;
    Ok(Change::Password { field, from: None, to })
}

/// Erases all that is known of a migration; what is copied stays.
pub(crate) async fn erase(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let house = &visit.house;
    let row = find(house, &project, number).await?;
    if !fields.ticked("sure") {
        return Ok(back(house, number, "not-sure"));
    }
    if !erase_row(house, &project, &row).await? {
        return Ok(back(house, number, TOO_LATE));
    }
    Ok(to(house, "/project?said=row-erased"))
}

/// Erases it, unless somebody works on it.
pub(crate) async fn erase_row(house: &House, project: &Project, row: &MigrationRow) -> Result<bool, Failure> {
    if house.stores.projects.erase_migrations(&project.id, vec![row.key], &by(house)).await? == 0 {
        return Ok(false);
    }
    house.stores.outbox.forget(&row.key.to_string()).await?;
    house.sweep_uploads().await?;
    clear_away(house).await?;
    Ok(true)
}

/// Erases journals that nobody names any more. What somebody works on just now is erased by the worker's next round.
pub(crate) async fn clear_away(house: &House) -> Result<(), Failure> {
    bury(&house.stores.projects, house.stores.omm.journals().as_ref(), &Stop::new()).await?;
    Ok(())
}

/// All of them in one go.
pub(super) async fn changed(
    house: &House,
    project: &Project,
    row: &MigrationRow,
    changes: Vec<Change>,
) -> Result<bool, Failure> {
    let changes = changes.into_iter().map(|change| (row.key, change)).collect();
    let answers = house.stores.projects.change_migrations(&project.id, changes, &by(house)).await?;
    Ok(answers.iter().all(|answer| *answer == Changed::Changed))
}

fn back(house: &House, number: u64, said: &str) -> axum::response::Response {
    to(house, &format!("/project/rows/{number}?said={said}"))
}
