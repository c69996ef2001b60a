//! A single migration. It is a project with one row, whose number is the migration's, and whose password is made of its
//! source account: so queue, notices, retention, report and undo are those of projects, and it is found again by number
//! and source account alone.

use super::{
    Answer, Frame, Tab, account,
    field::{Field, Wrong},
    manage, new_project, page,
    pair::{Pair, Shown},
    refused,
};
use crate::guard::{failure::Failure, pace::Costly, sent::Sent, visit::Visit};
use askama::Template;
use omm::{
    Secret,
    core::model::ItemKind,
    project::{project::Project, store::Projects},
};
use std::time::Instant;

#[derive(Template)]
#[template(path = "migration.html")]
struct Migration {
    frame: Frame,
    pair: Shown,
    start: Field,
    contact: Field,
    kinds: Vec<(&'static str, &'static str, bool)>,
    form: account::Form,
}

#[derive(Template)]
#[template(path = "track.html")]
struct Track {
    frame: Frame,
    number: Field,
    source: Field,
    trouble: Option<&'static str>,
}

fn template(
    visit: &Visit,
    (pair, form): (&Pair, account::Form),
    (contact, kinds): (&str, &[ItemKind]),
    wrong: &Wrong,
) -> Migration {
    let words = visit.words;
    Migration {
        frame: Frame::new(visit, Tab::Migration),
        pair: pair.shown(&visit.house, words, [None, None], wrong),
        start: account::start_field(visit, &form.start, wrong),
        contact: Field::contact(words, contact).wrong(wrong),
        kinds: words.kinds(|kind| kinds.is_empty() || kinds.contains(&kind)),
        form,
    }
}

pub(crate) async fn show(visit: Visit) -> Answer {
    let form = account::Form { start: String::new(), checks: true, keeps_servers: false, shared: false };
    let pair = Pair::empty([false, false]);
    page(&visit, &template(&visit, (&pair, form), ("", &[]), &Wrong::default()))
}

/// Checks both accounts, makes the project, and shows it.
pub(crate) async fn make(Sent { visit, fields }: Sent) -> Answer {
    let (pair, mut form) = (Pair::of(&fields), account::Form::of(&fields));
    let contact = fields.text("contact");
    let kinds: Vec<ItemKind> = fields.all("kind").filter_map(ItemKind::from_plural).collect();
    // Nobody starts a migration blindly.
    form.checks = true;
    visit.house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let row = match account::row(&visit, &pair, &form, [None, None]).await? {
        Ok(row) => row,
        Err(wrong) => return refused(&visit, &template(&visit, (&pair, form), (&contact, &kinds), &wrong)),
    };
    let password = password(&row.source.spec.login);
    let (name, mut wrong) = (name(&row.source.spec.login, &row.destination.spec.login), Wrong::default());
    let Some(mut project) = new_project::project(&visit, &name, &contact, &password, &mut wrong).await?
    else {
        return refused(&visit, &template(&visit, (&pair, form), (&contact, &kinds), &wrong));
    };
    choose(&mut project, kinds);
    project.held = false;
    visit.house.stores.projects.create(&project, &super::by(&visit.house)).await?;
    visit.house.stores.tell_made(&project).await;
    let then = match account::store(&visit, &project, row, &form).await? {
        Ok(number) => format!("/project/rows/{number}?said=migration-made"),
        Err(_) => "/project".to_owned(),
    };
    manage::let_in(&visit, project.id.as_str(), password, &then).await
}

/// All of them, or those that were ticked.
fn choose(project: &mut Project, kinds: Vec<ItemKind>) {
    if kinds.len() < ItemKind::ALL.len() {
        project.options.migration.kinds = kinds;
    }
}

pub(crate) async fn track(visit: Visit) -> Answer {
    page(&visit, &tracking(&visit, "", "", None))
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
fn password(source: &str) -> Secret {
    Secret::new(format!("migration of {}", source.trim().to_lowercase()))
}

fn name(source: &str, destination: &str) -> String {
    let line = format!("{source} → {destination}");
    line.chars().take(200).collect()
}
