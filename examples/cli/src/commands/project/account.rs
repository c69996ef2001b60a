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
    AccountSpec, CredentialProvider, CredentialRef, Omm, Secret,
    core::error::Side,
    project::{
        MailboxKey,
        import::SharedDestination,
        sealed::Keys,
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
    let is_sealed = key.is_some();
    let source_password = password(&source, "source", is_sealed).await?;
    let destination_password = password(&destination, "destination", is_sealed).await?;
    // The number last: who is refused takes none.
    let mut new = NewMigration::new(projects.reserve(1).await?, source, destination);
    (new.priority, new.start) = (args.priority, args.at);
    if args.shared_destinations {
        new.shared_destination = SharedDestination::Allowed;
    }
    let passwords = [(Side::Source, source_password), (Side::Destination, destination_password)];
    for (side, password) in passwords {
        if let (Some(password), Some(key)) = (password, &key) {
            new.seal(side, &password, &project.id, key)?;
        }
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

/// The password of an account where it is to be sealed; else it is seen to that whoever works on it can find it.
async fn password(account: &AccountSpec, side: &str, is_sealed: bool) -> Result<Option<Secret>, Failure> {
    let reference = &account.credentials;
    match reference {
        _ if !needs_login(account) => Ok(None),
        // What a command gives may be over in an hour: it is asked for every connection.
        CredentialRef::Command(_) => Ok(None),
        _ if is_sealed => {
            let secret = Credentials::default().secret(reference, &account.login, &account.server).await?;
            Ok(Some(secret))
        }
        CredentialRef::Ask => Err(Failure::Usage(format!(
            "nobody can be asked for the password of {} when its turn comes: name it with --{side}-password-env, \
             --{side}-password-file or --{side}-password-command, or type it now and seal it with --key-file FILE",
            account.label()
        ))),
        _ => Ok(None),
    }
}

/// A path as it is called from everywhere: whoever runs the project may stand in another folder.
async fn lasting(omm: &Omm, account: AccountSpec) -> Result<AccountSpec, Failure> {
    match account.login.is_empty() {
        true => Ok(omm::registry().normalise(&account, omm.env()).await?),
        false => Ok(account),
    }
}
