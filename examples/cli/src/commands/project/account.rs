//! One migration more.

use super::by;
use crate::{
    args::{Global, project::Add},
    exit::{Exit, Failure},
    output,
};
use omm::{
    AccountSpec, Omm,
    project::store::{Added, NewMigration},
};
use serde_json::json;

/// Its passwords stay where the command line says they are: nothing is sealed, and `omm project run` reads them there.
pub(super) async fn add(global: &Global, args: &Add) -> Result<Exit, Failure> {
    let (source, destination) = args.pair.accounts()?;
    let super::Opened { place, projects, project } = super::open(global, &args.named.project).await?;
    let omm = &place.omm;
    let (source, destination) = (lasting(omm, source).await?, lasting(omm, destination).await?);
    let key = projects.reserve(1).await?;
    let mut new = NewMigration::new(key, source, destination);
    (new.priority, new.start) = (args.priority, args.at);
    let answer = projects.add(&project.id, vec![new], &by()).await?;
    match answer.first() {
        Some(Added::SamePair(known)) => {
            Err(Failure::Usage(format!("migration {known} of this project is between the same accounts")))
        }
        Some(Added::SameDestination(known)) => {
            Err(Failure::Usage(format!("migration {known} of this project goes into the same destination")))
        }
        _ => {
            match (global.json, global.quiet) {
                (true, _) => output::json(&json!({ "event": "added", "number": key.0 }))?,
                (false, true) => output::line(key)?,
                (false, false) => output::line(format!("migration {key} added"))?,
            }
            Ok(Exit::Done)
        }
    }
}

/// A path as it is called from everywhere: whoever runs the project may stand in another folder.
async fn lasting(omm: &Omm, account: AccountSpec) -> Result<AccountSpec, Failure> {
    match account.login.is_empty() {
        true => Ok(omm::registry().normalise(&account, omm.env()).await?),
        false => Ok(account),
    }
}
