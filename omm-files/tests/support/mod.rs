//! A runtime in which blocking work is done at once, and short ways to open accounts.

// Each test file uses its own part of this.
#![allow(dead_code, unreachable_pub)]

pub mod mapi;
pub mod msg_writer;
pub mod texts;
pub mod tnef_writer;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{StreamExt, executor::block_on};
use omm_core::{
    Result,
    host::{BoxFuture, Connection, Env, Runtime},
    model::{Body, DestItemId, Folder, FolderPath, Intake, Item, ItemKind, ItemMeta, SourceItemId},
    seam::{AccountSpec, Change, Connector, Destination, Fetched, Owned, Source},
};
use omm_files::{DirConnector, FilesConnector};
use std::{path::Path, sync::Arc, time::Duration};

struct Inline;

impl Runtime for Inline {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
    fn dial(&self, _: &str, _: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        Box::pin(std::future::ready(Err(std::io::ErrorKind::Unsupported.into())))
    }
}

pub fn env() -> Env {
    Env::new(Arc::new(Inline))
}

pub fn spec(kind: &str, path: &Path) -> AccountSpec {
    AccountSpec::new(kind, path.to_str().unwrap())
}

pub fn try_source(path: &Path) -> Result<Arc<dyn Source>> {
    block_on(FilesConnector.source(&spec("files", path), &env())).map(Option::unwrap)
}

pub fn source(path: &Path) -> Arc<dyn Source> {
    try_source(path).unwrap()
}

pub fn try_destination(path: &Path) -> Result<Arc<dyn Destination>> {
    block_on(DirConnector.destination(&spec("dir", path), &env())).map(Option::unwrap)
}

pub fn destination(path: &Path) -> Arc<dyn Destination> {
    try_destination(path).unwrap()
}

pub fn folder(source: &dyn Source, path: &str) -> Folder {
    let folders = block_on(source.folders()).unwrap();
    let names: Vec<String> = folders.iter().map(|folder| folder.path.to_string()).collect();
    let found = folders.into_iter().find(|folder| folder.path.to_string() == path);
    found.unwrap_or_else(|| panic!("no folder {path} in {names:?}"))
}

pub fn paths(source: &dyn Source) -> Vec<String> {
    block_on(source.folders()).unwrap().iter().map(|folder| folder.path.to_string()).collect()
}

/// All items of a folder, page by page.
pub fn list(source: &dyn Source, folder: &Folder) -> Vec<ItemMeta> {
    let (mut items, mut since) = (Vec::new(), None);
    loop {
        let page = block_on(source.changes(&folder.id, since.as_ref())).unwrap();
        assert!(page.changes.len() <= 1000);
        for change in page.changes {
            let Change::Present(meta) = change else { panic!("{change:?}") };
            items.push(meta);
        }
        if !page.more {
            return items;
        }
        since = Some(page.next);
    }
}

pub fn intake() -> Intake {
    let env = env();
    Intake::new(&env, block_on(env.memory.reserve(1 << 20)))
}

pub fn fetch(source: &dyn Source, folder: &Folder, id: &SourceItemId) -> Result<Item> {
    let ids = [id.clone()];
    let intake = intake();
    let mut fetched: Vec<Fetched> = block_on(source.fetch(&folder.id, &ids, &intake).collect());
    assert_eq!(fetched.len(), 1);
    fetched.remove(0).item
}

pub fn bytes(body: &Body) -> Vec<u8> {
    block_on(body.to_bytes(u64::MAX)).unwrap().to_vec()
}

/// The items of a folder as (id, flags, text), in the order of the listing; failures as their message.
pub fn contents(source: &dyn Source, path: &str) -> Vec<(String, String, String)> {
    let folder = folder(source, path);
    let read = |meta: ItemMeta| {
        let text = match fetch(source, &folder, &meta.id) {
            Ok(item) => {
                assert_eq!(item.flags, meta.flags, "{}", meta.id);
                assert_eq!(item.received, meta.received, "{}", meta.id);
                assert_eq!(Some(item.body.len()), meta.size, "{}", meta.id);
                String::from_utf8_lossy(&bytes(&item.body)).into_owned()
            }
            Err(error) => format!("{}: {}", error.kind().name(), error.message()),
        };
        (meta.id.to_string(), meta.flags.to_string(), text)
    };
    list(source, &folder).into_iter().map(read).collect()
}

pub fn mail(text: &str) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(text.as_bytes().to_vec()))
}

pub fn path(text: &str) -> FolderPath {
    FolderPath::new(text.split('/'))
}

pub fn put(root: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The items of a folder as (id, text), in the order of the listing; failures as their message. Where the size in the listing
/// is only about that of the item.
pub fn items(source: &dyn Source, path: &str) -> Vec<(String, String)> {
    let folder = folder(source, path);
    let read = |meta: ItemMeta| {
        let text = match fetch(source, &folder, &meta.id) {
            Ok(item) => {
                assert_eq!((item.kind, &item.flags), (meta.kind, &meta.flags), "{}", meta.id);
                assert_eq!(item.received, meta.received, "{}", meta.id);
                String::from_utf8_lossy(&bytes(&item.body)).into_owned()
            }
            Err(error) => format!("{}: {}", error.kind().name(), error.message()),
        };
        (meta.id.to_string(), text)
    };
    list(source, &folder).into_iter().map(read).collect()
}

/// The folders as (path, kind, how many items), with `*` behind the path of those with a role.
pub fn overview(source: &dyn Source) -> Vec<(String, &'static str, usize)> {
    let row = |folder: Folder| {
        let items = list(source, &folder);
        assert!(items.iter().all(|meta| meta.kind == folder.kind), "{}", folder.path);
        assert!(folder.items.is_none_or(|count| count == items.len() as u64), "{}", folder.path);
        let star = if folder.role.is_some() { "*" } else { "" };
        (format!("{}{star}", folder.path), folder.kind.plural(), items.len())
    };
    block_on(source.folders()).unwrap().into_iter().map(row).collect()
}

/// A journal that owns these ids.
pub struct Owns(pub Vec<DestItemId>);

#[async_trait]
impl Owned for Owns {
    async fn owns(&self, ids: &[DestItemId]) -> Result<Vec<bool>> {
        Ok(ids.iter().map(|id| self.0.contains(id)).collect())
    }
}
