//! Where there is no page.

use super::{Frame, Tab, page};
use crate::guard::{failure::Failure, visit::Visit};
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed {
    frame: Frame,
    title: &'static str,
    text: String,
}

/// The page that tells of a failure.
pub(crate) fn page_of(visit: &Visit, failure: &Failure) -> Response {
    let words = visit.words;
    let (title, text) = match failure {
        Failure::Missing | Failure::LoggedOut => (words.missing, words.missing_text.to_owned()),
        Failure::Forged => (words.forged, words.forged_text.to_owned()),
        Failure::TooLarge => (words.too_large, words.too_large_text.to_owned()),
        Failure::TooOften(wait) => {
            (words.too_often, format!("{} {} s.", words.too_often_text, wait.as_secs() + 1))
        }
        Failure::Busy => (words.busy, words.busy_text.to_owned()),
        Failure::Broken => (words.broken, words.broken_text.to_owned()),
    };
    let template = Failed { frame: Frame::new(visit, Tab::Other), title, text };
    page(visit, &template).unwrap_or_else(|_| failure.status().into_response())
}

/// For everything that is no page.
pub(crate) async fn missing() -> Failure {
    Failure::Missing
}
