//! What goes wrong with a request, and what its visitor is told: no more than he needs, in his language.

use super::visit::Visit;
use crate::{
    house::House,
    pages::{self, failed},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use omm::{Error, ErrorKind};
use std::time::Duration;

/// Why there is no page.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// There is no such page, or nothing of that number in this project.
    Missing,
    /// Not logged in, or not any more.
    LoggedOut,
    /// A form that is not ours, or of a session that is over.
    Forged,
    /// More than we take.
    TooLarge,
    /// Too often.
    TooOften(Duration),
    /// Ours to mend.
    Broken,
}

impl Failure {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::LoggedOut => StatusCode::SEE_OTHER,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // Told to the log by its kind alone: a message may name an account.
        tracing::error!(kind = error.kind().name(), operation = error.operation(), "a request failed");
        tracing::trace!(said = error.to_string(), "a request failed");
        match error.kind() {
            ErrorKind::Config if error.operation() == "read the project" => Self::LoggedOut,
            _ => Self::Broken,
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(_: askama::Error) -> Self {
        Self::Broken
    }
}

/// Its page is made by [`tell`], which knows the visitor.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Makes a page of a failure.
pub(crate) async fn tell(State(house): State<House>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = Visit::from_request_parts(&mut parts, &house).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let failure = response.extensions_mut().remove::<Failure>();
    // A number that is none, a form that is none: refused before a page has seen it.
    let failure = failure.or((response.status() == StatusCode::BAD_REQUEST).then_some(Failure::Missing));
    let Some(failure) = failure else { return response };
    let Ok(visit) = visit else { return response };
    if let Failure::LoggedOut = failure {
        return pages::to(&house, "/project/manage?said=logged-out");
    }
    let status = failure.status();
    let mut page = failed::page_of(&visit, &failure);
    *page.status_mut() = status;
    if let Failure::TooOften(wait) = failure {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    page
}
