//! One migration more.

use super::{Opened, by, key};
use crate::{
    args::{Global, needs_login, projects::Add},
    credentials::Credentials,
    exit::{Exit, Failure},
    output,
};
use chrono::Utc;
use omm::{
    AccountSpec, CredentialProvider, CredentialRef, Omm,
    core::error::Side,
    project::{
        MailboxKey,
        import::SharedDestination,
        project::ProjectId,
        sealed::{Key, Keys},
        store::{Added, NewMigration},
    },
};
use serde_json::json;

pub(super) async fn add(global: &Global, args: &Add) -> Result<Exit, Failure> {
    if args.at.is_some_and(|at| at <= Utc::now()) {
        return Err(Failure::Usage("--at is over already; leave it out to begin at once".to_owned()));
    }
    let opened = super::open(global, &args.named.project).await?;
    let new = described(&opened, args).await?;
    let number = new.key;
    let answer = opened.projects.add(&opened.project.id, vec![new], &by()).await?;
    match answer.first() {
        Some(Added::SamePair(known)) => {
            Err(Failure::Usage(format!("migration {known} of this project is between the same accounts")))
        }
        Some(Added::SameDestination(known)) => Err(Failure::Usage(format!(
            "migration {known} of this project goes into the same destination; say --shared-destinations if that is meant"
        ))),
        _ => {
            match (global.json, global.quiet) {
                (true, _) => output::json(&json!({ "event": "added", "number": number.0 }))?,
                (false, true) => output::line(number)?,
                (false, false) => output::line(format!("migration {number} added"))?,
            }
            Ok(Exit::Done)
        }
    }
}

/// With a key its passwords are sealed here; without, they stay where the command line says they are, and whoever works on it
/// reads them there.
async fn described(opened: &Opened, args: &Add) -> Result<NewMigration, Failure> {
    let Opened { place, projects, project } = opened;
    let usual = (project.source.as_ref(), project.destination.as_ref());
    let (source, destination) = args.ends.accounts(usual)?;
    let (source, destination) = (lasting(&place.omm, source).await?, lasting(&place.omm, destination).await?);
    makes_sense(&source, &destination)?;
    let key = match args.key.key_file.is_empty() {
        false => Some(key::read(&args.key)?.current().await?),
        true => None,
    };
    let mut new = NewMigration::new(projects.reserve(1).await?, source, destination);
    (new.priority, new.start) = (args.priority, args.at);
    if args.shared_destinations {
        new.shared_destination = SharedDestination::Allowed;
    }
    for side in [Side::Source, Side::Destination] {
        give(&mut new, side, &project.id, key.as_ref()).await?;
    }
    Ok(new)
}

/// What would only show when its turn has come.
fn makes_sense(source: &AccountSpec, destination: &AccountSpec) -> Result<(), Failure> {
    let refused = |message: &str| Err(Failure::Usage(message.to_owned()));
    if destination.server_type == "pop3" {
        return refused("nothing can be written by POP3; name an IMAP or Exchange server as destination");
    }
    if MailboxKey::of(source) == MailboxKey::of(destination) {
        return refused("the destination is the source; correct one of them");
    }
    Ok(())
}

/// Seals the password of one side, or sees to it that whoever works on it knows where it is.
async fn give(
    new: &mut NewMigration,
    side: Side,
    project: &ProjectId,
    key: Option<&Key>,
) -> Result<(), Failure> {
    let account = if side == Side::Source { &new.source } else { &new.destination };
    if !needs_login(account) {
        return Ok(());
    }
    match (&account.credentials, key) {
        // What a command gives may be over in an hour: it is asked for every connection.
        (CredentialRef::Command(_), _) => {}
        (reference, Some(key)) => {
            let password = Credentials::default().secret(reference, &account.login, &account.server).await?;
            new.seal(side, &password, project, key)?;
        }
        (CredentialRef::Ask, None) => {
            let side = if side == Side::Source { "source" } else { "destination" };
            return Err(Failure::Usage(format!(
                "nobody can be asked for the password of {} when its turn comes: name it with --{side}-password-env, \
                 --{side}-password-file or --{side}-password-command, or type it now and seal it with --key-file FILE",
                account.label()
            )));
        }
        (_, None) => {}
    }
    Ok(())
}

/// A path as it is called from everywhere: whoever runs the project may stand in another folder.
async fn lasting(omm: &Omm, account: AccountSpec) -> Result<AccountSpec, Failure> {
    match account.login.is_empty() {
        true => Ok(omm::registry().normalise(&account, omm.env()).await?),
        false => Ok(account),
    }
}
