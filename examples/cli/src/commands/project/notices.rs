//! Who is told what of a project.

use super::{identity, key, place, unknown};
use crate::{
    args::{Global, lasting, notices::Notices, project::Named},
    credentials::Credentials,
    exit::{Exit, Failure},
    output,
};
use omm::{
    CredentialProvider, CredentialRef, Secret,
    project::{
        notify::{
            Notice, Notifier,
            outbox::{Row, Settlement},
        },
        project::{Kept, Mail, MailServer, Project, Webhook},
        sealed::{Field, Keys, NoKeys, Place},
    },
};
use serde_json::json;
use std::{path::Path, sync::Arc, time::Duration};

/// So long `omm project create` waits for a mail server; `omm project run` tries again.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many notices are shown.
const SHOWN: u32 = 200;

/// Puts what the command line says into the project.
pub(super) async fn apply(args: &Notices, project: &mut Project) -> Result<(), Failure> {
    let notices = &mut project.options.notices;
    notices.told = args.told.unwrap_or(notices.told);
    if let Some(language) = &args.language {
        notices.language.clone_from(language);
    }
    if let Some(link) = &args.link {
        notices.link = (link != "none").then(|| link.clone());
    }
    mail(args, project).await?;
    webhook(args, project).await
}

async fn mail(args: &Notices, project: &mut Project) -> Result<(), Failure> {
    let mut server = match (args.mail_server.as_deref(), &project.options.notices.mail) {
        (Some("none"), _) => {
            project.options.notices.mail = Mail::None;
            return Ok(());
        }
        (Some(text), _) => MailServer::parse(text, &project.contact)?,
        (None, Mail::Server(server)) => server.clone(),
        (None, _) if args.mail_from.is_some() || named(args) => {
            return Err(Failure::Usage("name the mail server with --mail-server".to_owned()));
        }
        (None, _) => return Ok(()),
    };
    if let Some(from) = &args.mail_from {
        server.from.clone_from(from);
    }
    if let Some(name) = &args.mail_from_name {
        server.from_name.clone_from(name);
    }
    if let Some(path) = &args.notices_ca_file {
        server.ca_file = Some(lasting(path)?);
    }
    if let Some(found) = reference(&args.mail_password_env, args.mail_password_file.as_deref())? {
        let login = server.login.clone().unwrap_or_default();
        server.password = kept(args, project, Field::MailPassword, found, (&login, &server.host)).await?;
    }
    project.options.notices.mail = Mail::Server(server);
    Ok(())
}

fn named(args: &Notices) -> bool {
    args.mail_password_env.is_some() || args.mail_password_file.is_some() || args.mail_from_name.is_some()
}

async fn webhook(args: &Notices, project: &mut Project) -> Result<(), Failure> {
    let secret = reference(&args.webhook_secret_env, args.webhook_secret_file.as_deref())?;
    let known = project.options.notices.webhook.clone();
    if args.webhook.as_deref() == Some("none") {
        project.options.notices.webhook = None;
        return Ok(());
    }
    let mut webhook = match (address(args, project).await?, known) {
        (Some((site, url)), known) => {
            let secret = known.map_or(Kept::Nowhere, |known| known.secret);
            let mut webhook = Webhook::new(site, secret);
            webhook.url = url;
            webhook
        }
        (None, Some(known)) => known,
        (None, None) if secret.is_some() => {
            return Err(Failure::Usage("name the webhook with --webhook".to_owned()));
        }
        (None, None) => return Ok(()),
    };
    if let Some(path) = &args.notices_ca_file {
        webhook.ca_file = Some(lasting(path)?);
    }
    if let Some(found) = secret {
        webhook.secret = kept(args, project, Field::WebhookSecret, found, ("webhook", "webhook")).await?;
    }
    project.options.notices.webhook = Some(webhook);
    Ok(())
}

/// What may be shown of the webhook's address, and where the whole of it is kept.
async fn address(args: &Notices, project: &Project) -> Result<Option<(String, Kept)>, Failure> {
    let found = reference(&args.webhook_env, args.webhook_file.as_deref())?;
    let url = match (&args.webhook, &found) {
        (Some(url), _) => Secret::new(url.clone()),
        (None, Some(found)) => Credentials::default().secret(found, "webhook", "webhook").await?,
        (None, None) => return Ok(None),
    };
    let (site, has_more) = Webhook::site_of(url.expose())?;
    let kept = match found {
        _ if !has_more => Kept::Nowhere,
        _ if args.seal => sealed(args, project, Field::WebhookUrl, &url).await?,
        Some(found) => Kept::Elsewhere(found),
        None => {
            let remedy = "what stands behind the host of a webhook may be a token, and is stored only sealed: say --seal with \
                          --key-file, or name what holds the address with --webhook-env or --webhook-file";
            return Err(Failure::Usage(remedy.to_owned()));
        }
    };
    Ok(Some((site, kept)))
}

fn reference(variable: &Option<String>, file: Option<&Path>) -> Result<Option<CredentialRef>, Failure> {
    Ok(match (variable, file) {
        (Some(name), _) => Some(CredentialRef::Variable(name.clone())),
        (None, Some(path)) => Some(CredentialRef::File(lasting(path)?)),
        (None, None) => None,
    })
}

/// Where it is found, or the secret itself, sealed.
async fn kept(
    args: &Notices,
    project: &Project,
    field: Field,
    found: CredentialRef,
    (login, server): (&str, &str),
) -> Result<Kept, Failure> {
    if !args.seal {
        return Ok(Kept::Elsewhere(found));
    }
    let secret = Credentials::default().secret(&found, login, server).await?;
    sealed(args, project, field, &secret).await
}

async fn sealed(args: &Notices, project: &Project, field: Field, secret: &Secret) -> Result<Kept, Failure> {
    let key = key::read(&args.key)?.current().await?;
    Ok(Kept::Sealed(key.seal(Place::of_project(&project.id, field), secret)?))
}

/// The keys, where the project has something that is sealed.
pub(super) fn keys(args: &Notices, project: &Project) -> Result<Arc<dyn Keys>, Failure> {
    match project.options.notices.holds_secrets() {
        true => Ok(Arc::new(key::read(&args.key)?)),
        false => Ok(Arc::new(NoKeys)),
    }
}

/// Tells that a project is made; it is not said to be failed because nobody could be told.
pub(super) async fn created(
    global: &Global,
    place: &place::Place,
    keys: Arc<dyn Keys>,
    notice: &Notice,
) -> Result<(), Failure> {
    let post = match place.post(keys).await {
        Ok(post) => post,
        Err(error) => return untold(global, &error.to_string()),
    };
    if let Err(why) = post.notify(notice).await {
        return untold(global, why.why());
    }
    for settlement in post.close(PATIENCE).await {
        match settlement {
            Settlement::Sent { .. } => {}
            Settlement::Later { said, .. } | Settlement::GaveUp { said } | Settlement::Lost { said, .. } => {
                untold(global, &said)?;
            }
        }
    }
    Ok(())
}

fn untold(global: &Global, why: &str) -> Result<(), Failure> {
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({ "event": "untold", "why": why })),
        (false, true) => Ok(()),
        (false, false) => {
            output::note(&format!(
                "nobody was told yet: {why}; `omm project notices` shows what becomes of it"
            ));
            Ok(())
        }
    }
}

/// What was told, and what is still to be.
pub(super) async fn list(global: &Global, args: &Named) -> Result<Exit, Failure> {
    let (place, id) = (place::Place::look(global).await?, identity(&args.project)?);
    let rows = place.outbox().await?.of_project(id.as_str(), SHOWN).await?;
    if rows.is_empty() && place.projects.project(&id).await?.is_none() {
        return Err(unknown(&args.project));
    }
    for row in &rows {
        show(global, row)?;
    }
    Ok(Exit::Done)
}

fn show(global: &Global, row: &Row) -> Result<(), Failure> {
    if global.json {
        return output::json(&json!({
            "event": "notice",
            "number": row.about.migration,
            "told": row.event.name(),
            "to": row.address.to_string(),
            "state": row.state.name(),
            "attempts": row.attempts,
            "filed": row.filed,
            "said": row.said,
        }));
    }
    let of =
        row.about.migration.as_deref().map_or_else(String::new, |number| format!(" of migration {number}"));
    let said = if row.said.is_empty() { String::new() } else { format!(": {}", row.said) };
    let filed = row.filed.format("%Y-%m-%d %H:%M");
    let line = format!("{filed}  {}{of} to {}  {}{said}", row.event.name(), row.address, row.state.name());
    output::line(output::one_line(&line))
}
