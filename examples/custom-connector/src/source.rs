//! The source: what there is, what changed, and the items themselves.

use crate::line::{Line, error, read};
use futures::{FutureExt, StreamExt, stream, stream::BoxStream};
use omm::core::{
    host::{LaneKey, blocking},
    model::{Cursor, Folder, FolderPath, Intake, Item, ItemKind, ItemMeta, SourceFolderId, SourceItemId},
    seam::{Change, ChangePage, Coverage, Fetched, Source},
};
use omm::{Env, ErrorKind, Result};
use std::{collections::BTreeMap, path::PathBuf};

/// A file that is read again at every call: slow, and never stale.
pub(crate) struct Export {
    path: PathBuf,
    env: Env,
}

impl Export {
    pub(crate) fn new(path: &str, env: &Env) -> Self {
        Self { path: path.into(), env: env.clone() }
    }

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
