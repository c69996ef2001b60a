//! A new project: name, contact, password.

use super::{
    Answer, Frame, Tab, by,
    field::{Field, Wrong},
    manage, page, refused,
};
use crate::guard::{
    failure::Failure,
    pace::Costly,
    sent::{Fields, Sent},
    visit::Visit,
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

fn template(visit: &Visit, name: &str, contact: &str, wrong: &Wrong) -> NewProject {
    let words = visit.words;
    NewProject {
        frame: Frame::new(visit, Tab::NewProject),
        name: Field::text("name", words.project_name, name).needed().wrong(wrong),
        contact: Field::contact(words, contact).wrong(wrong),
        password: Field::password("password", words.project_password, "new-password")
            .hint(words.password_hint)
            .wrong(wrong),
        again: Field::password("again", words.password_again, "new-password").wrong(wrong),
        summary: wrong.summary(words),
    }
}

pub(crate) async fn show(visit: Visit) -> Answer {
    page(&visit, &template(&visit, "", "", &Wrong::default()))
}

/// Makes it, and logs its maker in.
pub(crate) async fn make(Sent { visit, fields }: Sent) -> Answer {
    let form = Form::of(&fields);
    visit.house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let mut wrong = Wrong::default();
    if form.password.expose() != form.again.expose() {
        wrong.add("again", visit.words.passwords_differ);
    }
    let made = project(&visit, &form.name, &form.contact, &form.password, &mut wrong).await?;
    let Some(project) = made.filter(|_| wrong.is_empty()) else {
        return refused(&visit, &template(&visit, &form.name, &form.contact, &wrong));
    };
    visit.house.stores.projects.create(&project, &by(&visit.house)).await?;
    visit.house.stores.tell_made(&project).await;
    manage::let_in(&visit, project.id.as_str(), form.password, "/project?said=project-made").await
}

/// A project that is not stored yet; nothing if something is wrong with it.
pub(crate) async fn project(
    visit: &Visit,
    name: &str,
    contact: &str,
    password: &Secret,
    wrong: &mut Wrong,
) -> Result<Option<Project>, Failure> {
    let (house, secret) = (&visit.house, password.clone());
    let room = house.pace.enter(Costly::Making).await?;
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
    let mut project = Project::new(ProjectId::random()?, name, contact, hash, house.stores.runtime().now());
    visit.words.code.clone_into(&mut project.options.notices.language);
    house.stores.address(&mut project, house.link.as_deref());
    let invalid = project.check();
    let is_valid = invalid.is_empty();
    wrong.invalid(invalid);
    Ok((is_hashed && is_valid).then_some(project))
}
