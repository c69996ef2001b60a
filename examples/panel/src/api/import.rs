//! A table of accounts, as it is: CSV, Excel or OpenDocument.

use super::door::{Answer, Program, Trouble, answer};
use crate::{
    guard::{failure::Failure, pace::Costly, visit::Inside},
    pages::import::{self, Upload},
};
use axum::{body::Body, extract::Query, http::StatusCode};
use omm::ErrorKind;
use serde::{Deserialize, Serialize};
use std::time::Instant;
use utoipa::{IntoParams, ToSchema};

/// How it is taken.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// Several sources may go into one destination.
    #[serde(default)]
    shared: bool,
    /// Take the good rows, whatever is wrong with others.
    #[serde(default)]
    good_alone: bool,
}

/// The table as the file is: whoever generates a client is to be offered bytes, and no list of numbers.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct Table(#[expect(dead_code, reason = "it is told of, and read as a stream")] Vec<u8>);

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Outcome {
    /// Whether anything was taken.
    taken: bool,
    good: u64,
    bad: u64,
    /// Migrations of the project that were given their passwords again.
    given_again: u64,
    /// What is wrong, row by row; no more than 500 of them.
    troubles: Vec<RowTrouble>,
}

/// A row that is wrong.
#[derive(Serialize, ToSchema)]
pub(super) struct RowTrouble {
    line: u64,
    message: String,
}

impl Outcome {
    /// There is no row in it, and this is why.
    fn nothing(message: &str) -> Self {
        let troubles = vec![RowTrouble { line: 0, message: message.to_owned() }];
        Self { taken: false, good: 0, bad: 0, given_again: 0, troubles }
    }
}

/// Import a table of migrations
#[utoipa::path(post, operation_id = "import_table", path = "/api/v1/migrations/import", params(How), request_body(content = Table, content_type = "application/octet-stream"), responses(
    (status = 200, description = "It was taken", body = Outcome),
    (status = 422, description = "Rows are wrong and nothing was taken, or it is no table", body = Outcome),
    (status = 413, description = "It is too large", body = Trouble),
))]
pub(super) async fn import(
    Program(Inside { visit, project }): Program,
    Query(how): Query<How>,
    body: Body,
) -> Answer {
    visit.house.pace.spend(Costly::Uploading, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let _room = visit.house.pace.enter(Costly::Uploading, &visit.address).await?;
    let upload = Upload::of_body(body, how.shared, how.good_alone).await?;
    let Some(file) = &upload.file else {
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &Outcome::nothing("there is no table; send one"));
    };
    let outcome = match import::read(&visit, &project, &upload, file).await {
        Ok(outcome) => outcome,
        Err(error) if matches!(error.kind(), ErrorKind::Malformed | ErrorKind::Config) => {
            return answer(StatusCode::UNPROCESSABLE_ENTITY, &Outcome::nothing(error.message()));
        }
        Err(error) => return Err(error.into()),
    };
    let status = if outcome.is_taken { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let trouble = |(line, message)| RowTrouble { line, message };
    let view = Outcome {
        taken: outcome.is_taken,
        good: outcome.good,
        bad: outcome.bad,
        given_again: outcome.given_again,
        troubles: outcome.troubles.into_iter().map(trouble).collect(),
    };
    answer(status, &view)
}
