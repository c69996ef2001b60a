//! Projects: made, logged in to, looked at, changed, erased.

use super::{
    door::{Answer, Invalid, Program, Trouble, answer, conflict, done, invalid},
    given::{Given, secret},
};
use crate::{
    guard::{failure::Failure, pace::Costly, visit::Inside},
    pages::{self, Wrong, line, new_project, options},
};
use axum::http::StatusCode;
use omm::{
    ErrorKind, Secret,
    core::{error::Retry, model::ItemKind},
    project::{
        project::{Project, ProjectId, QuietHours, Token, Visitor},
        store::{Projects, State},
    },
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Instant};
use utoipa::ToSchema;

/// A project that is to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewProject {
    name: String,
    /// Whom to write to.
    contact: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// A project's number and password.
#[derive(Deserialize, ToSchema)]
pub(super) struct LogIn {
    number: String,
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// What opens a project from now on.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// The project's number.
    number: String,
    /// To be sent as `Authorization: Bearer TOKEN`. It is good for twelve hours.
    token: String,
}

/// A project.
#[derive(Serialize, ToSchema)]
pub(super) struct ProjectView {
    number: String,
    name: String,
    contact: String,
    /// Nothing of it begins while it is held.
    held: bool,
    /// How many migrations there are.
    migrations: u64,
    /// How many in each state.
    #[schema(value_type = BTreeMap<String, u64>)]
    states: BTreeMap<&'static str, u64>,
    /// When all of it is erased if nothing happens.
    erased_at: String,
}

/// How the migrations of a project are done.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct OptionsView {
    /// Which kinds of items: `mail`, `contacts`, `calendars`, `tasks`, `notes`; none: all.
    kinds: Vec<String>,
    migrations_at_once: u32,
    requests_at_once: u32,
    requests_per_server: u32,
    /// In bytes a second.
    bandwidth: Option<u64>,
    retention_days: u32,
    keep_passwords: bool,
    quiet_hours: Option<Quiet>,
    /// Counts changes: whoever changes what has been changed meanwhile is told so.
    revision: u64,
}

/// When servers are left alone.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Quiet {
    from: String,
    to: String,
    zone: String,
}

impl OptionsView {
    fn of(project: &Project) -> Self {
        let options = &project.options;
        Self {
            kinds: options.migration.kinds.iter().map(|kind| kind.plural().to_owned()).collect(),
            migrations_at_once: options.migrations_at_once,
            requests_at_once: options.requests_at_once,
            requests_per_server: options.requests_per_server,
            bandwidth: options.bandwidth,
            retention_days: options.retention_days,
            keep_passwords: options.keep_passwords,
            quiet_hours: options.quiet_hours.as_ref().map(|quiet| Quiet {
                from: quiet.from.clone(),
                to: quiet.to.clone(),
                zone: quiet.zone.clone(),
            }),
            revision: project.revision,
        }
    }

    fn apply(self, project: &mut Project, wrong: &mut Wrong) {
        let options = &mut project.options;
        let kinds: Vec<_> = self.kinds.iter().filter_map(|kind| ItemKind::from_plural(kind)).collect();
        if kinds.len() < self.kinds.len() {
            wrong.add("kinds", "write mail, contacts, calendars, tasks or notes");
        }
        options.migration.kinds = kinds;
        options.migrations_at_once = self.migrations_at_once;
        options.requests_at_once = self.requests_at_once;
        options.requests_per_server = self.requests_per_server;
        options.bandwidth = self.bandwidth;
        options.retention_days = self.retention_days;
        options.keep_passwords = self.keep_passwords;
        options.quiet_hours =
            self.quiet_hours.map(|quiet| QuietHours::new(&quiet.from, &quiet.to, &quiet.zone));
        project.revision = self.revision;
    }
}

fn session(id: &ProjectId, token: &Token) -> Answer {
    let session = Session { number: id.to_string(), token: token.expose().to_string() };
    answer(StatusCode::CREATED, &session)
}

/// Make a project
#[utoipa::path(post, operation_id = "make_project", path = "/api/v1/projects", request_body = NewProject, security(()), responses(
    (status = 201, description = "Made", body = Session),
    (status = 422, description = "Something is wrong with it", body = Invalid),
))]
pub(super) async fn make(Given { visit, what }: Given<NewProject>) -> Answer {
    visit.house.pace.spend(Costly::Making, &visit.address, Instant::now()).map_err(Failure::TooOften)?;
    let (mut wrong, of) = (Wrong::default(), (ProjectId::random()?, None));
    let made = new_project::project(&visit, of, (&what.name, &what.contact), &what.password, &mut wrong);
    let Some(project) = made.await? else { return invalid(wrong) };
    new_project::create(&visit, &project).await?;
    session(&project.id, &visit.house.logins.open(&project.id).await?)
}

/// Log in to a project
#[utoipa::path(post, operation_id = "log_in", path = "/api/v1/sessions", request_body = LogIn, security(()), responses(
    (status = 201, description = "Logged in", body = Session),
    (status = 401, description = "Number or password are wrong", body = Trouble),
    (status = 429, description = "Too many attempts", body = Trouble),
))]
pub(super) async fn log_in(Given { visit, what }: Given<LogIn>) -> Answer {
    let who = Visitor { address: &visit.address };
    let token = match visit.house.logins.log_in(&what.number, what.password, who).await {
        Ok(token) => token,
        Err(error) => {
            return Err(match (error.kind(), error.retry_advice()) {
                (ErrorKind::Auth, _) => Failure::LoggedOut,
                (ErrorKind::Throttled, Retry::After(wait)) => Failure::TooOften(wait),
                _ => error.into(),
            });
        }
    };
    let id = visit.house.logins.visit(&token).await?.ok_or(Failure::LoggedOut)?;
    session(&id, &token)
}

/// Log out; migrations go on
#[utoipa::path(delete, operation_id = "log_out", path = "/api/v1/session", responses((status = 204, description = "Logged out")))]
pub(super) async fn log_out(Program(Inside { visit, .. }): Program) -> Answer {
    if let Some(token) = &visit.session {
        visit.house.logins.log_out(token).await?;
    }
    done()
}

/// The project
#[utoipa::path(get, operation_id = "show_project", path = "/api/v1/project", responses(
    (status = 200, description = "The project", body = ProjectView),
    (status = 401, description = "Not logged in", body = Trouble),
))]
pub(super) async fn show(Program(Inside { visit, project }): Program) -> Answer {
    let counts = visit.house.stores.projects.counts(&project.id).await?;
    let states = State::ALL.into_iter().map(|state| (line::class(state), counts.of(state)));
    let view = ProjectView {
        number: project.id.to_string(),
        name: project.name.clone(),
        contact: project.contact.clone(),
        held: project.held,
        migrations: counts.all(),
        states: states.collect(),
        erased_at: project.erased_at().to_rfc3339(),
    };
    answer(StatusCode::OK, &view)
}

/// Let the whole project rest
#[utoipa::path(post, operation_id = "pause_project", path = "/api/v1/project/pause", responses((status = 204, description = "It comes to rest")))]
pub(super) async fn hold(Program(inside): Program) -> Answer {
    held(inside, true).await
}

/// Let the whole project run
#[utoipa::path(post, operation_id = "start_project", path = "/api/v1/project/start", responses((status = 204, description = "It runs")))]
pub(super) async fn go(Program(inside): Program) -> Answer {
    held(inside, false).await
}

async fn held(Inside { visit, project }: Inside, held: bool) -> Answer {
    let hold = |project: &mut Project| project.held = held;
    visit.house.stores.change(&project.id, &pages::by(&visit.house), hold).await?;
    done()
}

/// The options
#[utoipa::path(get, operation_id = "show_options", path = "/api/v1/project/options", responses((status = 200, description = "As they are", body = OptionsView)))]
pub(super) async fn options(Program(Inside { project, .. }): Program) -> Answer {
    answer(StatusCode::OK, &OptionsView::of(&project))
}

/// Change the options, while migrations run
#[utoipa::path(put, operation_id = "change_options", path = "/api/v1/project/options", request_body = OptionsView, responses(
    (status = 200, description = "As they are now", body = OptionsView),
    (status = 409, description = "Somebody else has changed them meanwhile", body = Trouble),
    (status = 422, description = "Something is wrong with them", body = Invalid),
))]
pub(super) async fn change(Given { visit, what }: Given<OptionsView>) -> Answer {
    let Inside { visit, mut project } = visit.inside().await?;
    let mut wrong = Wrong::default();
    what.apply(&mut project, &mut wrong);
    wrong.invalid(project.check());
    if !wrong.is_empty() {
        return invalid(wrong);
    }
    match visit.house.stores.projects.change(&project, &pages::by(&visit.house)).await {
        Ok(project) => answer(StatusCode::OK, &OptionsView::of(&project)),
        Err(error) if error.kind() == ErrorKind::Config => conflict(),
        Err(error) => Err(error.into()),
    }
}

/// Erase the project with all that is known of it; the copies stay
#[utoipa::path(delete, operation_id = "erase_project", path = "/api/v1/project", responses((status = 204, description = "Erased")))]
pub(super) async fn erase(Program(Inside { visit, project }): Program) -> Answer {
    options::erase_all(&visit.house, &project).await?;
    done()
}
