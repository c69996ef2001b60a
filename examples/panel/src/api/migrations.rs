//! Migrations: listed, added, asked for something, reported, erased.

use super::{
    accounts::NewMigration,
    door::{Answer, Invalid, Program, Trouble, answer, conflict, done, invalid},
    given::{Given, secret_or_none},
};
use crate::{
    guard::{failure::Failure, visit::Inside},
    pages::{
        account,
        line::{self, Line},
        row::{self, May},
        row_act,
    },
    words,
};
use axum::{
    extract::{Path, Query},
    http::StatusCode,
};
use omm::{
    Secret,
    project::{
        sealed::Field,
        store::{MigrationKey, MigrationRow, Page, Projects},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// So many on a page at most.
const ROWS: u32 = 1000;

/// A migration.
#[derive(Serialize, ToSchema)]
pub(super) struct MigrationView {
    number: u64,
    /// `not-started`, `waiting` (it was begun, and goes on when its turn comes), `scheduled`, `running`, `paused`, `stopping`, `stopped`, `done`, `done-with-failures` or `failed`.
    state: &'static str,
    source: String,
    destination: String,
    /// Items that were found, are at the destination, and have failed.
    found: u64,
    there: u64,
    failed: u64,
    /// Of a hundred, while it runs.
    percent: Option<u64>,
    /// Why it waits or failed, or how long it still takes.
    remark: String,
    /// What can be asked of it.
    may: Vec<&'static str>,
}

/// A page of them.
#[derive(Serialize, ToSchema)]
pub(super) struct MigrationPage {
    migrations: Vec<MigrationView>,
    /// To be given as `after` for the next page, if there is one.
    next: Option<u64>,
}

/// A migration that was added.
#[derive(Serialize, ToSchema)]
pub(super) struct Added {
    number: u64,
}

/// Passwords that take the place of others.
#[derive(Deserialize, ToSchema)]
pub(super) struct Passwords {
    #[serde(default, deserialize_with = "secret_or_none")]
    #[schema(value_type = Option<String>, format = Password)]
    source: Option<Secret>,
    #[serde(default, deserialize_with = "secret_or_none")]
    #[schema(value_type = Option<String>, format = Password)]
    destination: Option<Secret>,
}

/// Which part is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// In this state only.
    state: Option<String>,
    /// Those behind this number.
    after: Option<u64>,
    /// So many at most; at most 1000.
    limit: Option<u32>,
}

impl MigrationView {
    fn of(migration: &MigrationRow) -> Self {
        let line = Line::of(migration, words::ALL[0]);
        let items = migration.progress.clone().unwrap_or_default().items;
        Self {
            number: line.number,
            state: line.class,
            source: line.source,
            destination: line.destination,
            found: items.found,
            there: items.copied + items.adopted + items.already_there,
            failed: line.failed,
            percent: line.percent,
            remark: line.remark,
            may: May::of(migration).names(),
        }
    }
}

/// Migrations, page by page
#[utoipa::path(get, operation_id = "list_migrations", path = "/api/v1/migrations", params(Part), responses(
    (status = 200, description = "A page of them", body = MigrationPage),
    (status = 401, description = "Not logged in", body = Trouble),
))]
pub(super) async fn list(Program(Inside { visit, project }): Program, Query(part): Query<Part>) -> Answer {
    let limit = part.limit.unwrap_or(100).clamp(1, ROWS);
    let mut asked = Page::first(limit);
    asked = part.after.map_or(asked, |after| asked.behind(MigrationKey(after)));
    if let Some(state) = &part.state {
        asked = asked.in_state(line::state_of(state).ok_or(Failure::Missing)?);
    }
    let rows = visit.house.stores.projects.page(&project.id, asked).await?;
    let next = rows.last().filter(|_| rows.len() == limit as usize).map(|row| row.key.0);
    answer(StatusCode::OK, &MigrationPage { migrations: rows.iter().map(MigrationView::of).collect(), next })
}

/// Add a migration
#[utoipa::path(post, operation_id = "add_migration", path = "/api/v1/migrations", request_body = NewMigration, responses(
    (status = 201, description = "Added", body = Added),
    (status = 422, description = "Something is wrong with it", body = Invalid),
))]
pub(super) async fn add(Given { visit, what }: Given<NewMigration>) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let form = account::Form {
        start: what.start.clone(),
        checks: what.check,
        keeps_servers: false,
        shared: what.shared,
    };
    let usual = [project.source.as_ref(), project.destination.as_ref()];
    let row = match account::row(&visit, &what.pair(), &form, usual).await? {
        Ok((row, _)) => row,
        Err(wrong) => return invalid(wrong),
    };
    match account::store(&visit, &project, row, &form).await? {
        Ok(number) => answer(StatusCode::CREATED, &Added { number }),
        Err(wrong) => invalid(wrong),
    }
}

/// One migration
#[utoipa::path(get, operation_id = "show_migration", path = "/api/v1/migrations/{number}", params(("number" = u64, Path)), responses(
    (status = 200, description = "The migration", body = MigrationView),
    (status = 404, description = "There is none of this number", body = Trouble),
))]
pub(super) async fn show(Program(Inside { visit, project }): Program, Path(number): Path<u64>) -> Answer {
    answer(StatusCode::OK, &MigrationView::of(&row::find(&visit.house, &project, number).await?))
}

/// Ask something of a migration
///
/// `pause`, `stop`, `resume`, `start-now`, `sync`, `retry`, `verify` or `read-back`.
#[utoipa::path(post, operation_id = "ask_migration", path = "/api/v1/migrations/{number}/do/{act}", params(("number" = u64, Path), ("act" = String, Path)), responses(
    (status = 204, description = "It will be done"),
    (status = 404, description = "There is none of this number, or no such thing to ask", body = Trouble),
    (status = 409, description = "It makes no sense as things are", body = Trouble),
))]
pub(super) async fn act(
    Program(Inside { visit, project }): Program,
    Path((number, act)): Path<(u64, String)>,
) -> Answer {
    let row = row::find(&visit.house, &project, number).await?;
    let said = row_act::ask(&visit, &project, &row, &act).await?;
    if said == row_act::TOO_LATE { conflict() } else { done() }
}

/// Give passwords again, or anew
#[utoipa::path(put, operation_id = "give_passwords", path = "/api/v1/migrations/{number}/passwords", params(("number" = u64, Path)), request_body = Passwords, responses(
    (status = 204, description = "They are kept"),
    (status = 409, description = "One is missing, or the migration is at work", body = Trouble),
))]
pub(super) async fn passwords(Path(number): Path<u64>, Given { visit, what }: Given<Passwords>) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = row::find(&visit.house, &project, number).await?;
    let given = |field| match field {
        Field::SourcePassword => what.source.clone(),
        _ => what.destination.clone(),
    };
    let said = row_act::give(&visit, &project, &row, given).await?;
    if said == row_act::GIVEN { done() } else { conflict() }
}

/// The report of a migration
#[utoipa::path(get, operation_id = "show_report", path = "/api/v1/migrations/{number}/report", params(("number" = u64, Path)), responses(
    (status = 200, description = "All numbers, and what failed, as the SDK reports it", body = Object),
    (status = 404, description = "There is none of this number, or it has not begun", body = Trouble),
))]
pub(super) async fn report(Program(Inside { visit, project }): Program, Path(number): Path<u64>) -> Answer {
    let row = row::find(&visit.house, &project, number).await?;
    let journal = row.journal.as_deref().ok_or(Failure::Missing)?;
    answer(StatusCode::OK, &visit.house.stores.omm.report(journal).await?)
}

/// Erase all that is known of a migration; the copies stay
#[utoipa::path(delete, operation_id = "erase_migration", path = "/api/v1/migrations/{number}", params(("number" = u64, Path)), responses(
    (status = 204, description = "Erased"),
    (status = 409, description = "Somebody works on it: stop it first", body = Trouble),
))]
pub(super) async fn erase(Program(Inside { visit, project }): Program, Path(number): Path<u64>) -> Answer {
    let row = row::find(&visit.house, &project, number).await?;
    if row_act::erase_row(&visit.house, &project, &row).await? { done() } else { conflict() }
}
