//! A single migration. It is a project with one row, whose number is the migration's, and whose password is made of its
//! source account: so queue, notices, retention, report and undo are those of projects, and it is found again by number
//! and source account alone.

use super::{
    Answer, Frame, Tab, account,
    field::{Field, Wrong},
    kinds::{self, Kinds},
    manage, new_project, page,
    pair::{Pair, Shown},
    refused,
};
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        sent::{Fields, Sent},
        visit::Visit,
    },
    house::Mark,
};
use askama::Template;
use axum::extract::Query;
use omm::{
    Secret,
    core::model::ItemKind,
    project::{import::Row, project::Project},
};
use std::time::Instant;

#[derive(Template)]
#[template(path = "migration.html")]
struct Migration {
    frame: Frame,
    pair: Shown,
    start: Field,
    contact: Field,
    kinds: Kinds,
    form: account::Form,
    draw: String,
}

#[derive(Template)]
#[template(path = "track.html")]
struct Track {
    frame: Frame,
    number: Field,
    source: Field,
    trouble: Option<&'static str>,
}

/// The form, as it was typed.
struct Form {
    pair: Pair,
    account: account::Form,
    contact: String,
    kinds: Vec<ItemKind>,
}

impl Form {
    fn of(fields: &Fields, visit: &Visit, wrong: &mut Wrong) -> Self {
        let mut account = account::Form::of(fields);
        // Nobody starts a migration blindly.
        account.checks = true;
        let kinds = kinds::chosen(fields, visit.words, wrong);
        Self { pair: Pair::of(fields), account, contact: fields.text("contact"), kinds }
    }

    fn template(self, visit: &Visit, wrong: &Wrong) -> Result<Migration, Failure> {
        let (words, usual) = (visit.words, [None, None]);
        Ok(Migration {
            frame: Frame::new(visit, Tab::Migration),
            pair: self.pair.shown(&visit.house, words, usual, wrong),
            start: account::start_field(visit, &self.account.start, wrong),
            contact: Field::contact(words, &self.contact).wrong(wrong),
            kinds: Kinds::new(words, &self.kinds, self.pair.types(&visit.house, usual), wrong),
            form: self.account,
            draw: visit.house.csrf.draw(&visit.browser)?,
        })
    }
}

pub(crate) async fn show(visit: Visit) -> Answer {
    let account = account::Form { start: String::new(), checks: true, keeps_servers: false, shared: false };
    let form = Form { pair: Pair::empty([false, false]), account, contact: String::new(), kinds: Vec::new() };
    page(&visit, &form.template(&visit, &Wrong::default())?)
}

/// Checks both accounts, makes the project, and shows it.
pub(crate) async fn make(Sent { visit, fields }: Sent) -> Answer {
    let (id, mut wrong) = (new_project::drawn(&visit, &fields)?, Wrong::default());
    if new_project::is_made(&visit, &id).await? {
        return manage::open(&visit, &id, "/project?said=migration-made").await;
    }
    let form = Form::of(&fields, &visit, &mut wrong);
    visit.house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    if !wrong.is_empty() {
        return refused(&visit, &form.template(&visit, &wrong)?);
    }
    let (row, found) = match account::row(&visit, &form.pair, &form.account, [None, None]).await? {
        Ok(row) => row,
        Err(wrong) => return refused(&visit, &form.template(&visit, &wrong)?),
    };
    if !kinds::is_any(&form.kinds, found.types()) {
        wrong.add("kind", visit.words.kinds_none_carried);
        return refused(&visit, &form.template(&visit, &wrong)?);
    }
    let login = &row.source.spec.login;
    let (password, name) = (password(login), name(login, &row.destination.spec.login));
    let what = (id, Some(&Mark::Single));
    let made = new_project::project(&visit, what, (&name, &form.contact), &password, &mut wrong).await?;
    let Some(mut project) = made else { return refused(&visit, &form.template(&visit, &wrong)?) };
    project.options.migration.kinds = kinds::carried(&form.kinds, found.types());
    project.held = false;
    let then = begin(visit.clone(), project.clone(), row, form.account).await?;
    manage::open(&visit, &project.id, &then).await
}

/// Makes the project and its row; both, even if nobody waits for the answer any more. Where it can be seen.
async fn begin(visit: Visit, project: Project, row: Row, form: account::Form) -> Result<String, Failure> {
    let making = tokio::spawn(async move {
        new_project::create(&visit, &project).await?;
        account::store(&visit, &project, row, &form).await
    });
    Ok(match making.await.map_err(|_| Failure::Broken)?? {
        Ok(number) => format!("/project/rows/{number}?said=migration-made"),
        Err(_) => "/project".to_owned(),
    })
}

pub(crate) async fn track(visit: Visit, Query(said): Query<manage::Said>) -> Answer {
    let mut template = tracking(&visit, &said.number(), "", None);
    template.frame = template.frame.saying(said.said.as_deref());
    page(&visit, &template)
}

/// Lets in whoever knows the number and the source account; whether there is such a migration is not to be learned here.
pub(crate) async fn tracked(Sent { visit, fields }: Sent) -> Answer {
    let (number, source) = (fields.text("number"), fields.text("source"));
    match manage::let_in(&visit, &number, password(&source), "/project").await {
        Err(Failure::LoggedOut) => {
            refused(&visit, &tracking(&visit, &number, &source, Some(visit.words.wrong_track)))
        }
        answer => answer,
    }
}

fn tracking(visit: &Visit, number: &str, source: &str, trouble: Option<&'static str>) -> Track {
    let words = visit.words;
    Track {
        frame: Frame::new(visit, Tab::Track),
        number: Field::text("number", words.migration_id, number).needed(),
        source: Field::text("source", words.source_account, source).completed("username").needed(),
        trouble,
    }
}

/// What opens a single migration beside its number, which alone nobody can guess.
pub(super) fn password(source: &str) -> Secret {
    Secret::new(format!("migration of {}", source.trim().to_lowercase()))
}

pub(super) fn name(source: &str, destination: &str) -> String {
    let line = format!("{source} → {destination}");
    line.chars().take(200).collect()
}
