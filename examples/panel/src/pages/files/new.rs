//! The account that files go into: it is looked at before anybody uploads for hours.

use super::super::{
    Answer, Frame, Tab,
    field::{Field, Wrong},
    manage, migration, new_project, page,
    pair::{self, Pair, Shown},
    refused,
};
use crate::{
    guard::{failure::Failure, pace::Costly, sent::Sent, visit::Visit},
    house::Mark,
};
use askama::Template;
use std::time::Instant;

#[derive(Template)]
#[template(path = "files_new.html")]
struct New {
    frame: Frame,
    pair: Shown,
    contact: Field,
    draw: String,
}

pub(crate) async fn show(visit: Visit) -> Answer {
    page(&visit, &template(&visit, &Pair::empty([false, false]), "", &Wrong::default())?)
}

fn template(visit: &Visit, pair: &Pair, contact: &str, wrong: &Wrong) -> Result<New, Failure> {
    Ok(New {
        frame: Frame::new(visit, Tab::NewFiles),
        pair: pair.shown(&visit.house, visit.words, [None, None], wrong),
        contact: Field::contact(visit.words, contact).wrong(wrong),
        draw: visit.house.csrf.draw(&visit.browser)?,
    })
}

/// Makes the project that the files belong to. Nothing of it runs before somebody starts it.
pub(crate) async fn make(Sent { visit, fields }: Sent) -> Answer {
    let (house, id) = (&visit.house, new_project::drawn(&visit, &fields)?);
    let then = "/project/files?said=files-made";
    if new_project::is_made(&visit, &id).await? {
        return manage::open(&visit, &id, then).await;
    }
    let (pair, contact) = (Pair::of_destination(&fields), fields.text("contact"));
    house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let row = match pair.row(house, visit.words, [None, None]) {
        Ok(row) => row,
        Err(wrong) => return refused(&visit, &template(&visit, &pair, &contact, &wrong)?),
    };
    house.pace.spend(Costly::Looking, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let found = {
        let _room = house.pace.enter(Costly::Looking, &visit.address).await?;
        pair::check_destination(&visit, &row.destination).await?
    };
    if !found.wrong.is_empty() {
        return refused(&visit, &template(&visit, &pair, &contact, &found.wrong)?);
    }
    let spec = row.destination.spec;
    let (password, name) = (migration::password(&spec.login), spec.login.clone());
    let mark = Mark::Files { destination: Box::new(spec) };
    let mut wrong = Wrong::default();
    let made =
        new_project::project(&visit, (id, Some(&mark)), (&name, &contact), &password, &mut wrong).await?;
    let Some(project) = made else {
        return refused(&visit, &template(&visit, &pair, &contact, &wrong)?);
    };
    new_project::create(&visit, &project).await?;
    manage::open(&visit, &project.id, then).await
}
