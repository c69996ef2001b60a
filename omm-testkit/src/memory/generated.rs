//! A source of any size that holds nothing: every item is made when it is asked for.

use crate::mailbox::{MailboxItem, message};
use async_trait::async_trait;
use futures::{StreamExt, stream, stream::BoxStream};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
    host::LaneKey,
    model::{
        Cursor, Folder, FolderPath, Intake, Item, ItemKind, ItemMeta, SourceFolderId, SourceItemId,
        StateToken,
    },
    seam::{Change, ChangePage, Coverage, Fetched, Source},
};

/// Folders of generated messages that never change, for measurements at a million items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GeneratedSource {
    /// What decides the content.
    pub seed: u64,
    /// How many folders.
    pub folders: u64,
    /// How many items in each.
    pub items: u64,
    /// Changes per page.
    pub page_size: u64,
    /// Whether folders have state tokens; without them every run lists everything.
    pub tokens: bool,
    /// One message is this many bytes long, the first one of the last folder.
    pub huge_bytes: Option<usize>,
}

impl GeneratedSource {
    /// So many folders of so many items, with state tokens.
    pub fn new(seed: u64, folders: u64, items: u64) -> Self {
        Self { seed, folders, items, page_size: 1000, tokens: true, huge_bytes: None }
    }

    /// The same without state tokens.
    #[must_use]
    pub fn without_tokens(mut self) -> Self {
        self.tokens = false;
        self
    }

    /// The same with one huge message.
    #[must_use]
    pub fn with_huge(mut self, bytes: usize) -> Self {
        self.huge_bytes = Some(bytes);
        self
    }

    fn item(&self, folder: &SourceFolderId, id: &SourceItemId) -> Option<MailboxItem> {
        let number: u64 = folder.as_str().parse().ok()?;
        let index: u64 = id.as_str().parse().ok()?;
        (number < self.folders && index < self.items).then(|| message(self.seed, number * self.items + index))
    }

    fn meta(&self, folder: &SourceFolderId, index: u64) -> Option<ItemMeta> {
        let id = SourceItemId::new(index.to_string());
        let item = self.item(folder, &id)?;
        let mut meta = ItemMeta::new(id, ItemKind::Mail);
        let huge = self.huge_bytes.filter(|_| self.is_huge(folder, &meta.id));
        meta.size = Some(huge.unwrap_or(item.bytes.len()) as u64);
        meta.received = item.received;
        meta.flags = item.flags;
        Some(meta)
    }

    fn is_huge(&self, folder: &SourceFolderId, id: &SourceItemId) -> bool {
        id.as_str() == "0" && folder.as_str().parse() == Ok(self.folders - 1)
    }

    async fn fetch_one(&self, folder: &SourceFolderId, id: &SourceItemId, intake: &Intake) -> Result<Item> {
        let made = self.item(folder, id).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, Side::Source, "fetch", "there is no such item").with("item", id)
        })?;
        let body = match self.huge_bytes.filter(|_| self.is_huge(folder, id)) {
            None => intake.whole(&made.bytes).await?,
            Some(bytes) => {
                let (mut inbound, mut left) = (intake.begin(Some(bytes as u64)), bytes);
                while left > 0 {
                    let chunk = [b'x'; 4096];
                    inbound.write(&chunk[..left.min(4096)]).await?;
                    left -= left.min(4096);
                }
                inbound.finish().await?
            }
        };
        let mut item = Item::new(ItemKind::Mail, body);
        item.flags = made.flags;
        item.received = made.received;
        Ok(item)
    }
}

#[async_trait]
impl Source for GeneratedSource {
    fn lane(&self) -> LaneKey {
        LaneKey("generated".into())
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let folder = |number: u64| {
            let path = FolderPath::new([format!("Folder {number}")]);
            let mut folder = Folder::new(SourceFolderId::new(number.to_string()), path, ItemKind::Mail);
            folder.items = Some(self.items);
            folder.state = self.tokens.then(|| StateToken("never changes".into()));
            folder
        };
        Ok((0..self.folders).map(folder).collect())
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let from = match since.map(|cursor| cursor.as_str()) {
            Some("end") => {
                return Ok(ChangePage::new(Vec::new(), Cursor::new("end"), Coverage::Delta));
            }
            Some(text) => text.parse().map_err(|_| {
                Error::new(ErrorKind::CursorExpired, Side::Source, "list changes", "not a cursor of ours")
            })?,
            None => 0,
        };
        let to = (from + self.page_size).min(self.items);
        let changes = (from..to).filter_map(|index| self.meta(folder, index)).map(Change::Present).collect();
        let more = to < self.items;
        let next = Cursor::new(if more { to.to_string() } else { "end".to_owned() });
        Ok(ChangePage::new(changes, next, Coverage::Listing).more(more))
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let fetch = move |id: &'a SourceItemId| async move {
            Fetched { id: id.clone(), item: self.fetch_one(folder, id, intake).await }
        };
        stream::iter(ids).then(fetch).boxed()
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}
