//! Files in pieces: what [`crate::upload::tus`] reads, as answers. The session's cookie says whose they are; what changes
//! something needs the form's token in a header, which no other site can set.

use super::destination;
use crate::house::House;
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        sent::believe,
        visit::{Inside, Visit},
    },
    upload::{
        Upload,
        tus::{self as said, Refused},
    },
};
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::time::Instant;

/// The header of the token.
const TOKEN: &str = "x-form-token";

/// What is spoken here.
pub(crate) async fn options(State(house): State<House>) -> Response {
    let largest = house.uploads.limits.largest.to_string();
    answer(
        StatusCode::NO_CONTENT,
        &[
            ("tus-version", said::VERSION),
            ("tus-extension", said::EXTENSIONS),
            ("tus-checksum-algorithm", said::ALGORITHMS),
            ("tus-max-size", &largest),
        ],
    )
}

/// Announces a file.
pub(crate) async fn create(visit: Visit, headers: HeaderMap) -> Result<Response, Failure> {
    let Inside { visit, project } = inside(visit, &headers).await?;
    destination(&project)?;
    visit.house.pace.spend(Costly::Uploading, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let uploads = &visit.house.uploads;
    let creation = match said::creation(&headers, uploads.limits.largest) {
        Ok(creation) => creation,
        Err(refused) => return Ok(refuse(refused)),
    };
    Ok(match uploads.create(&project.id, &creation).await? {
        Ok(upload) => {
            let place = visit.house.base.at(&format!("/project/files/tus/{}", upload.id));
            answer(StatusCode::CREATED, &[(header::LOCATION.as_str(), &place)])
        }
        Err(refused) => refuse(refused),
    })
}

/// How much of it is there.
pub(crate) async fn look(
    Inside { visit, project }: Inside,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let upload = visit.house.uploads.find(&project.id, &id).await?;
    let (there, size) = (upload.there.to_string(), upload.meta.size.to_string());
    Ok(answer(StatusCode::OK, &[("upload-offset", &there), ("upload-length", &size)]))
}

/// What its pieces were. Whoever goes on compares them with the file he has: one that has changed meanwhile, or another one of
/// this name and size, would be sewn onto the beginning of the first.
pub(crate) async fn pieces(
    Inside { visit, project }: Inside,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let upload = visit.house.uploads.find(&project.id, &id).await?;
    let text = visit.house.uploads.pieces(&upload).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Takes a piece.
pub(crate) async fn append(
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (Inside { visit, .. }, upload) = found(visit, &headers, &id).await?;
    let _room = visit.house.pace.enter(Costly::Uploading, &visit.address).await?;
    let piece = match said::piece(&headers) {
        Ok(piece) => piece,
        Err(refused) => return Ok(refuse(refused)),
    };
    if upload.meta.row.is_some() {
        return Ok(refuse(Refused::Offset));
    }
    Ok(match visit.house.uploads.append(&upload, &piece, body).await? {
        Ok(there) => answer(StatusCode::NO_CONTENT, &[("upload-offset", &there.to_string())]),
        Err(refused) => refuse(refused),
    })
}

/// Erases a file that nothing reads.
pub(crate) async fn remove(
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (Inside { visit, .. }, upload) = found(visit, &headers, &id).await?;
    if upload.meta.row.is_some() {
        return Ok(refuse(Refused::Busy));
    }
    visit.house.uploads.remove(&upload).await?;
    Ok(answer(StatusCode::NO_CONTENT, &[]))
}

async fn inside(visit: Visit, headers: &HeaderMap) -> Result<Inside, Failure> {
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok()).unwrap_or_default();
    believe(&visit, headers, token)?;
    visit.inside().await
}

async fn found(visit: Visit, headers: &HeaderMap, id: &str) -> Result<(Inside, Upload), Failure> {
    let inside = inside(visit, headers).await?;
    let upload = inside.visit.house.uploads.find(&inside.project.id, id).await?;
    Ok((inside, upload))
}

fn refuse(refused: Refused) -> Response {
    answer(refused.status(), &[])
}

fn answer(status: StatusCode, headers: &[(&'static str, &str)]) -> Response {
    let mut response = status.into_response();
    let named = headers.iter().copied().chain([("tus-resumable", said::VERSION)]);
    for (name, value) in named {
        // Numbers, and places of ours.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
