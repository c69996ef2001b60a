//! A source for files of JSON lines, as some systems export them: each line names a folder, and most hold an item.
//!
//! ```json
//! {"folder":["Inbox"],"role":"inbox"}
//! {"folder":["Inbox"],"id":"m1","flags":"\\Seen","body":"Subject: Hello\r\n\r\nText"}
//! ```
//!
//! A body is bytes, JSON is text: every character of `body` up to U+00FF stands for the byte of its number.

use futures::{FutureExt, StreamExt, stream, stream::BoxStream};
use omm::core::{
    host::{LaneKey, blocking},
    model::{Cursor, Flags, Folder, FolderPath, Intake, Item, ItemKind, ItemMeta, Received, Role},
    model::{SourceFolderId, SourceItemId},
    seam::{Change, ChangePage, Coverage, Destination, Fetched, Source},
};
use omm::{AccountSpec, Connector, Env, Error, ErrorKind, Result, core::error::Scope, core::error::Side};
use std::{collections::BTreeMap, fs, path::Path, path::PathBuf, sync::Arc};

/// Opens accounts of the server type `json-lines`; the server is the path of the file.
pub(crate) struct JsonLines;

#[async_trait::async_trait]
impl Connector for JsonLines {
    fn server_types(&self) -> &[&'static str] {
        &["json-lines"]
    }

    async fn normalise(&self, spec: &AccountSpec, env: &Env) -> Result<AccountSpec> {
        let (mut normal, path) = (spec.clone(), spec.server.clone());
        let path = blocking(&env.runtime, move || {
            fs::canonicalize(&path).map_err(|why| unreadable(path.as_ref(), why))
        });
        normal.server = path.await?.to_string_lossy().into_owned();
        Ok(normal)
    }

    async fn source(&self, spec: &AccountSpec, env: &Env) -> Result<Option<Arc<dyn Source>>> {
        Ok(Some(Arc::new(Export { path: (&spec.server).into(), env: env.clone() })))
    }

    async fn destination(&self, _: &AccountSpec, _: &Env) -> Result<Option<Arc<dyn Destination>>> {
        Ok(None)
    }
}

/// One line of the file. A line without an id only says that the folder is there.
#[derive(serde::Deserialize)]
struct Line {
    folder: FolderPath,
    role: Option<Role>,
    kind: Option<ItemKind>,
    id: Option<Box<str>>,
    #[serde(default)]
    flags: Flags,
    received: Option<Received>,
    #[serde(default)]
    body: String,
}

/// A file that is read again at every call: slow, and never stale.
struct Export {
    path: PathBuf,
    env: Env,
}

impl Export {
    async fn lines(&self) -> Result<Vec<Line>> {
        let path = self.path.clone();
        blocking(&self.env.runtime, move || read(&path)).await
    }

    /// The items of one folder, in the order of the file.
    async fn items(&self, folder: &SourceFolderId) -> Result<Vec<(SourceItemId, Line)>> {
        let lines = self.lines().await?.into_iter().filter(|line| id_of(&line.folder) == *folder);
        Ok(lines.filter_map(|line| Some((SourceItemId::new(line.id.clone()?), line))).collect())
    }

    async fn fetch_all(
        &self,
        folder: &SourceFolderId,
        ids: &[SourceItemId],
        intake: &Intake,
    ) -> Vec<Fetched> {
        let mut items: BTreeMap<SourceItemId, Line> = match self.items(folder).await {
            Ok(items) => items.into_iter().collect(),
            // Every id is answered, whatever happens.
            Err(why) => {
                let failed = |id: &SourceItemId| Fetched {
                    id: id.clone(),
                    item: Err(error(why.kind(), why.message())),
                };
                return ids.iter().map(failed).collect();
            }
        };
        let mut fetched = Vec::new();
        for id in ids {
            let item = match items.remove(id) {
                Some(line) => item(&line, intake).await,
                None => Err(error(ErrorKind::NotFound, "the item is no longer in the file")),
            };
            fetched.push(Fetched { id: id.clone(), item });
        }
        fetched
    }
}

#[async_trait::async_trait]
impl Source for Export {
    fn lane(&self) -> LaneKey {
        LaneKey(self.path.to_string_lossy().into())
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        // Sorted by path: parents come before their children.
        let mut folders: BTreeMap<FolderPath, Folder> = BTreeMap::new();
        for line in self.lines().await? {
            let (path, kind) = (line.folder.clone(), line.kind.unwrap_or(ItemKind::Mail));
            let folder = folders.entry(path.clone()).or_insert_with(|| Folder::new(id_of(&path), path, kind));
            folder.role = folder.role.or(line.role);
        }
        Ok(folders.into_values().collect())
    }

    async fn changes(&self, folder: &SourceFolderId, _: Option<&Cursor>) -> Result<ChangePage> {
        let items = self.items(folder).await?;
        let changes = items.iter().map(|(id, line)| Change::Present(meta(id, line))).collect();
        // Nothing remembers what changed, so a cursor says nothing and the whole folder is named each time.
        Ok(ChangePage::new(changes, Cursor::new("end"), Coverage::Listing))
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.fetch_all(folder, ids, intake).into_stream().flat_map(stream::iter).boxed()
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<Line>> {
    let text = fs::read_to_string(path).map_err(|why| unreadable(path, why))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(at, line)| {
        let bad = |why| {
            error(ErrorKind::Malformed, "a line is no JSON of ours").with("line", at + 1).caused_by(why)
        };
        // One bad line spoils the file: what it was about cannot be known.
        serde_json::from_str(line).map_err(|why| bad(why).scope(Scope::Account))
    });
    parsed.collect()
}

async fn item(line: &Line, intake: &Intake) -> Result<Item> {
    let bytes: Option<Vec<u8>> = line.body.chars().map(|letter| u8::try_from(letter).ok()).collect();
    let bytes = bytes.ok_or_else(|| error(ErrorKind::Malformed, "a character above U+00FF is no byte"))?;
    let mut item = Item::new(line.kind.unwrap_or(ItemKind::Mail), intake.whole(&bytes).await?);
    (item.flags, item.received) = (line.flags.clone(), line.received);
    Ok(item)
}

fn meta(id: &SourceItemId, line: &Line) -> ItemMeta {
    let mut meta = ItemMeta::new(id.clone(), line.kind.unwrap_or(ItemKind::Mail));
    meta.size = Some(line.body.chars().count() as u64);
    (meta.flags, meta.received) = (line.flags.clone(), line.received);
    meta
}

/// The segments as JSON, so that a `/` inside a name is no separator.
fn id_of(path: &FolderPath) -> SourceFolderId {
    SourceFolderId::new(serde_json::json!(path).to_string())
}

fn unreadable(path: &Path, why: std::io::Error) -> Error {
    error(ErrorKind::Unreachable, "the file cannot be read").with("file", path.display()).caused_by(why)
}

fn error(kind: ErrorKind, message: &str) -> Error {
    Error::new(kind, Side::Source, "read an export", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_testkit::{
        conformance,
        mailbox::Mailbox,
        sim::{SimRuntime, run},
    };
    use serde_json::json;

    /// The mailbox as such a file.
    fn export(mailbox: &Mailbox) -> String {
        let mut lines = String::new();
        for folder in &mailbox.folders {
            lines +=
                &format!("{}\n", json!({ "folder": folder.path, "role": folder.role, "kind": folder.kind }));
            for (at, item) in folder.items.iter().enumerate() {
                let body: String = item.bytes.iter().copied().map(char::from).collect();
                let line = json!({
                    "folder": folder.path, "id": format!("m{at}"), "kind": item.kind, "flags": item.flags,
                    "received": item.received, "body": body,
                });
                lines += &format!("{line}\n");
            }
        }
        lines
    }

    async fn open(path: &Path, text: &str) -> (Arc<dyn Source>, Env) {
        fs::write(path, text).expect("the file is written");
        let env = Env::new(SimRuntime::new().shared());
        let spec = AccountSpec::new("json-lines", path.to_string_lossy());
        (JsonLines.source(&spec, &env).await.expect("it opens").expect("it is a source"), env)
    }

    #[test]
    fn it_keeps_the_source_contract() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("export.jsonl");
        let serve = |mailbox: Mailbox| {
            let path = path.clone();
            async move { open(&path, &export(&mailbox)).await }
        };
        run(&SimRuntime::new(), conformance::source::source(serve));
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = "{\"folder\":[\"Inbox\"]}\n\nnonsense\n";
        let found = run(&SimRuntime::new(), async {
            let (source, _) = open(&folder.path().join("export.jsonl"), text).await;
            source.folders().await.expect_err("it is nonsense")
        });
        assert_eq!((found.kind(), found.reach()), (ErrorKind::Malformed, Scope::Account));
        assert!(found.to_string().contains("line 3"), "{found}");
    }
}
