//! Deleting migrated items again: from which sync point on, first as a preview, then in fact.

use super::{
    Answer, Frame, Tab, page,
    row::{May, find},
    row_act::{TOO_LATE, begun, changed},
    to,
};
use crate::guard::{
    failure::Failure,
    pace::Costly,
    sent::{Fields, Sent},
    visit::{Inside, Visit},
};
use askama::Template;
use axum::extract::Path;
use omm::{
    CredentialRef, Error, Listener, Stop, SyncPoint, UndoOptions, UndoOutcome,
    core::journal::PointState,
    project::{
        project::Project,
        sealed::{self, Field, Place},
        store::{Change, MigrationRow},
        work::Task,
    },
};
use std::time::{Duration, Instant};

/// A preview looks at every copy; whoever has more than this allows is told the truth without numbers.
const PATIENCE: Duration = Duration::from_secs(120);
/// So many things that would be left are named.
const LEFT: usize = 100;

#[derive(Template)]
#[template(path = "undo.html")]
struct Undo {
    frame: Frame,
    number: u64,
    points: Vec<u32>,
    form: Form,
    preview: Option<UndoOutcome>,
    trouble: Option<String>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Form {
    pub(crate) from: u32,
    pub(crate) keep_read: bool,
}

impl Form {
    fn of(fields: &Fields) -> Self {
        Self { from: fields.text("from").parse().unwrap_or(1), keep_read: fields.ticked("keep-read") }
    }
}

impl Undo {
    fn here(&self) -> String {
        self.frame.base.at(&format!("/project/rows/{}", self.number))
    }
}

async fn template(visit: &Visit, project: &Project, row: &MigrationRow) -> Result<Undo, Failure> {
    let journal = row.journal.as_deref().filter(|_| May::of(row).undo).ok_or(Failure::Missing)?;
    let points = visit.house.stores.omm.status(journal).await?.points;
    let points: Vec<u32> =
        points.iter().filter(|point| point.state != PointState::Undone).map(|point| point.point.0).collect();
    Ok(Undo {
        frame: Frame::inside(visit, project, Tab::Other),
        number: row.key.0,
        form: Form { from: points.first().copied().unwrap_or(1), keep_read: false },
        points,
        preview: None,
        trouble: None,
    })
}

pub(crate) async fn show(Inside { visit, project }: Inside, Path(number): Path<u64>) -> Answer {
    let row = find(&visit.house, &project, number).await?;
    page(&visit, &template(&visit, &project, &row).await?)
}

/// Shows what would be done; with `step` saying so, has it done.
pub(crate) async fn go(Path(number): Path<u64>, Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = find(&visit.house, &project, number).await?;
    let mut template = template(&visit, &project, &row).await?;
    template.form = Form::of(&fields);
    if !template.points.contains(&template.form.from) {
        return Err(Failure::Missing);
    }
    if fields.text("step") == "do" {
        return begin(&visit, &project, &row, template.form).await;
    }
    match looked(&visit, &project, &row, template.form).await? {
        Ok(mut outcome) => {
            outcome.left.truncate(LEFT);
            template.preview = Some(outcome);
        }
        Err(trouble) => template.trouble = Some(trouble),
    }
    page(&visit, &template)
}

/// What would be done, or why that cannot be seen.
pub(crate) async fn looked(
    visit: &Visit,
    project: &Project,
    row: &MigrationRow,
    form: Form,
) -> Result<Result<UndoOutcome, String>, Failure> {
    visit.house.pace.spend(Costly::Looking, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let _room = visit.house.pace.enter(Costly::Looking, &visit.address).await?;
    Ok(match tokio::time::timeout(PATIENCE, preview(visit, project, row, form)).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(visit.words.preview_too_long.to_owned()),
    })
}

/// Looks at the copies with the passwords of the row, which are open for as long as that takes.
async fn preview(
    visit: &Visit,
    project: &Project,
    row: &MigrationRow,
    form: Form,
) -> omm::Result<UndoOutcome> {
    let stores = &visit.house.stores;
    let mut loans = Vec::new();
    for (account, password, field) in [
        (&row.source, &row.source_password, Field::SourcePassword),
        (&row.destination, &row.destination_password, Field::DestinationPassword),
    ] {
        if let (CredentialRef::Named(name), Some(password)) = (&account.credentials, password) {
            let place = Place { project: &project.id, migration: row.key, field };
            let secret = sealed::open(stores.keys.as_ref(), place, password).await?;
            loans.push(stores.lent.lend_as(name.clone(), secret));
        }
    }
    let journal = row.journal.as_deref().ok_or_else(Error::stopped)?;
    let session = stores.omm.resume_copies(journal).await?;
    let mut options = UndoOptions::from(SyncPoint(form.from));
    (options.keep_read, options.dry_run) = (form.keep_read, true);
    let outcome = session.undo(&options, Listener::new(|_| ()), Stop::new()).await;
    // How it ends changes nothing.
    let _ = session.close().await;
    outcome
}

async fn begin(visit: &Visit, project: &Project, row: &MigrationRow, form: Form) -> Answer {
    let said = ask(visit, project, row, form).await?;
    Ok(to(&visit.house, &format!("/project/rows/{}?said={said}", row.key)))
}

/// Has it done; what is to be told of it.
pub(crate) async fn ask(
    visit: &Visit,
    project: &Project,
    row: &MigrationRow,
    form: Form,
) -> Result<&'static str, Failure> {
    let task = Change::Task(Task::Undo { from: form.from, keep_read: form.keep_read });
    match changed(&visit.house, project, row, vec![task]).await? {
        true => begun(visit, project, "undoing").await,
        false => Ok(TOO_LATE),
    }
}
