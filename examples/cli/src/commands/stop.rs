//! `omm stop`: ask another process to stop.

use crate::{
    args::{Global, OneMigration},
    exit::{Exit, Failure},
    output,
};
use serde_json::json;

pub(super) async fn run(global: &Global, args: &OneMigration) -> Result<Exit, Failure> {
    let id = &args.id;
    super::look(global).await?.request_stop(id).await?;
    if global.json {
        output::json(&json!({ "event": "stop-requested", "migration": id }))?;
    } else if !global.quiet {
        output::line(format!(
            "asked migration {id} to stop; if it runs, it ends at a tidy place within seconds, and `omm sync {id}` goes on"
        ))?;
    }
    Ok(Exit::Done)
}
