//! `omm report`: what was done, as a summary or item by item.

use super::work::show_report;
use crate::{
    args::{Format, Global, ReportArgs},
    exit::{Exit, Failure},
    output,
};
use omm::{ItemLine, Omm};
use std::io::{self, Write};

/// Items read at once: the list of a million never is in memory.
const PAGE: usize = 2000;

pub(super) async fn run(global: &Global, args: &ReportArgs) -> Result<Exit, Failure> {
    let id = &args.migration.id;
    let omm = super::look(global).await?;
    let report = omm.report(id).await?;
    match args.format {
        Format::Csv => csv_of(&omm, id).await?,
        Format::Json => show_report(
            &Global { json: true, state: None, database: None, database_connections: None, quiet: false },
            id,
            &report,
        )?,
        Format::Text => show_report(global, id, &report)?,
    }
    Ok(Exit::of(&report))
}

const HEAD: [&str; 13] = [
    "key",
    "folder",
    "item",
    "kind",
    "size",
    "fate",
    "reason",
    "copy_folder",
    "copy",
    "sync_point",
    "verified",
    "digest",
    "gone",
];

async fn csv_of(omm: &Omm, id: &str) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(io::BufWriter::new(io::stdout()));
    writer.write_record(HEAD).map_err(failed)?;
    let mut after = None;
    loop {
        let page = omm.items(id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key);
        for item in &page {
            writer.write_record(cells(item)).map_err(failed)?;
        }
    }
    writer.flush().map_err(output::failed)?;
    io::stdout().flush().map_err(output::failed)
}

fn cells(item: &ItemLine) -> [String; HEAD.len()] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        item.key.0.to_string(),
        item.folder.to_string(),
        item.item.clone(),
        item.kind.plural().to_owned(),
        item.size.map(|size| size.to_string()).unwrap_or_default(),
        item.fate.to_owned(),
        text(&item.reason),
        item.copy_folder.as_ref().map(ToString::to_string).unwrap_or_default(),
        text(&item.copy),
        item.sync_point.to_string(),
        item.verified.to_owned(),
        text(&item.digest),
        item.gone.to_string(),
    ]
}

fn failed(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => output::failed(error),
        other => Failure::Local(format!("cannot write the list: {other:?}")),
    }
}
