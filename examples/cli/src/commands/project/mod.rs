//! `omm project …`: one file for what belongs together.

mod account;
mod act;
mod audit;
mod chosen;
mod create;
mod delete;
mod import;
mod key;
mod limits;
mod notices;
mod options;
mod owner;
mod patience;
mod place;
mod report;
mod rotate;
mod run;
mod status;
mod watched;
mod worker;

pub(super) use owner::refuse_owned;
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
        ProjectCommand::Options(args) => options::options(global, args).await,
        ProjectCommand::Limits(args) => limits::limits(global, args).await,
        ProjectCommand::Run(args) => run::run(global, args).await,
        ProjectCommand::Status(args) => status::run(global, args).await,
        ProjectCommand::Pause(args) => act::pause(global, args).await,
        ProjectCommand::Resume(args) => act::resume(global, args).await,
        ProjectCommand::Stop(args) => act::stop(global, args).await,
        ProjectCommand::Sync(args) => act::sync(global, args).await,
        ProjectCommand::Retry(args) => act::retry(global, args).await,
        ProjectCommand::Verify(args) => act::verify(global, args).await,
        ProjectCommand::Undo(args) => act::undo(global, args).await,
        ProjectCommand::Schedule(args) => act::schedule(global, args).await,
        ProjectCommand::ErasePasswords(args) => act::erase_passwords(global, args).await,
        ProjectCommand::Rotate(args) => rotate::rotate(global, args).await,
        ProjectCommand::Report(args) => report::report(global, args).await,
        ProjectCommand::Delete(args) => delete::delete(global, args).await,
        ProjectCommand::Audit(args) => audit::audit(global, args).await,
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
    projects.project(&identity(id)?).await?.ok_or_else(|| unknown(id))
}

/// The number of a project, whether it is there or was.
fn identity(id: &str) -> Result<ProjectId, Failure> {
    ProjectId::parse(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Failure {
    Failure::Usage(format!("there is no project {id}; `omm project status` lists them"))
}

/// The person at this command line, as the system calls him.
fn by() -> By {
    let name = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let name: String =
        name.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(64).collect();
    let who = if name.trim().is_empty() { "host".to_owned() } else { format!("host {}", name.trim()) };
    By { who, when: Utc::now() }
}
