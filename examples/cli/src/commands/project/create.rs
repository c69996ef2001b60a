//! Projects as such: made, and how they work.

use super::{by, notices, place::Place};
use crate::{
    args::{
        Global, lasting,
        project::{Create, Options},
    },
    credentials::Credentials,
    exit::{Exit, Failure},
    output,
};
use chrono::Utc;
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, address,
    core::host::blocking,
    project::{
        notify::Notice,
        project::{Invalid, Mail, Notices, PasswordHash, Project, ProjectId, QuietHours, Told},
    },
};
use serde_json::json;

pub(super) async fn create(global: &Global, args: &Create) -> Result<Exit, Failure> {
    let place = Place::look(global).await?;
    let password = password(&place.omm, args).await?;
    let mut project = Project::new(ProjectId::random()?, &args.name, &args.contact, password, Utc::now());
    project.source = server(args, args.source.as_deref())?;
    project.destination = server(args, args.destination.as_deref())?;
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

async fn password(omm: &omm::Omm, args: &Create) -> Result<PasswordHash, Failure> {
    if args.no_password {
        return Ok(PasswordHash::nobody());
    }
    let reference = match (&args.password_env, &args.password_file) {
        (Some(name), _) => CredentialRef::Variable(name.clone()),
        (None, Some(path)) => CredentialRef::File(path.clone()),
        (None, None) => CredentialRef::Ask,
    };
    let secret = Credentials::default().secret(&reference, "the project", "omm").await?;
    Ok(blocking(&omm.env().runtime, move || PasswordHash::of(&secret)).await?)
}

/// A server without a login.
fn server(args: &Create, text: Option<&str>) -> Result<Option<AccountSpec>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let mut server = address::parse(text)?;
    server.ca_file = args.ca_file.as_deref().map(lasting).transpose()?;
    Ok(Some(server))
}

pub(super) async fn options(global: &Global, args: &Options) -> Result<Exit, Failure> {
    let super::Opened { projects, mut project, .. } = super::open(global, &args.named.project).await?;
    let before = project.clone();
    if let Some(contact) = &args.contact {
        contact.trim().clone_into(&mut project.contact);
    }
    notices::apply(&args.notices, &mut project).await?;
    let options = &mut project.options;
    options.migrations_at_once = args.at_once.unwrap_or(options.migrations_at_once);
    options.requests_at_once = args.requests.unwrap_or(options.requests_at_once);
    options.requests_per_server = args.per_server.unwrap_or(options.requests_per_server);
    options.retention_days = args.retention.unwrap_or(options.retention_days);
    options.keep_passwords = args.keep_passwords.unwrap_or(options.keep_passwords);
    if let Some(bandwidth) = args.bandwidth {
        options.bandwidth = (bandwidth > 0).then_some(bandwidth);
    }
    if let Some(hours) = &args.quiet_hours {
        options.quiet_hours = quiet(hours)?;
    }
    if !args.kinds.is_empty() {
        options.migration.kinds.clone_from(&args.kinds);
    }
    valid(&project)?;
    if project != before {
        project = projects.change(&project, &by()).await?;
    }
    show(global, &project)?;
    Ok(Exit::Done)
}

fn show(global: &Global, project: &Project) -> Result<(), Failure> {
    if global.json {
        return output::json(
            &json!({ "event": "options", "project": project.id.as_str(), "options": project.options }),
        );
    }
    let options = &project.options;
    let quiet = options.quiet_hours.as_ref();
    let bandwidth =
        options.bandwidth.map_or("no limit".to_owned(), |rate| format!("{}/s", output::bytes(rate)));
    let kinds: Vec<_> = options.migration.kinds.iter().map(|kind| kind.plural()).collect();
    let rows = [
        ("migrations at once", options.migrations_at_once.to_string()),
        ("requests at once", options.requests_at_once.to_string()),
        ("requests per server", options.requests_per_server.to_string()),
        ("bandwidth", bandwidth),
        ("quiet hours", quiet.map_or("never".to_owned(), |q| format!("{}-{}@{}", q.from, q.to, q.zone))),
        ("kinds", if kinds.is_empty() { "all".to_owned() } else { kinds.join(", ") }),
        ("kept for", format!("{} days without a change", options.retention_days)),
        (
            "passwords",
            if options.keep_passwords { "kept" } else { "erased when a migration is done" }.to_owned(),
        ),
        ("mails", mails(project)),
        ("webhook", webhook(&options.notices).to_owned()),
    ];
    output::rows(&rows.map(|(name, value)| vec![name.to_owned(), value]))
}

fn mails(project: &Project) -> String {
    let notices = &project.options.notices;
    let by = match &notices.mail {
        Mail::Server(server) => format!("{}:{}", server.host, server.port),
        _ => return "none".to_owned(),
    };
    let of = if notices.told == Told::Trouble { ", of trouble only" } else { "" };
    format!("to {} in {} by {by}{of}", project.contact, notices.language)
}

/// Its address may hold a token.
fn webhook(notices: &Notices) -> &'static str {
    if notices.webhook.is_some() { "one is told" } else { "none" }
}

/// `08:00-18:00@Europe/Paris`, or `never`.
fn quiet(text: &str) -> Result<Option<QuietHours>, Failure> {
    if text == "never" {
        return Ok(None);
    }
    let parts = text.split_once('@').and_then(|(hours, zone)| Some((hours.split_once('-')?, zone)));
    let Some(((from, to), zone)) = parts else {
        let remedy = "write --quiet-hours as 08:00-18:00@Europe/Paris, or never";
        return Err(Failure::Usage(remedy.to_owned()));
    };
    Ok(Some(QuietHours::new(from.trim(), to.trim(), zone.trim())))
}

fn valid(project: &Project) -> Result<(), Failure> {
    let wrong = project.check();
    if wrong.is_empty() {
        return Ok(());
    }
    let line = |invalid: &Invalid| format!("{}: {}", invalid.field, invalid.remedy);
    Err(Failure::Usage(wrong.iter().map(line).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_written_on_one_line() {
        let hours = quiet("22:00-06:00@Europe/Paris").unwrap().unwrap();
        assert_eq!(
            (hours.from.as_str(), hours.to.as_str(), hours.zone.as_str()),
            ("22:00", "06:00", "Europe/Paris")
        );
        assert!(quiet("never").unwrap().is_none());
        assert!(quiet("22:00-06:00").is_err() && quiet("22@UTC").is_err());
    }
}
