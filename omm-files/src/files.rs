//! What a source of files knows: its root, how to read it, and the listings it keeps. Everything here blocks.

use crate::{
    collection::{self, Books},
    directory::Directory,
    dropped::Flag,
    error,
    holding::Looking,
    known::Known,
    listing::{Listing, Listings, Opened, Opening, Stamp},
    mbox::MboxListing,
    options::Options,
    place::{self, Place, Shape},
    remarks::Remarks,
    sidecar::FolderCard,
    store::Stores,
    tree::{self, Found},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    model::{Cursor, Folder, Intake, Item, SourceFolderId, SourceItemId, StateToken},
    seam::{Change, ChangePage, Coverage},
};
use std::{fs::File, io, path::PathBuf, sync::Arc};

/// Items in one page.
const PAGE: usize = 1000;
/// The cursor of a listing that came to its end.
const DONE: &str = "done";

/// A path as an account.
pub(crate) struct Files {
    pub(crate) root: PathBuf,
    /// Whether the root is a tree of our own.
    pub(crate) own: bool,
    options: Options,
    stores: Stores,
    books: Books,
    known: Known,
    listings: Listings,
    pub(crate) remarks: Remarks,
}

impl Files {
    pub(crate) fn new(root: PathBuf, own: bool, options: Options) -> Self {
        Self {
            root,
            own,
            options: options.clone(),
            stores: Stores::new(options),
            books: Books::default(),
            known: Known::default(),
            listings: Listings::default(),
            remarks: Remarks::default(),
        }
    }

    pub(crate) fn folders(&self) -> Result<Vec<Folder>> {
        if self.own {
            let folders = crate::dir::folders(&self.root).map_err(|cause| self.failed(cause))?;
            return Ok(folders
                .into_iter()
                .map(|(relative, card)| self.own_folder(&relative, card))
                .collect());
        }
        let found = tree::walk(&self.root, self.looking()).map_err(|cause| self.failed(cause))?;
        Ok(found.into_iter().map(|found| self.folder(found)).collect())
    }

    pub(crate) fn looking(&self) -> Looking<'_> {
        Looking { options: &self.options, stores: &self.stores, books: &self.books, known: &self.known }
    }

    fn folder(&self, found: Found) -> Folder {
        let id = place::folder_id(found.shape, found.kind, &found.relative);
        let mut folder = Folder::new(id, found.path, found.kind);
        folder.role = found.role;
        self.look(&mut folder);
        folder.items = folder.items.or(found.items);
        folder
    }

    fn own_folder(&self, relative: &str, card: FolderCard) -> Folder {
        let id = place::folder_id(Shape::Own, card.kind, relative);
        let mut folder = Folder::new(id, card.path, card.kind);
        (folder.role, folder.subscribed) = (card.role, card.subscribed);
        self.look(&mut folder);
        folder
    }

    /// Counts and state, as far as they are cheap. What cannot be read is told when the folder is listed.
    fn look(&self, folder: &mut Folder) {
        let Ok(place) = self.place(&folder.id) else { return };
        match place.shape {
            Shape::Directory | Shape::Own | Shape::OneItem => {
                let Ok(directory) = Directory::read(&place, self.looking()) else { return };
                let sum = directory.sum();
                (folder.items, folder.bytes) = (Some(sum.items), Some(sum.bytes));
                folder.state = Some(self.token(&sum.state));
            }
            _ => {
                let Ok(file) = File::open(&place.path) else { return };
                // A file of several folders is not as large as each of them.
                let whole = file.metadata().ok().map(|meta| meta.len());
                folder.bytes = whole.filter(|_| !matches!(place.shape, Shape::Store(_)));
                let state = Stamp::of_file(&file).map(|stamp| stamp.text());
                folder.state = state.ok().map(|text| self.token(&text));
            }
        }
    }

    fn token(&self, state: &str) -> StateToken {
        StateToken(format!("{}:{state}", self.options.word()).into())
    }

    fn place(&self, folder: &SourceFolderId) -> Result<Place> {
        let unknown = || {
            Error::new(ErrorKind::NotFound, Side::Source, "open a folder", "there is no such folder")
                .scope(Scope::Folder)
                .with("folder", folder)
        };
        let mut place = place::of_folder(&self.root, folder).ok_or_else(unknown)?;
        if place.shape == Shape::Own {
            place.kind = FolderCard::kind_of(&place.path).ok_or_else(unknown)?;
        }
        Ok(place)
    }

    /// Makes the listing of a folder.
    fn list(&self, place: &Place) -> Result<Arc<dyn Listing>> {
        let failed = |cause| error::io(Side::Source, Scope::Folder, "list a folder", &place.path, cause);
        Ok(match place.shape {
            Shape::Mbox => Arc::new(MboxListing::read(place, self.options.variant).map_err(failed)?),
            Shape::Store(folder) => self
                .stores
                .open(&place.path)
                .and_then(|store| store.listing(folder, place.kind))
                .map_err(|error| unreadable(error, place))?,
            Shape::Calendar | Shape::Cards | Shape::Table => {
                collection::listing(place, &self.books, &self.options, &self.remarks)?
            }
            Shape::Directory | Shape::Own | Shape::OneItem => {
                Arc::new(Directory::read(place, self.looking()).map_err(failed)?)
            }
        })
    }

    pub(crate) fn page(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        let place = self.place(folder)?;
        let (listing, from) = match since.map(Cursor::as_str) {
            None | Some(DONE) => (self.listings.fresh(&place, || self.list(&place))?, 0),
            Some(text) => {
                let (stamp, id) = text
                    .strip_prefix("after:")
                    .and_then(|at| at.split_once(':'))
                    .ok_or_else(|| expired(text))?;
                let listing = self.listings.get(&place, || self.list(&place))?;
                // In a folder that has changed, what is new may lie before the cursor.
                if listing.stamp().word() != stamp {
                    return Err(expired(text));
                }
                let from = listing.after(id);
                (listing, from)
            }
        };
        let to = listing.len().min(from + PAGE);
        let changes = listing.metas(from..to).into_iter().map(Change::Present).collect();
        let more = to < listing.len();
        let next = match more {
            true => format!("after:{}:{}", listing.stamp().word(), listing.id(to - 1)),
            false => DONE.to_owned(),
        };
        Ok(ChangePage::new(changes, Cursor::new(next), Coverage::Listing).more(more))
    }

    /// Reads an item. Nothing more is read once nobody waits for it.
    pub(crate) fn fetch(
        &self,
        folder: &SourceFolderId,
        id: &SourceItemId,
        intake: &Intake,
        nobody_waits: &Flag,
    ) -> Result<Item> {
        nobody_waits.check()?;
        match self.fetch_whole(folder, id, intake, nobody_waits, false) {
            Err(error) if error.kind() == ErrorKind::Malformed => {
                self.fetch_whole(folder, id, intake, nobody_waits, true)
            }
            fetched => fetched,
        }
    }

    fn fetch_whole(
        &self,
        folder: &SourceFolderId,
        id: &SourceItemId,
        intake: &Intake,
        nobody_waits: &Flag,
        without_damaged: bool,
    ) -> Result<Item> {
        let opened = self.open(folder, id, intake, without_damaged)?;
        let Opened { bytes, kind, flags, received, losses } = opened;
        let body =
            bytes.into_body(intake, &|| nobody_waits.check()).map_err(|error| error.with("item", id))?;
        self.remarks.losses(id, &losses);
        let mut item = Item::new(kind, body);
        (item.flags, item.received) = (flags, received);
        Ok(item)
    }

    /// Opens an item. `without_damaged` for the second try with one of which a part cannot be read.
    fn open(
        &self,
        folder: &SourceFolderId,
        id: &SourceItemId,
        intake: &Intake,
        without_damaged: bool,
    ) -> Result<Opened> {
        let place = self.place(folder)?;
        let opening = Opening { intake, place: &place, id, without_damaged };
        let open = |listing: &Arc<dyn Listing>| match listing.position(id.as_str()) {
            Some(at) => listing.open(at, &opening),
            None => Err(opening.gone()),
        };
        let scoped = |error: Error| error.scope(Scope::Item);
        let listing = self.listings.get(&place, || self.list(&place)).map_err(scoped)?;
        let first = open(&listing);
        let lost = |error: &Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Malformed);
        // A flag that changed is a new name, a message that came or went moves the others in an mbox, and a file that was
        // written anew looks damaged to whoever knows where things were.
        if first.as_ref().is_err_and(lost) && !listing.is_current() {
            return open(&self.listings.fresh(&place, || self.list(&place)).map_err(scoped)?);
        }
        first
    }

    /// What is known of the files that needs a word.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.stores.remarks().into_iter().chain(self.remarks.all()).collect()
    }

    fn failed(&self, cause: io::Error) -> Error {
        error::io(Side::Source, Scope::Account, "read files", &self.root, cause)
    }
}

fn expired(cursor: &str) -> Error {
    Error::new(
        ErrorKind::CursorExpired,
        Side::Source,
        "list a folder",
        "this cursor is not one of ours, or the folder has changed",
    )
    .with("cursor", cursor)
}

fn unreadable(error: omm_mapi::Error, place: &Place) -> Error {
    let operation = "list a folder";
    match error {
        omm_mapi::Error::Io(cause) => error::io(Side::Source, Scope::Folder, operation, &place.path, cause),
        other => Error::new(ErrorKind::Malformed, Side::Source, operation, other.to_string())
            .scope(Scope::Folder)
            .with("path", place.path.display()),
    }
}
