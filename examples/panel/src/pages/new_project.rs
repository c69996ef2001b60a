//! A new project: name, contact, password.

use super::{
    Answer, Frame, Tab, by,
    field::{Field, Wrong},
    manage, page, refused,
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
use omm::{
    ErrorKind, Secret,
    core::host::blocking,
    project::{
        project::{PasswordHash, Project, ProjectId},
        store::Projects,
    },
};
use std::time::Instant;

#[derive(Template)]
#[template(path = "new_project.html")]
struct NewProject {
    frame: Frame,
    name: Field,
    contact: Field,
    password: Field,
    again: Field,
    summary: Option<String>,
    draw: String,
}

struct Form {
    name: String,
    contact: String,
    password: Secret,
    again: Secret,
}

impl Form {
    fn of(fields: &Fields) -> Self {
        Self {
            name: fields.text("name"),
            contact: fields.text("contact"),
            password: fields.secret("password"),
            again: fields.secret("again"),
        }
    }
}

fn template(visit: &Visit, name: &str, contact: &str, wrong: &Wrong) -> Result<NewProject, Failure> {
    let words = visit.words;
    Ok(NewProject {
        draw: visit.house.csrf.draw(&visit.browser)?,
        frame: Frame::new(visit, Tab::NewProject),
        name: Field::text("name", words.project_name, name).needed().wrong(wrong),
        contact: Field::contact(words, contact).wrong(wrong),
        password: Field::password("password", words.project_password, "new-password")
            .hint(words.password_hint)
            .wrong(wrong),
        again: Field::password("again", words.password_again, "new-password").wrong(wrong),
        summary: wrong.summary(words),
    })
}

pub(crate) async fn show(visit: Visit) -> Answer {
    page(&visit, &template(&visit, "", "", &Wrong::default())?)
}

/// Makes it, and logs its maker in.
pub(crate) async fn make(Sent { visit, fields }: Sent) -> Answer {
    let (form, id) = (Form::of(&fields), drawn(&visit, &fields)?);
    let then = "/project?said=project-made";
    if is_made(&visit, &id).await? {
        return manage::open(&visit, &id, then).await;
    }
    visit.house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let mut wrong = Wrong::default();
    if form.password.expose() != form.again.expose() {
        wrong.add("again", visit.words.passwords_differ);
    }
    let made = project(&visit, (id, None), (&form.name, &form.contact), &form.password, &mut wrong).await?;
    let Some(project) = made.filter(|_| wrong.is_empty()) else {
        return refused(&visit, &template(&visit, &form.name, &form.contact, &wrong)?);
    };
    create(&visit, &project).await?;
    manage::open(&visit, &project.id, then).await
}

/// The number that was drawn when the form was shown; a new one for a form that has none of ours.
pub(super) fn drawn(visit: &Visit, fields: &Fields) -> Result<ProjectId, Failure> {
    match visit.house.csrf.drawn(&fields.text("draw"), &visit.browser) {
        Some(id) => Ok(id),
        None => Ok(ProjectId::random()?),
    }
}

/// Whether the form was sent before: then it has made what it is to make.
pub(super) async fn is_made(visit: &Visit, id: &ProjectId) -> Result<bool, Failure> {
    Ok(visit.house.stores.projects.project(id).await?.is_some())
}

/// Stores a new project and tells its contact. If the form was sent twice at once, the other one has done it.
pub(crate) async fn create(visit: &Visit, project: &Project) -> Result<(), Failure> {
    match visit.house.stores.projects.create(project, &by(&visit.house)).await {
        Ok(()) => visit.house.stores.tell_made(project).await,
        Err(_) if is_made(visit, &project.id).await? => (),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// A project that is not stored yet; nothing if something is wrong with it.
pub(crate) async fn project(
    visit: &Visit,
    (id, mark): (ProjectId, Option<&Mark>),
    (name, contact): (&str, &str),
    password: &Secret,
    wrong: &mut Wrong,
) -> Result<Option<Project>, Failure> {
    let (house, secret) = (&visit.house, password.clone());
    let room = house.pace.enter(Costly::Making, &visit.address).await?;
    let hashing = move || {
        // With the work, and not with the request: it runs to its end even if nobody waits for it any more.
        let _room = room;
        PasswordHash::of(&secret)
    };
    let hash = match blocking(&house.stores.runtime(), hashing).await {
        Ok(hash) => Some(hash),
        Err(error) if error.kind() == ErrorKind::Config => {
            wrong.add("password", error.message().trim_start_matches("password: "));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let is_hashed = hash.is_some();
    let hash = hash.unwrap_or_else(PasswordHash::nobody);
    let mut project = Project::new(id, name, contact, hash, house.stores.runtime().now());
    visit.words.code.clone_into(&mut project.options.notices.language);
    if let Some(mark) = mark {
        mark.put(&mut project);
    }
    let invalid = project.check();
    let is_valid = is_hashed && invalid.is_empty();
    wrong.invalid(invalid);
    if is_valid {
        house.address(&mut project)?;
    }
    Ok(is_valid.then_some(project))
}
