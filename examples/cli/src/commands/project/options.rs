//! How projects work: shown and changed.

use super::{
    by,
    create::{hashed, server, valid},
    notices,
};
use crate::{
    args::{Global, lasting, projects::Options, values::Kinds},
    exit::{Exit, Failure},
    output,
};
use omm::{
    AccountSpec, Omm,
    project::project::{Mail, Notices, PasswordHash, Project, QuietHours, Told},
};
use serde_json::json;

pub(super) async fn options(global: &Global, args: &Options) -> Result<Exit, Failure> {
    let super::Opened { place, projects, mut project } = super::open(global, &args.named.project).await?;
    let before = project.clone();
    if let Some(contact) = &args.contact {
        contact.trim().clone_into(&mut project.contact);
    }
    if let Some(name) = &args.name {
        name.trim().clone_into(&mut project.name);
    }
    servers(args, &mut project)?;
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
    if let Some(Kinds(kinds)) = &args.kinds {
        options.migration.kinds.clone_from(kinds);
    }
    valid(&project)?;
    let password = password(&place.omm, args).await?;
    let is_changed = password.is_some();
    if let Some(password) = password {
        project.password = password;
    }
    if project != before {
        project = projects.change(&project, &by()).await?;
    }
    if is_changed {
        // Whoever knows the old one only is somebody else's guest from now on.
        projects.end_sessions(&project.id, &by()).await?;
    }
    show(global, &project)?;
    Ok(Exit::Done)
}

/// The servers of what is added from now on.
fn servers(args: &Options, project: &mut Project) -> Result<(), Failure> {
    let ca_file = args.ca_file.as_deref();
    let sides = [(&args.source, &mut project.source), (&args.destination, &mut project.destination)];
    for (text, known) in sides {
        match (text.as_deref(), known) {
            (Some("none"), known) => *known = None,
            (Some(text), known) => {
                let before = known.as_ref().and_then(|server| server.ca_file.clone());
                *known = server(Some(text), ca_file.or(before.as_deref()))?;
            }
            (None, Some(server)) if ca_file.is_some() => server.ca_file = ca_file.map(lasting).transpose()?,
            (None, _) => {}
        }
    }
    Ok(())
}

/// Another password, if one is named.
async fn password(omm: &Omm, args: &Options) -> Result<Option<PasswordHash>, Failure> {
    if args.no_password {
        return Ok(Some(PasswordHash::nobody()));
    }
    if args.password_env.is_none() && args.password_file.is_none() {
        return Ok(None);
    }
    Ok(Some(hashed(omm, args.password_env.as_deref(), args.password_file.as_deref()).await?))
}

fn show(global: &Global, project: &Project) -> Result<(), Failure> {
    if global.json {
        return output::json(&json!({
            "event": "options", "project": project.id.as_str(), "name": project.name,
            "source": project.source, "destination": project.destination, "options": project.options,
        }));
    }
    let options = &project.options;
    let quiet = options.quiet_hours.as_ref();
    let bandwidth =
        options.bandwidth.map_or("no limit".to_owned(), |rate| format!("{}/s", output::bytes(rate)));
    let kinds: Vec<_> = options.migration.kinds.iter().map(|kind| kind.plural()).collect();
    let usual =
        |server: &Option<AccountSpec>| server.as_ref().map_or_else(|| "none".to_owned(), AccountSpec::label);
    let rows = [
        ("name", project.name.clone()),
        ("usual source", usual(&project.source)),
        ("usual destination", usual(&project.destination)),
        ("migrations at once", options.migrations_at_once.to_string()),
        ("requests at once", options.requests_at_once.to_string()),
        ("requests per server", options.requests_per_server.to_string()),
        ("bandwidth", bandwidth),
        ("quiet hours", quiet.map_or("never".to_owned(), |q| format!("{}-{}@{}", q.from, q.to, q.zone))),
        ("kinds", if kinds.is_empty() { "all".to_owned() } else { kinds.join(", ") }),
        ("kept for", format!("{} days after the end of each", options.retention_days)),
        (
            "passwords",
            if options.keep_passwords { "kept" } else { "erased when a migration is done" }.to_owned(),
        ),
        ("mails", mails(project)),
        ("webhook", webhook(&options.notices)),
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

/// Whatever else stands in its address may be a token.
fn webhook(notices: &Notices) -> String {
    notices.webhook.as_ref().map_or("none".to_owned(), |webhook| format!("one at {} is told", webhook.site))
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
