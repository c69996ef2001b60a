//! `omm project …`: one file for what belongs together.

mod account;
mod act;
mod create;
mod import;
mod key;
mod notices;
mod place;
mod run;
mod status;
mod watched;
mod worker;

pub(super) use worker::work;

use crate::{
    args::{Global, project::ProjectCommand},
    exit::{Exit, Failure},
};
use chrono::Utc;
use omm::project::{
    project::{Project, ProjectId},
    store::{By, Turns},
};
use place::Place;
use std::sync::Arc;

/// Does what the command line says.
pub(super) async fn run(global: &Global, command: &ProjectCommand) -> Result<Exit, Failure> {
    match command {
        ProjectCommand::Key(args) => key::make(global, args),
        ProjectCommand::Template(args) => import::template(global, args),
        ProjectCommand::Create(args) => create::create(global, args).await,
        ProjectCommand::Import(args) => import::import(global, args).await,
        ProjectCommand::Add(args) => account::add(global, args).await,
        ProjectCommand::Options(args) => create::options(global, args).await,
        ProjectCommand::Run(args) => run::run(global, args).await,
        ProjectCommand::Status(args) => status::run(global, args).await,
        ProjectCommand::Pause(args) => act::pause(global, args).await,
        ProjectCommand::Resume(args) => act::resume(global, args).await,
        ProjectCommand::Stop(args) => act::stop(global, args).await,
        ProjectCommand::Sync(args) => act::sync(global, args).await,
        ProjectCommand::Retry(args) => act::retry(global, args).await,
        ProjectCommand::Verify(args) => act::verify(global, args).await,
        ProjectCommand::Undo(args) => act::undo(global, args).await,
        ProjectCommand::Report(args) => status::report(global, args).await,
        ProjectCommand::Delete(args) => act::delete(global, args).await,
        ProjectCommand::Audit(args) => status::audit(global, args).await,
        ProjectCommand::Notices(args) => notices::list(global, args).await,
    }
}

/// Where projects are kept, and one of them.
struct Opened {
    place: Place,
    projects: Arc<dyn Turns>,
    project: Project,
}

async fn open(global: &Global, id: &str) -> Result<Opened, Failure> {
    let place = Place::look(global).await?;
    let projects = Arc::clone(&place.projects);
    let project = find(&*projects, id).await?;
    Ok(Opened { place, projects, project })
}

async fn find(projects: &dyn Turns, id: &str) -> Result<Project, Failure> {
    let unknown = || Failure::Usage(format!("there is no project {id}; `omm project status` lists them"));
    let id = ProjectId::parse(id).ok_or_else(unknown)?;
    projects.project(&id).await?.ok_or_else(unknown)
}

/// The person at this command line.
fn by() -> By {
    By::host(Utc::now())
}
