//! Who did what in a project, and when.

use super::{Answer, Frame, Tab, page};
use crate::guard::visit::Inside;
use askama::Template;
use axum::extract::Query;
use omm::project::store::Projects;
use serde::Deserialize;

const LINES: u32 = 200;

#[derive(Template)]
#[template(path = "audit.html")]
struct History {
    frame: Frame,
    lines: Vec<(u64, String, String, String)>,
    next: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: u64,
}

pub(crate) async fn show(Inside { visit, project }: Inside, Query(after): Query<After>) -> Answer {
    let lines = visit.house.stores.projects.audit(&project.id, after.after, LINES).await?;
    let next = lines.last().filter(|_| lines.len() == LINES as usize).map(|line| line.number);
    let told =
        lines.into_iter().map(|line| (line.number, visit.words.moment(line.when), line.who, line.what));
    let template =
        History { lines: told.collect(), next, frame: Frame::inside(&visit, &project, Tab::History) };
    page(&visit, &template)
}
