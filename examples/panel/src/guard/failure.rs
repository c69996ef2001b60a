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
    /// Others are at it; a little later there is room.
    Busy,
    /// Ours to mend.
    Broken,
}

/// After so long whoever was sent away asks again.
const A_WHILE: Duration = Duration::from_secs(10);

impl Failure {
    /// When to ask again, where that makes sense.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::TooOften(wait) => Some(*wait),
            Self::Busy => Some(A_WHILE),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::LoggedOut => StatusCode::SEE_OTHER,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
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

/// Places that programs ask and no person reads.
const FOR_PROGRAMS: [&str; 2] = ["/api/", "/project/files/tus"];

/// A word, and nobody is sent to another page.
fn told_to_program(failure: &Failure) -> Response {
    let (status, word) = match failure {
        Failure::LoggedOut => (StatusCode::UNAUTHORIZED, "logged-out"),
        Failure::Missing => (failure.status(), "missing"),
        Failure::Forged => (failure.status(), "forged"),
        Failure::TooLarge => (failure.status(), "too-large"),
        Failure::TooOften(_) => (failure.status(), "too-often"),
        Failure::Busy => (failure.status(), "busy"),
        Failure::Broken => (failure.status(), "broken"),
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, format!("{{\"error\":\"{word}\"}}")).into_response();
    if let Some(wait) = failure.wait() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    response
}

/// Makes a page of a failure.
pub(crate) async fn tell(State(house): State<House>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = Visit::from_request_parts(&mut parts, &house).await;
    let path = parts.uri.path().strip_prefix(house.base.as_str()).unwrap_or_default();
    let is_for_programs = FOR_PROGRAMS.iter().any(|begin| path.starts_with(begin));
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let failure = response.extensions_mut().remove::<Failure>();
    // A number that is none, a form that is none: refused before a page has seen it.
    let is_page = response.status() == StatusCode::BAD_REQUEST && !is_for_programs;
    let failure = failure.or(is_page.then_some(Failure::Missing));
    let Some(failure) = failure else { return response };
    let Ok(visit) = visit else { return response };
    if is_for_programs {
        return told_to_program(&failure);
    }
    if let Failure::LoggedOut = failure {
        return pages::to(&house, "/project/manage?said=logged-out");
    }
    let status = failure.status();
    let mut page = failed::page_of(&visit, &failure);
    *page.status_mut() = status;
    if let Some(wait) = failure.wait() {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    page
}
