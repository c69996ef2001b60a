//! Deleting migrated items again.

use super::{
    door::{Answer, Program, Trouble, answer, conflict, done},
    given::Given,
};
use crate::{
    guard::{failure::Failure, visit::Inside},
    pages::{row, row_act, undo},
};
use axum::{
    extract::{Path, Query},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// From where on.
#[derive(Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// The first synchronisation point that is taken back; 1 is all.
    #[serde(default = "first")]
    from: u32,
    /// Leave what was read since.
    #[serde(default)]
    keep_read: bool,
}

fn first() -> u32 {
    1
}

impl Since {
    fn form(&self) -> undo::Form {
        undo::Form { from: self.from, keep_read: self.keep_read }
    }
}

/// What would be deleted
#[utoipa::path(get, operation_id = "preview_undo", path = "/api/v1/migrations/{number}/undo", params(("number" = u64, Path), Since), responses(
    (status = 200, description = "What would be done, as the SDK tells it", body = Object),
    (status = 404, description = "There is none of this number, or nothing to take back", body = Trouble),
    (status = 409, description = "It cannot be seen now", body = Trouble),
))]
pub(super) async fn preview(
    Program(Inside { visit, project }): Program,
    Path(number): Path<u64>,
    Query(since): Query<Since>,
) -> Answer {
    let row = row::find(&visit.house, &project, number).await?;
    if !row::May::of(&row).undo {
        return Err(Failure::Missing);
    }
    match undo::looked(&visit, &project, &row, since.form()).await? {
        Ok(outcome) => answer(StatusCode::OK, &outcome),
        Err(_) => answer(StatusCode::CONFLICT, &Trouble { error: "no-preview" }),
    }
}

/// Delete what was migrated, from a synchronisation point on
#[utoipa::path(post, operation_id = "undo_migration", path = "/api/v1/migrations/{number}/undo", params(("number" = u64, Path)), request_body = Since, responses(
    (status = 204, description = "It will be done"),
    (status = 409, description = "It makes no sense as things are", body = Trouble),
))]
pub(super) async fn begin(Path(number): Path<u64>, Given { visit, what }: Given<Since>) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let row = row::find(&visit.house, &project, number).await?;
    if !row::May::of(&row).undo {
        return conflict();
    }
    let said = undo::ask(&visit, &project, &row, what.form()).await?;
    if said == row_act::TOO_LATE { conflict() } else { done() }
}
