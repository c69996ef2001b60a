//! The account as a source.

use super::{
    Feed, MemoryAccount, Sizes,
    habits::{Habits, dropped},
    state::{FolderState, Stored, item_id, uid_of},
};
use async_trait::async_trait;
use futures::{StreamExt, stream, stream::BoxStream};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Scope, Side},
    host::LaneKey,
    model::{
        Cursor, Folder, Intake, Item, ItemKind, ItemMeta, LastingId, Revision, SourceFolderId, SourceItemId,
    },
    seam::{Change, ChangePage, Coverage, Fetched, Source},
};

#[async_trait]
impl Source for MemoryAccount {
    fn lane(&self) -> LaneKey {
        LaneKey(self.lock().settings.lane.as_str().into())
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        self.0.moods.before(Side::Source, "list folders").await?;
        let state = self.lock();
        let mut folders: Vec<Folder> = Vec::new();
        for (id, held) in &state.folders {
            let id_text = SourceFolderId::new(id.to_string());
            let mut folder = Folder::new(id_text, held.path.clone(), held.kind);
            folder.role = held.role;
            folder.items = state.settings.counts.then_some(held.items.len() as u64);
            folder.bytes = state.settings.counts.then(|| held.bytes());
            folder.state = state.settings.tokens.then(|| held.token(*id));
            folders.push(folder);
        }
        folders.sort_by_key(|folder| folder.path.depth());
        Ok(folders)
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        self.0.moods.before(Side::Source, "list changes").await?;
        let habits = self.0.moods.habits();
        let at = since.map(Position::read).transpose()?.unwrap_or(Position::Listing { from: 0, base: None });
        let ends = matches!(at, Position::Done | Position::After(_));
        if since.is_some() && self.0.moods.expires(folder.as_str(), ends) {
            return Err(expired());
        }
        let state = self.lock();
        let (id, held) = find(&state.folders, folder)?;
        let (page, lasting) = (state.settings.page_size.max(1), state.settings.lasting);
        let pager = Pager { id, held, page, lasting, habits: &habits };
        let page = match (at, state.settings.feed) {
            (Position::Done, _) => pager.listing(0, 0, Feed::Listing),
            (Position::Listing { from, base }, feed) => {
                pager.listing(from, base.unwrap_or(held.changed), feed)
            }
            (Position::After(version), _) => pager.delta(version),
        };
        drop(state);
        let again = self.0.moods.repeats_page(folder.as_str(), since.map(Cursor::as_str));
        Ok(if again { again_from(page, since) } else { page })
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        let answers = stream::once(self.0.moods.before(Side::Source, "fetch")).flat_map(move |ready| {
            // A connection that breaks has often given a part of the answer.
            let good = if ready.is_ok() { ids.len() } else { ids.len() / 2 };
            let breaks = ids.iter().position(|id| self.breaks_over(folder, id));
            let good = breaks.map_or(good, |at| at.min(good));
            let ready = ready.and(match breaks {
                Some(_) => Err(dropped(Side::Source, "fetch")),
                None => Ok(()),
            });
            let broken = ready.err().map(|error| (error.kind(), error.retry_advice()));
            stream::iter(ids.iter().enumerate()).then(move |(at, id)| async move {
                let item = match broken {
                    Some((kind, retry)) if at >= good => {
                        Err(Error::new(kind, Side::Source, "fetch", "the connection was dropped")
                            .retry(retry))
                    }
                    _ => self.fetch_one(folder, id, intake).await,
                };
                Fetched { id: id.clone(), item }
            })
        });
        answers.boxed()
    }

    async fn close(&self) -> Result<()> {
        Ok(())
    }
}

impl MemoryAccount {
    fn breaks_over(&self, folder: &SourceFolderId, id: &SourceItemId) -> bool {
        let Some(text) = self.0.moods.habits().breaks_on else { return false };
        let state = self.lock();
        let Ok((at, held)) = find(&state.folders, folder) else { return false };
        let stored = uid_of(at, id.as_str()).and_then(|uid| held.items.get(&uid));
        stored.is_some_and(|stored| contains(&stored.bytes, &text))
    }

    async fn fetch_one(&self, folder: &SourceFolderId, id: &SourceItemId, intake: &Intake) -> Result<Item> {
        let stored = {
            let state = self.lock();
            let (at, held) = find(&state.folders, folder)?;
            uid_of(at, id.as_str()).and_then(|uid| held.items.get(&uid)).cloned()
        };
        let hidden = self.0.moods.habits().hides;
        let stored = stored.filter(|stored| !hidden.is_some_and(|text| contains(&stored.bytes, &text)));
        let Some(stored) = stored else {
            return Err(Error::new(
                ErrorKind::NotFound,
                Side::Source,
                "fetch",
                "the item is not there any more",
            )
            .with("item", id));
        };
        let mut item = Item::new(stored.kind, intake.whole(&stored.bytes).await?);
        item.flags = stored.flags;
        item.received = stored.received;
        Ok(item)
    }
}

/// What a cursor says.
enum Position {
    /// In the midst of a listing that began at a version of the folder, after a number.
    Listing { from: u64, base: Option<u64> },
    /// A listing has ended, and there is no feed: begin again.
    Done,
    /// Changes after this version.
    After(u64),
}

impl Position {
    fn read(cursor: &Cursor) -> Result<Self> {
        let mut words = cursor.as_str().split(' ');
        let number = |word: Option<&str>| word.and_then(|word| word.parse().ok());
        match (words.next(), number(words.next()), number(words.next())) {
            (Some("listed"), None, None) => Ok(Self::Done),
            (Some("at"), Some(from), Some(base)) => Ok(Self::Listing { from, base: Some(base) }),
            (Some("after"), Some(version), None) => Ok(Self::After(version)),
            _ => Err(expired()),
        }
    }
}

struct Pager<'a> {
    id: u64,
    held: &'a FolderState,
    page: usize,
    /// Whether items have names that last.
    lasting: bool,
    habits: &'a Habits,
}

impl Pager<'_> {
    fn listing(&self, from: u64, base: u64, feed: Feed) -> ChangePage {
        let first = if self.habits.repeats_changes { from } else { from + 1 };
        let present: Vec<_> = self.held.items.range(first..).take(self.page + 1).collect();
        let more = present.len() > self.page && self.page > usize::from(self.habits.repeats_changes);
        let given = if more { &present[..self.page] } else { &present[..] };
        let last = given.last().map_or(from, |(uid, _)| **uid);
        let changes = given.iter().map(|(uid, stored)| Change::Present(self.meta(**uid, stored))).collect();
        let next = match (more, feed) {
            (true, _) => format!("at {last} {base}"),
            (false, Feed::Listing) => "listed".to_owned(),
            (false, Feed::Delta) => format!("after {base}"),
        };
        ChangePage::new(changes, Cursor::new(next), Coverage::Listing).more(more)
    }

    fn delta(&self, version: u64) -> ChangePage {
        let first = if self.habits.repeats_changes { version } else { version + 1 };
        let changed: Vec<_> = self.held.history.range(first..).take(self.page + 1).collect();
        let more = changed.len() > self.page && self.page > usize::from(self.habits.repeats_changes);
        let given = if more { &changed[..self.page] } else { &changed[..] };
        let last = given.last().map_or(version, |(at, _)| **at);
        let changes = given.iter().map(|(_, uid)| self.change(**uid, version)).collect();
        ChangePage::new(changes, Cursor::new(format!("after {last}")), Coverage::Delta).more(more)
    }

    fn change(&self, uid: u64, since: u64) -> Change {
        let id = SourceItemId::new(item_id(self.id, uid));
        match self.held.items.get(&uid) {
            None => Change::Gone(id),
            Some(stored) if stored.came > since => Change::Present(self.meta(uid, stored)),
            Some(stored) if stored.edited > since => Change::Edited(self.meta(uid, stored)),
            Some(stored) => Change::Flags(id, stored.flags.clone()),
        }
    }

    fn meta(&self, uid: u64, stored: &Stored) -> ItemMeta {
        let mut meta = ItemMeta::new(SourceItemId::new(item_id(self.id, uid)), stored.kind);
        let name = stored.name.filter(|_| self.lasting);
        meta.lasting = name.map(|name| LastingId::new(name.to_string()));
        meta.size = match self.habits.sizes {
            Sizes::Right => Some(stored.size()),
            Sizes::Wrong => Some(stored.size() / 2 + 7),
            Sizes::Missing => None,
        };
        // Messages never change; what can be edited has a revision.
        let editable = stored.kind != ItemKind::Mail;
        meta.revision = editable.then(|| Revision::new(stored.edited.to_string()));
        meta.received = stored.received;
        meta.flags = stored.flags.clone();
        meta
    }
}

fn find<'a>(
    folders: &'a std::collections::BTreeMap<u64, FolderState>,
    folder: &SourceFolderId,
) -> Result<(u64, &'a FolderState)> {
    let id = folder.as_str().parse().unwrap_or_default();
    let held = folders.get(&id).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, Side::Source, "open a folder", "the folder is not there any more")
            .scope(Scope::Folder)
    })?;
    Ok((id, held))
}

/// The same page, after which the same question is to be asked again.
fn again_from(page: ChangePage, since: Option<&Cursor>) -> ChangePage {
    let coverage = page.coverage;
    match since {
        Some(since) => ChangePage::new(page.changes, since.clone(), coverage).more(true),
        // "at 0" is where a listing begins.
        None => ChangePage::new(page.changes, Cursor::new("at 0 0"), coverage).more(true),
    }
}

fn expired() -> Error {
    Error::new(ErrorKind::CursorExpired, Side::Source, "list changes", "the cursor is not honoured any more")
}

pub(super) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && bytes.windows(text.len()).any(|window| window == text)
}
