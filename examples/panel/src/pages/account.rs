//! Add: one migration more, whose servers may become those of the project.

use super::{
    Answer, Frame, Tab, by,
    field::{Field, Wrong},
    page,
    pair::{self, Pair, Shown},
    refused, to,
};
use crate::{
    guard::{
        failure::Failure,
        pace::Costly,
        sent::{Fields, Sent},
        visit::{Inside, Visit},
    },
    house::House,
};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, Utc};
use omm::{
    AccountSpec, CredentialRef,
    project::{
        import::{Row, SharedDestination},
        project::Project,
        store::{Added, NewMigration, Projects},
    },
};
use std::time::Instant;

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    pair: Shown,
    start: Field,
    form: Form,
}

/// What is asked beside the pair.
pub(crate) struct Form {
    pub(crate) start: String,
    pub(crate) checks: bool,
    pub(crate) keeps_servers: bool,
    pub(crate) shared: bool,
}

impl Form {
    pub(super) fn of(fields: &Fields) -> Self {
        Self {
            start: fields.text("start"),
            checks: fields.ticked("check"),
            keeps_servers: fields.ticked("keep-servers"),
            shared: fields.ticked("shared"),
        }
    }

    /// When to start, if not at once: what a browser's field for a date and a time gives, in UTC.
    pub(super) fn start(&self, wrong: &mut Wrong) -> Option<DateTime<Utc>> {
        if self.start.is_empty() {
            return None;
        }
        let start = NaiveDateTime::parse_from_str(&self.start, "%Y-%m-%dT%H:%M").map(|start| start.and_utc());
        start.map_err(|_| wrong.add("start", "2026-12-31T22:00")).ok()
    }
}

/// The field for a time to start.
pub(super) fn start_field(visit: &Visit, value: &str, wrong: &Wrong) -> Field {
    Field::text("start", visit.words.start_at, value)
        .kind("datetime-local")
        .hint(visit.words.start_hint)
        .wrong(wrong)
}

fn template(visit: &Visit, project: &Project, pair: &Pair, form: Form, wrong: &Wrong) -> Account {
    Account {
        frame: Frame::inside(visit, project, Tab::Add),
        pair: pair.shown(&visit.house, visit.words, usual(project), wrong),
        start: start_field(visit, &form.start, wrong),
        form,
    }
}

fn usual(project: &Project) -> [Option<&AccountSpec>; 2] {
    [project.source.as_ref(), project.destination.as_ref()]
}

pub(crate) async fn show(Inside { visit, project }: Inside) -> Answer {
    let pair = Pair::empty([project.source.is_some(), project.destination.is_some()]);
    let form = Form { start: String::new(), checks: true, keeps_servers: false, shared: false };
    page(&visit, &template(&visit, &project, &pair, form, &Wrong::default()))
}

/// Adds it, if nothing is wrong with it and both accounts let us in.
pub(crate) async fn add(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let (pair, form) = (Pair::of(&fields), Form::of(&fields));
    match row(&visit, &pair, &form, usual(&project)).await? {
        Err(wrong) => refused(&visit, &template(&visit, &project, &pair, form, &wrong)),
        Ok((row, _)) => {
            if form.keeps_servers {
                keep_servers(&visit, &project, &row).await?;
            }
            match store(&visit, &project, row, &form).await? {
                Ok(number) => Ok(to(&visit.house, &format!("/project/rows/{number}?said=added"))),
                Err(wrong) => refused(&visit, &template(&visit, &project, &pair, form, &wrong)),
            }
        }
    }
}

/// The row of a form, looked at if that was asked for; and what was seen then.
pub(crate) async fn row(
    visit: &Visit,
    pair: &Pair,
    form: &Form,
    usual: [Option<&AccountSpec>; 2],
) -> Result<Result<(Row, pair::Looked), Wrong>, Failure> {
    let mut wrong = Wrong::default();
    form.start(&mut wrong);
    let row = match pair.row(&visit.house, visit.words, usual) {
        Ok(row) if wrong.is_empty() => row,
        Ok(_) => return Ok(Err(wrong)),
        Err(wrong) => return Ok(Err(wrong)),
    };
    if form.checks {
        visit.house.pace.spend(Costly::Looking, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
        let _room = visit.house.pace.enter(Costly::Looking, &visit.address).await?;
        let found = pair::check(visit, &row).await?;
        if !found.wrong.is_empty() {
            return Ok(Err(found.wrong));
        }
        return Ok(Ok((row, found)));
    }
    Ok(Ok((row, pair::Looked::default())))
}

/// Seals the passwords of a row and stores it; its number, or why not.
pub(crate) async fn store(
    visit: &Visit,
    project: &Project,
    row: Row,
    form: &Form,
) -> Result<Result<u64, Wrong>, Failure> {
    let words = visit.words;
    let mut new = sealed(&visit.house, project, row).await?;
    new.start = form.start(&mut Wrong::default());
    if form.shared {
        new.shared_destination = SharedDestination::Allowed;
    }
    let number = new.key;
    let known = match added(&visit.house, project, new).await? {
        Added::SamePair(known) => format!("{} {known}", words.same_pair),
        Added::SameDestination(known) => format!("{} {known}", words.same_destination),
        Added::Added => return Ok(Ok(number.0)),
    };
    let mut wrong = Wrong::default();
    wrong.add("form", known);
    Ok(Err(wrong))
}

/// Stores a row whose source is a file; its number, unless the file has one.
pub(super) async fn store_file(
    visit: &Visit,
    project: &Project,
    row: Row,
    source: AccountSpec,
) -> Result<Option<u64>, Failure> {
    let mut new = sealed(&visit.house, project, row).await?;
    (new.source, new.source_password) = (source, None);
    new.shared_destination = SharedDestination::Allowed;
    let number = new.key;
    Ok((added(&visit.house, project, new).await? == Added::Added).then_some(number.0))
}

/// A migration whose passwords are sealed for the number that it has.
async fn sealed(house: &House, project: &Project, row: Row) -> Result<NewMigration, Failure> {
    let (key, number) = (house.stores.keys.current().await?, house.stores.projects.reserve(1).await?);
    let mut new = NewMigration::sealing(row, number, &project.id, &key)?;
    new.line = None;
    Ok(new)
}

async fn added(house: &House, project: &Project, new: NewMigration) -> Result<Added, Failure> {
    let answers = house.stores.projects.add(&project.id, vec![new], &by(house)).await?;
    answers.first().copied().ok_or(Failure::Broken)
}

/// The servers of this row are those of the project from now on; what is found out by a login's domain is none.
async fn keep_servers(visit: &Visit, project: &Project, row: &Row) -> Result<(), Failure> {
    let server = |account: &AccountSpec| {
        let is_named = !matches!(account.server_type.as_str(), "auto" | "exchange");
        is_named.then(|| {
            let mut server = account.clone();
            (server.credentials, server.delegate) = (CredentialRef::None, None);
            server.login.clear();
            server
        })
    };
    let (source, destination) = (server(&row.source.spec), server(&row.destination.spec));
    let keep = |project: &mut Project| {
        project.source = source.clone().or(project.source.take());
        project.destination = destination.clone().or(project.destination.take());
    };
    visit.house.stores.change(&project.id, &by(&visit.house), keep).await?;
    Ok(())
}
