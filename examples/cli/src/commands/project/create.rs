//! Projects as such: made.

use super::{by, notices, place::Place};
use crate::{
    args::{Global, lasting, projects::Create},
    credentials::Credentials,
    exit::{Exit, Failure},
    output,
};
use chrono::Utc;
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Omm, address,
    core::host::blocking,
    project::{
        notify::Notice,
        project::{Invalid, PasswordHash, Project, ProjectId},
    },
};
use serde_json::json;
use std::path::Path;

pub(super) async fn create(global: &Global, args: &Create) -> Result<Exit, Failure> {
    let place = Place::look(global).await?;
    let password = password(&place.omm, args).await?;
    let mut project = Project::new(ProjectId::random()?, &args.name, &args.contact, password, Utc::now());
    project.source = server(args.source.as_deref(), args.ca_file.as_deref())?;
    project.destination = server(args.destination.as_deref(), args.ca_file.as_deref())?;
    notices::apply(&args.notices, &mut project).await?;
    valid(&project)?;
    let keys = notices::keys(&args.notices, &project)?;
    place.projects.create(&project, &by()).await?;
    let id = project.id.as_str();
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "project", "project": id, "name": project.name }))?,
        (false, true) => output::line(id)?,
        (false, false) => output::line(format!(
            "project {id}: {}; next: `omm project import {id} FORM` or `omm project add {id} SRC DST`",
            project.name
        ))?,
    }
    if let Some(notice) = Notice::created(&project) {
        notices::created(global, &place, keys, &notice).await?;
    }
    Ok(Exit::Done)
}

async fn password(omm: &Omm, args: &Create) -> Result<PasswordHash, Failure> {
    if args.no_password {
        return Ok(PasswordHash::nobody());
    }
    hashed(omm, args.password_env.as_deref(), args.password_file.as_deref()).await
}

/// The password that is named, or typed.
pub(super) async fn hashed(
    omm: &Omm,
    variable: Option<&str>,
    file: Option<&Path>,
) -> Result<PasswordHash, Failure> {
    let reference = match (variable, file) {
        (Some(name), _) => CredentialRef::Variable(name.to_owned()),
        (None, Some(path)) => CredentialRef::File(path.to_owned()),
        (None, None) => CredentialRef::Ask,
    };
    let secret = Credentials::default().secret(&reference, "the project", "omm").await;
    let secret = match (secret, reference) {
        (Err(_), CredentialRef::Ask) => {
            let message = "no terminal to ask for the project's password; name it with --password-env or \
                           --password-file, or say --no-password";
            return Err(Failure::Usage(message.to_owned()));
        }
        (secret, _) => secret?,
    };
    Ok(blocking(&omm.env().runtime, move || PasswordHash::of(&secret)).await?)
}

/// A server without a login.
pub(super) fn server(text: Option<&str>, ca_file: Option<&Path>) -> Result<Option<AccountSpec>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let mut server = address::parse(text)?;
    server.ca_file = ca_file.map(lasting).transpose()?;
    Ok(Some(server))
}

pub(super) fn valid(project: &Project) -> Result<(), Failure> {
    let wrong = project.check();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::Usage(wrong.iter().map(remedy).collect::<Vec<_>>().join("; ")))
}

/// By the option that is to be written otherwise, where it has one of its own.
fn remedy(invalid: &Invalid) -> String {
    let option = match invalid.field {
        "migrations-at-once" => "--at-once",
        "requests-at-once" => "--requests",
        "requests-per-server" => "--per-server",
        "retention-days" => "--retention",
        "bandwidth" => return "--bandwidth: write at least 16K a second, or 0 for no limit".to_owned(),
        "contact" => "--contact",
        field if field.starts_with("quiet-hours") => "--quiet-hours",
        field => field,
    };
    format!("{option}: {}", invalid.remedy)
}
