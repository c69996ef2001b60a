//! Who asks, and what he is told when something is wrong.

use crate::{
    guard::{
        failure::Failure,
        visit::{Inside, Visit},
    },
    house::House,
    pages::Wrong,
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use omm::project::project::Token;
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler gives.
pub(super) type Answer = Result<Response, Failure>;

/// Somebody with a token.
pub(super) struct Program(pub(super) Inside);

/// What was given cannot be taken.
#[derive(Serialize, ToSchema)]
pub(super) struct Invalid {
    /// Always `invalid`.
    error: &'static str,
    /// What is wrong, field by field.
    fields: Vec<InvalidField>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
pub(super) struct InvalidField {
    /// Its name; `form` for what is about all of it.
    field: String,
    /// What is wrong, and what to do.
    message: String,
}

/// A word that says what is wrong.
#[derive(Serialize, ToSchema)]
pub(super) struct Trouble {
    pub(super) error: &'static str,
}

impl FromRequestParts<House> for Program {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Failure> {
        let visit = visitor(parts, house).await?;
        Ok(Self(visit.inside().await?))
    }
}

/// Somebody, with the token that he shows and no other; his cookies are not looked at.
pub(super) async fn visitor(parts: &mut Parts, house: &House) -> Result<Visit, Failure> {
    let mut visit = Visit::from_request_parts(parts, house).await?;
    let shown = parts.headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok());
    visit.session = shown.and_then(|line| line.strip_prefix("Bearer ")).and_then(Token::parse);
    Ok(visit)
}

/// An answer of that status.
pub(super) fn answer(status: StatusCode, what: &impl Serialize) -> Answer {
    let text = serde_json::to_string(what).map_err(|_| Failure::Broken)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Done, and nothing to say.
pub(super) fn done() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// It cannot be done as things are.
pub(super) fn conflict() -> Answer {
    answer(StatusCode::CONFLICT, &Trouble { error: "too-late" })
}

/// What is wrong, field by field.
pub(super) fn invalid(wrong: Wrong) -> Answer {
    let field = |(field, message)| InvalidField { field, message };
    let fields = wrong.into_pairs().into_iter().map(field).collect();
    answer(StatusCode::UNPROCESSABLE_ENTITY, &Invalid { error: "invalid", fields })
}
