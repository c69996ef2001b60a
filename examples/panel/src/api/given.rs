//! What a program sends: JSON within limits. No other site can send it without asking first, which nobody allows.

use super::door::{self, answer};
use crate::{
    guard::{failure::Failure, visit::Visit},
    house::House,
};
use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use omm::Secret;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// What was sent, and by whom.
pub(super) struct Given<T> {
    pub(super) visit: Visit,
    pub(super) what: T,
}

/// Why it cannot be read.
#[derive(Serialize)]
struct Unread {
    error: &'static str,
    message: String,
}

/// As for forms.
const LONGEST: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(30);

impl<T: DeserializeOwned> FromRequest<House> for Given<T> {
    type Rejection = Response;

    async fn from_request(request: Request, house: &House) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = door::visitor(&mut parts, house).await.map_err(IntoResponse::into_response)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
            return Err(unread(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json"));
        }
        let bytes = tokio::time::timeout(PATIENCE, to_bytes(body, LONGEST)).await;
        let Ok(Ok(bytes)) = bytes else { return Err(Failure::TooLarge.into_response()) };
        // serde says where it is wrong, and shows values; of a password nothing is shown.
        let what = serde_json::from_slice(&bytes)
            .map_err(|cause| unread(StatusCode::BAD_REQUEST, &place(&cause)))?;
        Ok(Self { visit, what })
    }
}

fn place(cause: &serde_json::Error) -> String {
    let what = if cause.is_data() { "a field is missing or of another type" } else { "this is no JSON" };
    format!("{what}, line {} column {}", cause.line(), cause.column())
}

fn unread(status: StatusCode, message: &str) -> Response {
    let unread = Unread { error: "unreadable", message: message.to_owned() };
    answer(status, &unread).unwrap_or_else(IntoResponse::into_response)
}

/// A password.
pub(super) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::new)
}

/// A password that need not be there.
pub(super) fn secret_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(Secret::new))
}
