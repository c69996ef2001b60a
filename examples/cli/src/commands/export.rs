//! `omm export`: contacts and calendars of a `dir:` tree as files that other programs read.

use crate::{
    args::{Export, Global},
    exit::{Exit, Failure},
    output,
};
use omm::{Error, ErrorKind, Side, files};
use serde::Serialize;
use std::path::PathBuf;

pub(super) async fn run(global: &Global, args: &Export) -> Result<Exit, Failure> {
    let tree = tree(global, &args.what).await?;
    let joined = files::join(&tree, &args.to)?;
    for one in &joined {
        if global.json {
            output::json(&Line {
                event: "exported",
                folder: one.folder.to_string(),
                kind: one.kind.plural(),
                items: one.items,
                file: one.file.display().to_string(),
            })?;
        } else if !global.quiet {
            output::line(format!("{}: {} {}", one.file.display(), one.items, one.kind.plural()))?;
        }
    }
    if joined.is_empty() && !global.quiet && !global.json {
        output::line("nothing but mail is there: no file was written".to_owned())?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Line {
    event: &'static str,
    folder: String,
    kind: &'static str,
    items: u64,
    file: String,
}

/// The tree that is meant: `dir:PATH`, or the destination of a migration.
async fn tree(global: &Global, what: &str) -> Result<PathBuf, Failure> {
    if let Some(path) = what.strip_prefix("dir:") {
        return Ok(PathBuf::from(path));
    }
    let status = super::look(global).await?.status(what).await?;
    let destination = &status.row.destination;
    if destination.server_type != "dir" {
        let message = format!(
            "migration {what} copies to {}; only a dir: tree can be exported: copy the account into one first",
            destination.label()
        );
        return Err(Error::new(ErrorKind::Config, Side::Host, "export", message).into());
    }
    Ok(PathBuf::from(&destination.server))
}
