//! Logging in to a project with its number and password, and out again. The migrations go on whoever looks.

use super::{Answer, Frame, Tab, field::Field, page, refused, to};
use crate::{
    guard::{
        cookies,
        failure::Failure,
        sent::{Fields, Sent},
        visit::{Inside, Visit},
    },
    house::Mark,
};
use askama::Template;
use axum::{extract::Query, http::header};
use omm::{
    ErrorKind, Secret,
    core::error::Retry,
    project::project::{ProjectId, Token, Visitor},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "manage.html")]
struct Manage {
    frame: Frame,
    number: Field,
    password: Field,
    trouble: Option<&'static str>,
}

struct Form {
    number: String,
    password: Secret,
}

/// What was done just before.
#[derive(Deserialize)]
pub(crate) struct Said {
    pub(crate) said: Option<String>,
    /// The number in a link of a mail.
    pub(super) number: Option<String>,
}

impl Said {
    /// That number, if it can be one.
    pub(super) fn number(&self) -> String {
        self.number.as_deref().and_then(ProjectId::parse).map(|id| id.to_string()).unwrap_or_default()
    }
}

impl Form {
    fn of(fields: &Fields) -> Self {
        Self { number: fields.text("number"), password: fields.secret("password") }
    }
}

fn template(visit: &Visit, number: &str, trouble: Option<&'static str>) -> Manage {
    let words = visit.words;
    Manage {
        frame: Frame::new(visit, Tab::Manage),
        number: Field::text("number", words.project_number, number).completed("username").needed(),
        password: Field::password("password", words.project_password, "current-password"),
        trouble,
    }
}

pub(crate) async fn show(visit: Visit, Query(said): Query<Said>) -> Answer {
    let mut template = template(&visit, &said.number(), None);
    template.frame = template.frame.saying(said.said.as_deref());
    page(&visit, &template)
}

/// Logs in. Whether there is such a project is not to be learned here.
pub(crate) async fn enter(Sent { visit, fields }: Sent) -> Answer {
    let form = Form::of(&fields);
    match let_in(&visit, &form.number, form.password, "/project").await {
        Err(Failure::LoggedOut) => {
            refused(&visit, &template(&visit, &form.number, Some(visit.words.wrong_login)))
        }
        answer => answer,
    }
}

/// Begins a session for whoever knows number and password, with a new name for the browser: nothing that somebody may have
/// put there before is left.
///
/// # Errors
/// [`Failure::LoggedOut`] when number or password are wrong.
pub(crate) async fn let_in(visit: &Visit, number: &str, password: Secret, then: &str) -> Answer {
    let house = &visit.house;
    let entered = house.logins.log_in(number, password, Visitor { address: &visit.address }).await;
    let token = match entered {
        Ok(token) => token,
        Err(error) if error.kind() == ErrorKind::Auth => return Err(Failure::LoggedOut),
        Err(error) => match (error.kind(), error.retry_advice()) {
            (ErrorKind::Throttled, Retry::After(wait)) => return Err(Failure::TooOften(wait)),
            _ => return Err(error.into()),
        },
    };
    begin(visit, &token, then).await
}

/// The same for whoever has just made it.
pub(crate) async fn open(visit: &Visit, project: &ProjectId, then: &str) -> Answer {
    let token = visit.house.logins.open(project).await?;
    begin(visit, &token, then).await
}

async fn begin(visit: &Visit, token: &Token, then: &str) -> Answer {
    let house = &visit.house;
    if let Some(earlier) = &visit.session {
        house.logins.log_out(earlier).await?;
    }
    let mut response = to(house, then);
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::kept(house, cookies::SESSION, &token.expose()));
    headers.append(header::SET_COOKIE, cookies::kept(house, cookies::BROWSER, &Token::random()?.expose()));
    Ok(response)
}

/// Ends the session.
pub(crate) async fn leave(Sent { visit, .. }: Sent) -> Answer {
    let place = match Inside::of(&visit).await {
        Ok(project) if Mark::of(&project).is_some() => "/migration/track?said=left",
        _ => "/project/manage?said=left",
    };
    if let Some(token) = &visit.session {
        visit.house.logins.log_out(token).await?;
    }
    let mut response = to(&visit.house, place);
    response.headers_mut().append(header::SET_COOKIE, cookies::forgotten(&visit.house, cookies::SESSION));
    Ok(response)
}
