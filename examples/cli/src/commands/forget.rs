//! `omm forget`: remove what is known of a migration.

use crate::{
    args::{Global, OneMigration},
    exit::{Exit, Failure},
    output,
};
use serde_json::json;

pub(super) async fn run(global: &Global, args: &OneMigration) -> Result<Exit, Failure> {
    let id = &args.id;
    let omm = super::look(global).await?;
    super::project::refuse_owned(global, &omm, id, "delete").await?;
    if !omm.forget(id).await? {
        return Err(Failure::Usage(format!("there is no migration {id}; `omm status` lists them")));
    }
    if global.json {
        output::json(&json!({ "event": "forgotten", "migration": id }))?;
    } else if !global.quiet {
        output::line(format!("migration {id} is forgotten; its copies stay, and can no longer be undone"))?;
    }
    Ok(Exit::Done)
}
