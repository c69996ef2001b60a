//! A destination on the bench, with what the points have in common.

use super::{Keeps, sample};
use crate::mailbox::MailboxItem;
use async_trait::async_trait;
use omm_core::{
    Result,
    host::Env,
    model::{Body, Content, DestItemId, Flags, FolderPath, Intake, Item, ItemKind},
    seam::{
        Capacity, Deleted, Deletion, DestFolder, Destination, Expected, LineEnds, Owned, Presence, Probe,
        Stored, Wanted,
    },
};
use std::{collections::HashSet, sync::Arc};

pub(super) struct Bench {
    pub(super) destination: Arc<dyn Destination>,
    pub(super) env: Env,
    pub(super) capacity: Capacity,
    pub(super) keeps: Keeps,
    /// The kind that the points are tried with: mail where it is held.
    pub(super) kind: ItemKind,
}

/// The ids that a journal would own.
#[derive(Default)]
pub(super) struct Owning(pub(super) HashSet<DestItemId>);

#[async_trait]
impl Owned for Owning {
    async fn owns(&self, ids: &[DestItemId]) -> Result<Vec<bool>> {
        Ok(ids.iter().map(|id| self.0.contains(id)).collect())
    }
}

impl Bench {
    pub(super) async fn new((destination, env): (Arc<dyn Destination>, Env), keeps: Keeps) -> Self {
        let capacity = destination.capacity().await.expect("destination contract, capacity: it failed");
        let mail = capacity.kinds.iter().find(|kind| **kind == ItemKind::Mail);
        let kind =
            *mail.or(capacity.kinds.first()).expect("destination contract, capacity: it holds no kind");
        Self { destination, env, capacity, keeps, kind }
    }

    pub(super) async fn folder(&self, name: &str) -> DestFolder {
        self.folder_at(&FolderPath::new([name])).await
    }

    pub(super) async fn folder_at(&self, path: &FolderPath) -> DestFolder {
        let made = self.destination.ensure_folder(Wanted::new(path.clone(), self.kind)).await;
        made.unwrap_or_else(|error| panic!("destination contract, folders: cannot make {path}: {error}"))
    }

    pub(super) fn item(&self, index: u64) -> Item {
        item(&sample(self.kind, index, 0))
    }

    pub(super) fn edited(&self, index: u64) -> Item {
        item(&sample(self.kind, index, 1))
    }

    pub(super) async fn append(&self, folder: &DestFolder, items: &[Item]) -> Vec<DestItemId> {
        let fates = self.destination.append(&folder.id, items).await;
        let fates = fates.expect("destination contract, append: a good batch failed");
        assert_eq!(fates.len(), items.len(), "destination contract, append: the results do not line up");
        let stored: Vec<Stored> = fates
            .into_iter()
            .map(|fate| fate.expect("destination contract, append: a good item failed"))
            .collect();
        let ids: Vec<DestItemId> = stored.iter().map(|stored| stored.id.clone()).collect();
        for (stored, looked) in stored.into_iter().zip(self.look(folder, &ids).await) {
            if stored.seen.is_some() {
                assert_eq!(
                    stored.seen, looked,
                    "destination contract, append: what was seen is what a look says"
                );
            }
        }
        ids
    }

    pub(super) async fn look(&self, folder: &DestFolder, ids: &[DestItemId]) -> Vec<Option<Presence>> {
        let seen = self.destination.inspect(&folder.id, ids).await;
        let seen = seen.expect("destination contract, inspect: it failed");
        assert_eq!(seen.len(), ids.len(), "destination contract, inspect: the results do not line up");
        seen
    }

    pub(super) async fn delete(&self, folder: &DestFolder, id: &DestItemId, expected: Expected) -> Deleted {
        let deletion = Deletion { id: id.clone(), expected };
        let fates = self.destination.delete(&folder.id, &[deletion]).await;
        let mut fates = fates.expect("destination contract, delete: it failed");
        assert_eq!(fates.len(), 1, "destination contract, delete: the results do not line up");
        fates.remove(0).expect("destination contract, delete: an item failed")
    }

    pub(super) async fn intake(&self) -> Intake {
        Intake::new(&self.env, self.env.memory.reserve(1 << 20).await)
    }

    pub(super) async fn read_back(&self, folder: &DestFolder, id: &DestItemId) -> Body {
        let body = self.destination.read_back(&folder.id, id, &self.intake().await).await;
        body.expect("destination contract, read back: it failed")
    }

    pub(super) fn content(&self, item: &Item) -> Content {
        let stored_size = match self.capacity.line_ends {
            LineEnds::AsTheyAre => item.body.len(),
            LineEnds::Crlf => item.body.crlf_len(),
        };
        Content { fingerprint: item.body.fingerprint(), size: item.body.len(), stored_size, native: None }
    }

    pub(super) fn probe(&self, item: &Item) -> Probe {
        let content = self.content(item);
        Probe::new(item.kind, content.fingerprint, content.stored_size, item.received)
    }

    /// A copy as we wrote it.
    pub(super) fn expected(&self, item: &Item) -> Expected {
        let content = self.content(item);
        let digest = (!self.capacity.rewrites_bodies).then_some(content.fingerprint.body);
        Expected::new(digest, content.stored_size, self.kept(&item.flags))
    }

    /// The flags that the destination keeps of these.
    pub(super) fn kept(&self, flags: &Flags) -> Flags {
        let mut kept = Flags::none();
        if self.keeps.flags {
            flags.system().for_each(|flag| kept.insert(flag));
        }
        if self.keeps.keywords {
            let wide = self.keeps.wide_keywords;
            let keywords = flags.keywords().filter(|keyword| wide || keyword.is_ascii());
            keywords.for_each(|keyword| kept.insert_keyword(keyword));
        }
        kept
    }
}

pub(super) fn item(sample: &MailboxItem) -> Item {
    let mut item = Item::new(sample.kind, Body::from_bytes(sample.bytes.clone()));
    item.flags = sample.flags.clone();
    item.received = sample.received;
    item
}
