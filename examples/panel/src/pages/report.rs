//! The report of a migration as a file.

use super::{Answer, row::find};
use crate::guard::{failure::Failure, visit::Inside};
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use omm::{ItemLine, core::journal::EntryKey};

/// Items read at once: the list of a million never is in memory.
const PAGE: usize = 2000;

const HEAD: [&str; 9] =
    ["folder", "item", "kind", "size", "fate", "reason", "copy_folder", "sync_point", "verified"];

/// All numbers, and what failed.
pub(crate) async fn json(Inside { visit, project }: Inside, Path(number): Path<u64>) -> Answer {
    let row = find(&visit.house, &project, number).await?;
    let journal = row.journal.as_deref().ok_or(Failure::Missing)?;
    let report = visit.house.stores.omm.report(journal).await?;
    let text = serde_json::to_string_pretty(&report).map_err(|_| Failure::Broken)?;
    Ok(file(Body::from(text), "application/json", number, "json"))
}

/// Every item with its fate, as it is read.
pub(crate) async fn csv(Inside { visit, project }: Inside, Path(number): Path<u64>) -> Answer {
    let row = find(&visit.house, &project, number).await?;
    let journal = row.journal.clone().ok_or(Failure::Missing)?;
    let house = visit.house;
    let head = written([HEAD.map(str::to_owned)])?;
    let rows = stream::try_unfold(Some(None::<EntryKey>), move |at| {
        let (house, journal) = (house.clone(), journal.clone());
        async move {
            let Some(after) = at else { return Ok(None) };
            let items = house.stores.omm.items(&journal, after, PAGE).await.map_err(std::io::Error::other)?;
            let Some(last) = items.last() else { return Ok(None) };
            let text = written(items.iter().map(cells)).map_err(|_| std::io::Error::other("no table"))?;
            Ok::<_, std::io::Error>(Some((text, Some(Some(last.key)))))
        }
    });
    let body = Body::from_stream(futures::StreamExt::chain(stream::iter([Ok(head)]), rows));
    Ok(file(body, "text/csv; charset=utf-8", number, "csv"))
}

fn file(body: Body, kind: &'static str, number: u64, ending: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = HeaderValue::from_str(&format!("attachment; filename=\"migration-{number}.{ending}\""));
    headers.extend(name.ok().map(|name| (header::CONTENT_DISPOSITION, name)));
    response
}

fn written(rows: impl IntoIterator<Item = [String; HEAD.len()]>) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|_| Failure::Broken)?;
    }
    writer.into_inner().map_err(|_| Failure::Broken)
}

fn cells(item: &ItemLine) -> [String; HEAD.len()] {
    let cells = [
        item.folder.to_string(),
        item.item.clone(),
        item.kind.plural().to_owned(),
        item.size.map(|size| size.to_string()).unwrap_or_default(),
        item.fate.to_owned(),
        item.reason.clone().unwrap_or_default(),
        item.copy_folder.as_ref().map(ToString::to_string).unwrap_or_default(),
        item.sync_point.to_string(),
        item.verified.to_owned(),
    ];
    cells.map(harmless)
}

/// A spreadsheet takes a text that begins so for a formula; the names of folders are somebody else's.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a folder that opens a program at whoever reads the report.
    #[test]
    fn no_folder_is_a_formula() {
        assert_eq!(harmless("=cmd|' /C calc'!A0".to_owned()), "'=cmd|' /C calc'!A0");
        assert_eq!(harmless("INBOX".to_owned()), "INBOX");
    }
}
