//! Tables of accounts.

use super::{by, key};
use crate::{
    args::{
        Global,
        project::{Import, Template},
    },
    exit::{Exit, Failure},
    output,
};
use omm::{
    core::host::blocking,
    project::import::{Importer, Rows, Settings, SharedDestination, Tally, Trouble, template as form},
};
use serde_json::json;
use std::{fs, path::Path};

pub(super) fn template(global: &Global, args: &Template) -> Result<Exit, Failure> {
    let bytes = match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("xlsx") => form::xlsx()?,
        Some("csv") => form::csv().into_bytes(),
        _ => return Err(Failure::Usage("the form is written as .xlsx or .csv; name such a file".to_owned())),
    };
    if args.file.exists() {
        return Err(Failure::Local(format!("{} is there already; name another file", args.file.display())));
    }
    fs::write(&args.file, bytes)
        .map_err(|error| Failure::Local(format!("cannot write {}: {error}", args.file.display())))?;
    if !global.quiet && !global.json {
        output::line(format!(
            "{}: one row for each migration; the second row is an example: replace it (left as it is, it is left out); columns \
             named Priority and Start may be added",
            args.file.display()
        ))?;
    }
    Ok(Exit::Done)
}

pub(super) async fn import(global: &Global, args: &Import) -> Result<Exit, Failure> {
    let keys = key::read(&args.key)?;
    is_file(&args.file)?;
    let super::Opened { place, projects, project } = super::open(global, &args.named.project).await?;
    let mut settings = Settings::default();
    settings.charset.clone_from(&args.charset);
    settings.source.clone_from(&project.source);
    settings.destination.clone_from(&project.destination);
    settings.now = Some(chrono::Utc::now());
    if args.shared_destinations {
        settings.shared_destination = SharedDestination::Allowed;
    }
    let runtime = &place.omm.env().runtime;
    let path = args.file.clone();
    let rows = blocking(runtime, move || rows(&path, settings)).await?;
    let importer = Importer { projects: &*projects, keys: &keys, runtime };
    let mut unheard = None;
    let mut tell = |trouble: Trouble| {
        if let Err(failure) = show(global, &trouble) {
            unheard.get_or_insert(failure);
        }
    };
    let tally = importer.import(&project.id, rows, &by(), &mut tell).await?;
    if let Some(failure) = unheard {
        return Err(failure);
    }
    sum_up(global, &args.named.project, tally)?;
    Ok(Exit::problems_if(tally.bad > 0))
}

/// Said before anything else: another table is meant.
fn is_file(path: &Path) -> Result<(), Failure> {
    let path_of = path.display();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(Failure::Usage(format!("{path_of} is a folder; name the table that is in it")))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::Usage(format!("there is no table at {path_of}: {error}"))),
    }
}

fn rows(path: &Path, settings: Settings) -> omm::Result<Rows> {
    let file = fs::File::open(path).map_err(|cause| {
        omm::Error::new(omm::ErrorKind::Local, omm::Side::Host, "open the table", "it cannot be read")
            .with("file", path.display())
            .caused_by(cause)
    })?;
    Rows::open(file, settings)
}

fn show(global: &Global, trouble: &Trouble) -> Result<(), Failure> {
    match global.json {
        true => output::json(&json!({ "event": "row", "trouble": trouble, "message": trouble.to_string() })),
        false => output::line(output::one_line(&trouble.to_string())),
    }
}

fn sum_up(global: &Global, id: &str, tally: Tally) -> Result<(), Failure> {
    let Tally { good, bad, given_again, .. } = tally;
    match (global.json, global.quiet) {
        (true, _) => output::json(&json!({
            "event": "imported", "project": id, "added": good, "passwords_given_again": given_again, "left": bad
        })),
        (false, true) => Ok(()),
        (false, false) => {
            let again = match given_again {
                0 => String::new(),
                count => format!(", passwords given again to {}", output::counted(count, "migration")),
            };
            output::line(format!(
                "{} added{again}, {} left; next: `omm project run {id} --key-file FILE`",
                output::counted(good, "migration"),
                output::counted(bad, "row")
            ))
        }
    }
}
