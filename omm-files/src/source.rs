//! Files as a source: what the seam asks, answered from listings. Nothing here writes.

use crate::{
    directory::{Content, Directory},
    error,
    listing::{Listing, Listings, Place},
    mbox::{self, Reading, Variant},
    sidecar::FolderCard,
    tree::{self, Found, Shape},
};
use async_trait::async_trait;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry, Scope, Side},
    host::{LaneKey, Runtime, blocking},
    model::{
        Body, Cursor, Flags, Folder, Intake, Item, ItemKind, ItemMeta, Received, SourceFolderId,
        SourceItemId, StateToken,
    },
    seam::{Change, ChangePage, Coverage, Fetched, Source},
};
use std::{fs::File, io, path::PathBuf, sync::Arc};

/// Items in one page.
const PAGE: usize = 1000;
/// Larger bodies stay in their files.
const SMALL: u64 = 256 * 1024;
/// The cursor of a listing that came to its end.
const DONE: &str = "done";

/// A path as an account.
pub(crate) struct FileSource {
    runtime: Arc<dyn Runtime>,
    lane: LaneKey,
    files: Arc<Files>,
}

/// What blocking closures share.
struct Files {
    root: PathBuf,
    /// Whether the root is a tree of our own.
    own: bool,
    variant: Variant,
    listings: Listings,
}

impl FileSource {
    pub(crate) fn new(root: PathBuf, own: bool, variant: Variant, runtime: Arc<dyn Runtime>) -> Self {
        let lane = LaneKey(format!("files:{}", root.display()).into());
        Self { runtime, lane, files: Arc::new(Files { root, own, variant, listings: Listings::default() }) }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Files) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let files = Arc::clone(&self.files);
        blocking(&self.runtime, move || work(&files)).await
    }

    async fn fetch_one(&self, folder: &SourceFolderId, id: &SourceItemId, intake: &Intake) -> Result<Item> {
        let (folder, id, held) = (folder.clone(), id.clone(), intake.clone());
        let found = self.blocking(move |files| files.open(&folder, &id, &held)).await?;
        let body = match found.bytes {
            Bytes::Here(bytes) => intake.whole(&bytes).await?,
            Bytes::InPlace(body) => body,
            Bytes::Quoted(reading, size) => self.unquoted(reading, size, intake).await?,
        };
        let mut item = Item::new(found.kind, body);
        (item.flags, item.received) = (found.flags, found.received);
        Ok(item)
    }

    /// A large message whose quoting must be undone: chunk by chunk, so that memory does not grow with it.
    async fn unquoted(&self, reading: Box<Reading>, size: u64, intake: &Intake) -> Result<Body> {
        let mut inbound = intake.begin(Some(size));
        let mut reading = Some(reading);
        while let Some(mut held) = reading.take() {
            let (held, chunk) = self
                .blocking(move |files| {
                    let chunk = held.chunk(128 * 1024).map_err(|cause| files.failed(Scope::Item, cause))?;
                    Ok((held, chunk))
                })
                .await?;
            inbound.write(&chunk).await?;
            reading = (!chunk.is_empty()).then_some(held);
        }
        inbound.finish().await
    }
}

#[async_trait]
impl Source for FileSource {
    fn lane(&self) -> LaneKey {
        self.lane.clone()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        self.blocking(Files::folders).await
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let (folder, since) = (folder.clone(), since.cloned());
        self.blocking(move |files| files.page(&folder, since.as_ref())).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let one = move |id: &'a SourceItemId| async move {
            Fetched { id: id.clone(), item: self.fetch_one(folder, id, intake).await }
        };
        stream::iter(ids).then(one).boxed()
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

/// An item that was found, its body not yet within the intake's bounds.
struct Opened {
    bytes: Bytes,
    kind: ItemKind,
    flags: Flags,
    received: Option<Received>,
}

enum Bytes {
    Here(Vec<u8>),
    InPlace(Body),
    Quoted(Box<Reading>, u64),
}

impl Files {
    fn folders(&self) -> Result<Vec<Folder>> {
        if self.own {
            let folders =
                crate::dir::folders(&self.root).map_err(|cause| self.failed(Scope::Account, cause))?;
            return Ok(folders
                .into_iter()
                .map(|(relative, card)| self.own_folder(&relative, card))
                .collect());
        }
        let found = tree::walk(&self.root).map_err(|cause| self.failed(Scope::Account, cause))?;
        Ok(found.into_iter().map(|found| self.folder(found)).collect())
    }

    fn folder(&self, found: Found) -> Folder {
        let letter = match found.shape {
            Shape::Directory => 'd',
            Shape::Mbox => 'm',
            Shape::OneMessage => '1',
        };
        let id = SourceFolderId::new(format!("{letter}:{}", found.relative));
        let mut folder = Folder::new(id, found.path, ItemKind::Mail);
        folder.role = found.role;
        self.look(&mut folder);
        folder
    }

    fn own_folder(&self, relative: &str, card: FolderCard) -> Folder {
        let id = SourceFolderId::new(format!("o:{relative}"));
        let mut folder = Folder::new(id, card.path, card.kind);
        (folder.role, folder.subscribed) = (card.role, card.subscribed);
        self.look(&mut folder);
        folder
    }

    /// Counts and state, as far as they are cheap. What cannot be read is told when the folder is listed.
    fn look(&self, folder: &mut Folder) {
        let Ok(place) = self.place(&folder.id) else { return };
        if place.shape == Shape::Mbox {
            let Ok(file) = File::open(&place.path) else { return };
            folder.bytes = file.metadata().ok().map(|meta| meta.len());
            let state = crate::listing::Stamp::of_file(&file).map(|stamp| stamp.text());
            folder.state = state.ok().map(|text| self.token(&text));
        } else if let Ok(directory) = Directory::read(&place) {
            let sum = directory.sum();
            (folder.items, folder.bytes) = (Some(sum.items), Some(sum.bytes));
            folder.state = Some(self.token(&sum.state));
        }
    }

    fn token(&self, state: &str) -> StateToken {
        StateToken(format!("{}:{state}", self.variant.name()).into())
    }

    fn place(&self, folder: &SourceFolderId) -> Result<Place> {
        let unknown = || {
            Error::new(ErrorKind::NotFound, Side::Source, "open a folder", "there is no such folder")
                .scope(Scope::Folder)
                .with("folder", folder)
        };
        let (letter, relative) = folder.as_str().split_once(':').ok_or_else(unknown)?;
        let path = crate::relative::to_path(&self.root, relative);
        let (shape, kind) = match letter {
            "d" => (Shape::Directory, ItemKind::Mail),
            "m" => (Shape::Mbox, ItemKind::Mail),
            "1" => (Shape::OneMessage, ItemKind::Mail),
            "o" => (Shape::Directory, FolderCard::kind_of(&path).ok_or_else(unknown)?),
            _ => return Err(unknown()),
        };
        Ok(Place { path, shape, kind })
    }

    fn page(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let place = self.place(folder)?;
        let failed = |cause| error::io(Side::Source, Scope::Folder, "list a folder", &place.path, cause);
        let (listing, from) = match since.map(Cursor::as_str) {
            None | Some(DONE) => (self.listings.fresh(&place, self.variant).map_err(failed)?, 0),
            Some(text) => {
                let id = text.strip_prefix("after:").ok_or_else(|| expired(text))?;
                let listing = self.listings.get(&place, self.variant).map_err(failed)?;
                let from = listing.after(id);
                (listing, from)
            }
        };
        let to = listing.len().min(from + PAGE);
        let changes = metas(&listing, from..to).into_iter().map(Change::Present).collect();
        let more = to < listing.len();
        let next = if more { format!("after:{}", listing.id(to - 1)) } else { DONE.to_owned() };
        Ok(ChangePage::new(changes, Cursor::new(next), Coverage::Listing).more(more))
    }

    fn open(&self, folder: &SourceFolderId, id: &SourceItemId, intake: &Intake) -> Result<Opened> {
        let place = self.place(folder)?;
        let failed = |cause| error::io(Side::Source, Scope::Item, "read an item", &place.path, cause);
        let listing = self.listings.get(&place, self.variant).map_err(failed)?;
        let first = self.open_in(&listing, &place, id, intake);
        let vanished = matches!(&first, Err(error) if error.kind() == ErrorKind::NotFound);
        // A flag that changed is a new name, and a message that came or went moves the others in an mbox.
        if vanished && !listing.is_current(&place) {
            let listing = self.listings.fresh(&place, self.variant).map_err(failed)?;
            return self.open_in(&listing, &place, id, intake);
        }
        first
    }

    fn open_in(
        &self,
        listing: &Listing,
        place: &Place,
        id: &SourceItemId,
        intake: &Intake,
    ) -> Result<Opened> {
        let gone = || {
            Error::new(ErrorKind::NotFound, Side::Source, "read an item", "it is no longer there")
                .with("item", id)
                .with("path", place.path.display())
        };
        let failed = |cause: io::Error| {
            error::io(Side::Source, Scope::Item, "read an item", &place.path, cause).with("item", id)
        };
        match listing {
            Listing::Directory(directory) => {
                let at = directory.position(id.as_str()).ok_or_else(gone)?;
                self.open_file(directory.open(at).map_err(failed)?, place, id, intake)
            }
            Listing::Mbox { index, stamp } => {
                let file = File::open(&place.path).map_err(failed)?;
                if crate::listing::Stamp::of_file(&file).map_err(failed)? != *stamp {
                    return Err(gone());
                }
                let at = index.position(id.as_str()).ok_or_else(gone)?;
                self.open_message(file, &index.messages[at], place, id, intake)
            }
        }
    }

    fn open_file(
        &self,
        content: Content,
        place: &Place,
        id: &SourceItemId,
        intake: &Intake,
    ) -> Result<Opened> {
        match content {
            Content::Malformed(reason) => Err(malformed(reason, place, id)),
            Content::Region { file, offset, len, flags, received } => {
                let bytes = region(file, offset, len, intake, |cause| {
                    error::io(Side::Source, Scope::Item, "read an item", &place.path, cause).with("item", id)
                })?;
                Ok(Opened { bytes, kind: place.kind, flags, received })
            }
        }
    }

    fn open_message(
        &self,
        file: File,
        message: &mbox::Message,
        place: &Place,
        id: &SourceItemId,
        intake: &Intake,
    ) -> Result<Opened> {
        let failed =
            |cause| error::io(Side::Source, Scope::Item, "read an item", &place.path, cause).with("item", id);
        if message.size() == 0 {
            return Err(malformed("the message is empty", place, id));
        }
        let bytes = if message.quoted == 0 {
            region(file, message.offset, message.len, intake, failed)?
        } else {
            Bytes::Quoted(Box::new(Reading::new(file, message).map_err(failed)?), message.size())
        };
        Ok(Opened { bytes, kind: place.kind, flags: message.flags.clone(), received: message.received })
    }

    fn failed(&self, scope: Scope, cause: io::Error) -> Error {
        error::io(Side::Source, scope, "read files", &self.root, cause)
    }
}

fn metas(listing: &Listing, range: std::ops::Range<usize>) -> Vec<ItemMeta> {
    match listing {
        Listing::Directory(directory) => directory.metas(range),
        Listing::Mbox { index, .. } => index.messages[range]
            .iter()
            .map(|message| {
                let mut meta = ItemMeta::new(SourceItemId::new(message.id()), ItemKind::Mail);
                (meta.size, meta.received) = (Some(message.size()), message.received);
                meta.flags = message.flags.clone();
                meta
            })
            .collect(),
    }
}

/// Small bodies are read now, large ones stay where they are.
fn region(
    mut file: File,
    offset: u64,
    len: u64,
    intake: &Intake,
    failed: impl Fn(io::Error) -> Error,
) -> Result<Bytes> {
    use std::io::{Read, Seek, SeekFrom};
    if len > SMALL {
        let body = intake.region_blocking(Arc::new(file), offset, len);
        return body.map(Bytes::InPlace).map_err(|error| error.scope(Scope::Item));
    }
    let mut bytes = Vec::with_capacity(len as usize);
    file.seek(SeekFrom::Start(offset)).map_err(&failed)?;
    file.take(len).read_to_end(&mut bytes).map_err(&failed)?;
    if (bytes.len() as u64) < len {
        return Err(failed(io::ErrorKind::UnexpectedEof.into()).retry(Retry::Backoff));
    }
    Ok(Bytes::Here(bytes))
}

fn malformed(reason: &str, place: &Place, id: &SourceItemId) -> Error {
    Error::new(ErrorKind::Malformed, Side::Source, "read an item", reason)
        .with("item", id)
        .with("path", place.path.display())
}

fn expired(cursor: &str) -> Error {
    Error::new(ErrorKind::CursorExpired, Side::Source, "list a folder", "this cursor is not one of ours")
        .with("cursor", cursor)
}
