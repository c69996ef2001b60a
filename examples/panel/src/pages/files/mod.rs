//! Files of one's own (Outlook's data files, calendars, address books, mailboxes) into an account: the destination first, then
//! the files, then the start, for which the destination's password is asked again: it was not kept.

pub(crate) mod new;
pub(crate) mod start;
pub(crate) mod tus;

use super::{Answer, Frame, Tab, field::Field, line::bytes, manage::Said, page, to};
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        sent::{self, Sent, believe},
        visit::{Inside, Visit},
    },
    house::Mark,
    upload::{Name, Upload, tus::Creation},
    words::Words,
};
use askama::Template;
use axum::{
    extract::{Multipart, Path, Query, multipart::MultipartRejection},
    http::{HeaderMap, header},
};
use omm::{AccountSpec, project::project::Project};
use std::time::Instant;

#[derive(Template)]
#[template(path = "files.html")]
struct Files {
    frame: Frame,
    lines: Vec<FileLine>,
    /// Where the files go.
    destination: String,
    largest: u64,
    largest_said: String,
    password: Field,
    can_start: bool,
}

struct FileLine {
    id: String,
    name: String,
    size: u64,
    there: u64,
    said: String,
    percent: u64,
    is_whole: bool,
    row: Option<u64>,
}

impl FileLine {
    fn of(upload: &Upload, words: &Words) -> Self {
        let size = upload.meta.size;
        Self {
            id: upload.id.to_string(),
            name: upload.meta.name.clone(),
            size,
            there: upload.there,
            said: format!("{} / {}", bytes(upload.there, words), bytes(size, words)),
            percent: (upload.there.saturating_mul(100)).checked_div(size).unwrap_or(100),
            is_whole: upload.is_whole(),
            row: upload.meta.row,
        }
    }
}

/// Where the files of a project go.
///
/// # Errors
/// [`Failure::Missing`] for a project of another sort.
fn destination(project: &Project) -> Result<AccountSpec, Failure> {
    match Mark::of(project) {
        Some(Mark::Files { destination }) => Ok(*destination),
        _ => Err(Failure::Missing),
    }
}

pub(crate) async fn show(Inside { visit, project }: Inside, Query(said): Query<Said>) -> Answer {
    let mut template = template(&visit, &project, None).await?;
    template.frame = template.frame.saying(said.said.as_deref());
    page(&visit, &template)
}

async fn template(visit: &Visit, project: &Project, wrong: Option<String>) -> Result<Files, Failure> {
    let (words, house) = (visit.words, &visit.house);
    let destination = destination(project)?;
    let uploads = house.uploads.of(&project.id).await?;
    Ok(Files {
        frame: Frame::inside(visit, project, Tab::Files),
        can_start: uploads.iter().any(|upload| upload.is_whole() && upload.meta.row.is_none()),
        lines: uploads.iter().map(|upload| FileLine::of(upload, words)).collect(),
        destination: destination.label(),
        largest: house.uploads.limits.largest,
        largest_said: bytes(house.uploads.limits.largest, words),
        password: Field {
            wrong,
            ..Field::password("destination-password", words.destination_password, "off")
        },
    })
}

/// A whole file in one form, for browsers without scripts.
pub(crate) async fn send(
    visit: Visit,
    headers: HeaderMap,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    destination(&project)?;
    visit.house.pace.spend(Costly::Uploading, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let _room = visit.house.pace.enter(Costly::Uploading, &visit.address).await?;
    let mut form = multipart.map_err(|_| Failure::Forged)?;
    let first = form.next_field().await.ok().flatten().filter(|field| field.name() == Some(sent::TOKEN));
    believe(&visit, &headers, &sent::short(first.ok_or(Failure::Forged)?).await?)?;
    let said = match form.next_field().await.map_err(|_| Failure::Forged)? {
        Some(field) if field.name() == Some("file") => {
            let largest = visit.house.uploads.limits.largest;
            let size = announced(&headers).unwrap_or(largest).min(largest);
            match field.file_name().and_then(Name::of) {
                Some(name) => keep(&visit, &project, Creation { name, size }, field).await?,
                None => "file-kind",
            }
        }
        _ => "file-missing",
    };
    Ok(to(&visit.house, &format!("/project/files?said={said}")))
}

async fn keep(
    visit: &Visit,
    project: &Project,
    creation: Creation,
    field: axum::extract::multipart::Field<'_>,
) -> Result<&'static str, Failure> {
    let uploads = &visit.house.uploads;
    let Ok(upload) = uploads.create(&project.id, &creation).await? else { return Ok("file-no-room") };
    Ok(if uploads.fill(&upload, field).await? { "file-kept" } else { "file-cut" })
}

/// How long the form is: the file in it is no longer.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Erases a file that nothing reads.
pub(crate) async fn remove(Path(id): Path<String>, Sent { visit, .. }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    destination(&project)?;
    let upload = visit.house.uploads.find(&project.id, &id).await?;
    if upload.meta.row.is_some() {
        return Ok(to(&visit.house, "/project/files?said=too-late"));
    }
    visit.house.uploads.remove(&upload).await?;
    Ok(to(&visit.house, "/project/files?said=file-removed"))
}
