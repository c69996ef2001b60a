//! What a destination takes. A folder is made there and removed again: rights show when they are used.

use super::{Check, Finding, asking::Asking};
use crate::{
    error::{Result, Side},
    host::Env,
    model::{FolderPath, ItemKind},
    seam::{Capacity, Destination, Wanted},
};

/// Asks for the capacity, lists the folders, makes a folder and removes it. Stores no item.
///
/// # Cancel safety
/// Dropping the future may leave an empty folder, whose name says where it is from.
pub async fn examine_destination(destination: &dyn Destination, env: &Env) -> Vec<Finding> {
    let server = Asking::new(env, &destination.lane(), Side::Destination);
    let capacity = match server.ask(destination.capacity()).await {
        Ok(capacity) => capacity,
        Err(error) => return vec![Finding::bad(Check::Folders, &error)],
    };
    let mut findings = match server.ask(destination.folders()).await {
        Ok(folders) => vec![Finding::good(Check::Folders, format!("{} folders", folders.len()))],
        Err(error) => return vec![Finding::bad(Check::Folders, &error)],
    };
    let name = capacity.names.spell(&format!("OMM check-up {}", env.runtime.now().format("%Y%m%d %H%M%S")));
    let kind = capacity.kinds.first().copied().unwrap_or(ItemKind::Mail);
    findings.push(match scratch(&server, destination, &name, kind).await {
        Ok(finding) => finding,
        Err(error) => Finding::bad(Check::Writing, &error),
    });
    findings.extend(said(&capacity));
    findings
}

async fn scratch(
    server: &Asking<'_>,
    destination: &dyn Destination,
    name: &str,
    kind: ItemKind,
) -> Result<Finding> {
    let mut wanted = Wanted::new(FolderPath::new([name]), kind);
    wanted.subscribed = false;
    let made = server.ask(destination.ensure_folder(wanted)).await?;
    if !made.created {
        return Ok(Finding::remark(Check::Writing, format!("a folder {name} is there already; it was left")));
    }
    let left = |why: String| {
        Finding::remark(Check::Writing, format!("a folder was made, but {why}; remove {name} by hand"))
    };
    Ok(match server.ask(destination.remove_folder_if_empty(&made.id)).await {
        Ok(true) => Finding::good(Check::Writing, "a folder was made and removed again"),
        Ok(false) => left("it is not empty, or has folders below it".to_owned()),
        Err(error) => left(format!("it could not be removed: {error}")),
    })
}

/// What a destination says of itself.
fn said(capacity: &Capacity) -> Vec<Finding> {
    let mut findings = vec![
        match capacity.bytes_free {
            Some(0) => Finding::remark(Check::Room, "the account is full"),
            Some(bytes) => Finding::good(Check::Room, format!("{} MiB", bytes >> 20)),
            None => Finding::good(Check::Room, "not said by the server"),
        },
        match capacity.largest_item {
            Some(bytes) => Finding::good(Check::LargestItem, format!("{} MiB", bytes >> 20)),
            None => Finding::good(Check::LargestItem, "not said by the server"),
        },
    ];
    findings.extend(capacity.remarks.iter().map(|remark| Finding::remark(Check::Keeping, remark.clone())));
    findings
}
