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

/// Pause, resume, stop, synchronise, retry, verify.
pub(crate) async fn act(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = find(&visit.house, &project, number).await?;
    let may = May::of(&row);
    let (is_allowed, change) = match fields.text("do").as_str() {
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
    let is_done = is_allowed && changed(&visit.house, &project, &row, vec![change]).await?;
    let said = match is_done {
        false => "too-late",
        true if begins => begun(&visit, &project, "asked").await?,
        true => "asked",
    };
    Ok(back(&visit.house, number, said))
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
    if !May::of(&row).passwords {
        return Ok(back(&visit.house, number, "too-late"));
    }
    let mut changes = Vec::new();
    for (field, is_there) in sides(&row) {
        let secret = fields.secret(field_name(field));
        match secret.expose().trim().is_empty() {
            true if is_there => (),
            true => return Ok(back(&visit.house, number, "passwords-missing")),
            false => changes.push(sealed(&visit.house, &project, &row, field, &secret).await?),
        }
    }
    if changes.is_empty() {
        return Ok(back(&visit.house, number, "passwords-missing"));
    }
    let is_done = changed(&visit.house, &project, &row, changes).await?;
    Ok(back(&visit.house, number, if is_done { "passwords-given" } else { "too-late" }))
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
    if house.stores.projects.erase_migrations(&project.id, vec![row.key], &by(house)).await? == 0 {
        return Ok(back(house, number, "too-late"));
    }
    house.stores.outbox.forget(&row.key.to_string()).await?;
    house.sweep_uploads().await?;
    clear_away(house).await?;
    Ok(to(house, "/project?said=row-erased"))
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
