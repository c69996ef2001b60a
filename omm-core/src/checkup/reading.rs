//! What can be read of an account.

use super::{Check, Finding, asking::Asking};
use crate::{
    error::{Error, Scope, Side},
    host::Env,
    model::{Folder, ItemKind},
    seam::Source,
};
use std::collections::BTreeMap;

/// More folders than this are not tried one by one.
const MOST_FOLDERS: usize = 500;
/// So many that cannot be read are named.
const NAMED: usize = 5;

/// Lists the folders, and the first page of each. Reads no body and changes nothing.
///
/// # Cancel safety
/// Dropping the future loses nothing.
pub async fn examine_source(source: &dyn Source, env: &Env) -> Vec<Finding> {
    let server = Asking::new(env, &source.lane(), Side::Source);
    let folders = match server.ask(source.folders()).await {
        Ok(folders) => folders,
        Err(error) => return vec![Finding::bad(Check::Folders, &error)],
    };
    let mut findings = vec![Finding::good(Check::Folders, counted(&folders))];
    let mut unreadable = Vec::new();
    for folder in folders.iter().take(MOST_FOLDERS) {
        match server.ask(source.changes(&folder.id, None)).await {
            Ok(_) => {}
            Err(error) if error.reach() <= Scope::Folder => unreadable.push((folder, error)),
            Err(error) => {
                findings.push(Finding::bad(Check::Reading, &error.with("folder", &folder.path)));
                return findings;
            }
        }
    }
    findings.push(readable(folders.len(), &unreadable));
    findings
}

/// How many folders there are, and what is in them.
fn counted(folders: &[Folder]) -> String {
    let mut items: BTreeMap<ItemKind, (u64, bool)> = BTreeMap::new();
    for folder in folders {
        let (count, is_whole) = items.entry(folder.kind).or_insert((0, true));
        *count += folder.items.unwrap_or(0);
        *is_whole &= folder.items.is_some();
    }
    let kinds = items.iter().map(|(kind, (count, is_whole))| {
        let least = if *is_whole { "" } else { "at least " };
        format!("{least}{count} {}", kind.plural())
    });
    let kinds: Vec<String> = kinds.collect();
    let of_them = if kinds.is_empty() { String::new() } else { format!(" with {}", kinds.join(", ")) };
    format!("{} folders{of_them}", folders.len())
}

fn readable(all: usize, unreadable: &[(&Folder, Error)]) -> Finding {
    let Some((first, error)) = unreadable.first() else {
        let tried = all.min(MOST_FOLDERS);
        let detail =
            if tried == all { "every folder".to_owned() } else { format!("the first {tried} folders") };
        return Finding::good(Check::Reading, format!("{detail} can be listed"));
    };
    let mut names: Vec<String> =
        unreadable.iter().take(NAMED).map(|(folder, _)| folder.path.to_string()).collect();
    if unreadable.len() > NAMED {
        names.push(format!("{} more", unreadable.len() - NAMED));
    }
    let mut finding = Finding::bad(Check::Reading, error);
    finding.detail = format!(
        "{} of {all} folders cannot be read: {} ({}: {error})",
        unreadable.len(),
        names.join(", "),
        first.path
    );
    finding
}
