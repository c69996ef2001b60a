//! The start: each file that is there becomes a migration.

use super::super::{
    Answer, account, page,
    pair::{self, Pair},
    row_act, to,
};
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        sent::Sent,
        visit::{Inside, Visit},
    },
    upload::Upload,
};
use axum::http::StatusCode;
use omm::{
    AccountSpec, Secret,
    project::{import::Row, project::Project},
};
use std::time::Instant;

/// Looks at the destination with the password that was typed, and begins.
pub(crate) async fn start(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let (house, destination) = (&visit.house, super::destination(&project)?);
    let uploads = house.uploads.of(&project.id).await?;
    let waiting: Vec<_> =
        uploads.into_iter().filter(|upload| upload.is_whole() && upload.meta.row.is_none()).collect();
    if waiting.is_empty() {
        return Ok(to(house, "/project/files?said=file-missing"));
    }
    let password = fields.secret("destination-password");
    house.pace.spend(Costly::Looking, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let row = row(&visit, &destination, &password)?;
    let wrong = {
        let _room = house.pace.enter(Costly::Looking, &visit.address).await?;
        pair::check_destination(&visit, &row.destination).await?.wrong
    };
    if let Some(first) = wrong.first() {
        let mut response = page(&visit, &super::template(&visit, &project, Some(first)).await?)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    // All of them, even if nobody waits for the answer any more.
    let (own, of) = (visit.clone(), project.clone());
    let beginning = tokio::spawn(async move { begin(&own, &of, waiting, (&destination, &password)).await });
    let numbers = beginning.await.map_err(|_| Failure::Broken)??;
    row_act::begun(&visit, &project, "asked").await?;
    Ok(match numbers.as_slice() {
        [one] => to(&visit.house, &format!("/project/rows/{one}?said=files-begun")),
        _ => to(&visit.house, "/project?said=files-begun"),
    })
}

async fn begin(
    visit: &Visit,
    project: &Project,
    waiting: Vec<Upload>,
    (destination, password): (&AccountSpec, &Secret),
) -> Result<Vec<u64>, Failure> {
    let mut numbers = Vec::new();
    for upload in waiting {
        let row = row(visit, destination, password)?;
        let source = AccountSpec::new("files", upload.path().to_string_lossy());
        if let Some(number) = account::store_file(visit, project, row, source).await? {
            visit.house.uploads.began(&upload, number).await?;
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// A row with this destination. What stands for the source is put aside for the file.
fn row(visit: &Visit, destination: &AccountSpec, password: &Secret) -> Result<Row, Failure> {
    let row = Pair::placeholder().row(&visit.house, visit.words, [None, None]);
    let mut row = row.map_err(|_| Failure::Broken)?;
    row.destination.spec = destination.clone();
    row.destination.password = password.clone();
    Ok(row)
}
