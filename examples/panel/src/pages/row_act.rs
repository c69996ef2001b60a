//! What is asked of one migration.

use super::{
    Answer, by,
    row::{May, find},
    to,
};
use crate::{
    guard::{failure::Failure, sent::Sent, visit::Inside},
    house::House,
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
    let Inside { visit, mut project } = visit.inside().await?;
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
    let is_done = is_allowed && changed(&visit.house, &project, &row, change).await?;
    if is_done && begins && project.held {
        // Whoever asks one for something wants it to be done.
        project.held = false;
        visit.house.stores.projects.change(&project, &by(&visit.house)).await?;
    }
    Ok(back(&visit.house, number, if is_done { "asked" } else { "too-late" }))
}

/// Seals the passwords again that were erased when it was done.
pub(crate) async fn passwords(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = find(&visit.house, &project, number).await?;
    let given = [
        (Field::SourcePassword, fields.secret("source-password")),
        (Field::DestinationPassword, fields.secret("destination-password")),
    ];
    if given.iter().any(|(_, secret)| secret.expose().trim().is_empty()) {
        return Ok(back(&visit.house, number, "passwords-missing"));
    }
    let mut is_done = true;
    for (field, secret) in given {
        let change = sealed(&visit.house, &project, &row, field, &secret).await?;
        is_done &= changed(&visit.house, &project, &row, change).await?;
    }
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
    clear_away(house).await?;
    Ok(to(house, "/project?said=row-erased"))
}

/// Erases journals that nobody names any more. What somebody works on just now is erased by the worker's next round.
pub(crate) async fn clear_away(house: &House) -> Result<(), Failure> {
    bury(&house.stores.projects, house.stores.omm.journals().as_ref(), &Stop::new()).await?;
    Ok(())
}

async fn changed(
    house: &House,
    project: &Project,
    row: &MigrationRow,
    change: Change,
) -> Result<bool, Failure> {
    let changes = vec![(row.key, change)];
    let answers = house.stores.projects.change_migrations(&project.id, changes, &by(house)).await?;
    Ok(answers.first() == Some(&Changed::Changed))
}

fn back(house: &House, number: u64, said: &str) -> axum::response::Response {
    to(house, &format!("/project/rows/{number}?said={said}"))
}
