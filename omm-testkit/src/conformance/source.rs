//! The contract of [`omm_core::seam::Source`], point by point.
//!
//! A point that is not kept panics with its name. The suite runs on any executor, [`crate::sim::run`] among them.

use crate::mailbox::{Mailbox, MailboxFolder, small};
use futures::StreamExt;
use omm_core::{
    error::{ErrorKind, Scope},
    host::Env,
    model::{Cursor, Digest, Folder, Intake, Item, ItemKind, ItemMeta, SourceItemId, StateToken},
    seam::{Change, Coverage, Source},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// What a source can show of an item. Everything, unless its server or format does not hold it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shows {
    /// System flags.
    pub flags: bool,
    /// Keywords.
    pub keywords: bool,
    /// Keywords with letters beyond ASCII, which mail has no way to name (RFC 9051 §9, flag-keyword).
    pub wide_keywords: bool,
    /// The date, to the second.
    pub received: bool,
    /// The paths of the folders as they were given.
    pub paths: bool,
}

impl Default for Shows {
    fn default() -> Self {
        Self { flags: true, keywords: true, wide_keywords: true, received: true, paths: true }
    }
}

/// Runs every point against a small mailbox of mail. `serve` fills a fresh account with the mailbox and opens it.
///
/// # Panics
/// With the name of the point that is not kept.
pub async fn source<F, Opening>(serve: F)
where
    F: Fn(Mailbox) -> Opening,
    Opening: Future<Output = (Arc<dyn Source>, Env)>,
{
    let mail = small(1).only(|folder| folder.kind == ItemKind::Mail);
    source_with(mail, Shows::default(), serve).await;
}

/// Runs every point against a mailbox of the caller's choice.
///
/// # Panics
/// As [`source`].
pub async fn source_with<F, Opening>(mailbox: Mailbox, shows: Shows, serve: F)
where
    F: Fn(Mailbox) -> Opening,
    Opening: Future<Output = (Arc<dyn Source>, Env)>,
{
    let (source, env) = serve(mailbox.clone()).await;
    let bench = Bench { source, env, mailbox, shows };
    bench.parents_come_before_their_children().await;
    bench.every_item_is_listed_once().await;
    bench.fetch_answers_each_id_once_with_what_was_there().await;
    bench.a_vanished_item_is_its_own_error().await;
    bench.fetch_changes_nothing().await;
    bench.a_fetch_may_be_dropped().await;
    bench.a_finished_cursor_names_nothing_wrong().await;
    bench.a_bad_cursor_has_expired().await;
    bench.an_unchanged_folder_keeps_its_state().await;
    bench.source.close().await.expect("source contract, close: it failed");
}

/// A change that the user of the server makes while the suite looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// An item more, any, in the first folder.
    Add,
    /// The flags of some item of the first folder.
    Flag,
    /// Some item of the first folder is deleted.
    Delete,
}

/// Runs the points about changes. `serve` as in [`source_with`], and what plays the user; it answers whether it
/// can make this change.
///
/// # Panics
/// As [`source`].
pub async fn source_changes<F, Opening, User>(mailbox: Mailbox, serve: F)
where
    F: Fn(Mailbox) -> Opening,
    Opening: Future<Output = (Arc<dyn Source>, Env, User)>,
    User: FnMut(Touch) -> bool,
{
    let Some(first) = mailbox.folders.first().map(|folder| folder.path.clone()) else { return };
    for touch in [Touch::Add, Touch::Flag, Touch::Delete] {
        let (source, env, mut user) = serve(mailbox.clone()).await;
        let bench = Bench { source, env, mailbox: mailbox.clone(), shows: Shows::default() };
        let folders = bench.folders().await;
        let folder = folders.iter().find(|folder| folder.path == first).unwrap_or(&folders[0]).clone();
        let (before, cursor) = bench.list(&folder, None).await;
        if !user(touch) {
            continue;
        }
        let state = bench.state(&folder).await;
        assert!(
            state.is_none() || state != folder.state,
            "source contract, state: the same token after {touch:?}"
        );
        let now = bench.follow(&folder, &before, &cursor).await;
        let (fresh, _) = bench.list(&folder, None).await;
        let flags = |metas: Vec<ItemMeta>| -> BTreeMap<SourceItemId, String> {
            metas.into_iter().map(|meta| (meta.id, meta.flags.to_string())).collect()
        };
        assert_eq!(flags(now), flags(fresh), "source contract, feed: after {touch:?} it leads elsewhere");
    }
}

struct Bench {
    source: Arc<dyn Source>,
    env: Env,
    mailbox: Mailbox,
    shows: Shows,
}

/// What can be compared of an item.
type Look = (Digest, String, Option<i64>);

impl Bench {
    async fn folders(&self) -> Vec<Folder> {
        self.source.folders().await.expect("source contract, folders: cannot be listed")
    }

    async fn intake(&self) -> Intake {
        Intake::new(&self.env, self.env.memory.reserve(1 << 20).await)
    }

    /// Every page to the last, and the cursor at the end.
    async fn list(&self, folder: &Folder, since: Option<Cursor>) -> (Vec<ItemMeta>, Cursor) {
        let (mut metas, mut cursor) = (Vec::new(), since);
        for _ in 0..100_000 {
            let page = self.source.changes(&folder.id, cursor.as_ref()).await;
            let page = page.expect("source contract, listing: a page failed");
            for change in page.changes {
                match change {
                    Change::Present(meta) | Change::Edited(meta) => metas.push(meta),
                    other => panic!("source contract, listing: {other:?} in a first listing"),
                }
            }
            if !page.more {
                return (metas, page.next);
            }
            cursor = Some(page.next);
        }
        panic!("source contract, listing: it never ends in {}", folder.path);
    }

    /// What is known after following the feed from a cursor.
    async fn follow(&self, folder: &Folder, known: &[ItemMeta], cursor: &Cursor) -> Vec<ItemMeta> {
        let mut now: BTreeMap<SourceItemId, ItemMeta> =
            known.iter().map(|meta| (meta.id.clone(), meta.clone())).collect();
        let (mut cursor, mut named, mut listing) = (cursor.clone(), HashSet::new(), false);
        loop {
            let page = self.source.changes(&folder.id, Some(&cursor)).await;
            let page = page.expect("source contract, feed: a page failed");
            listing |= page.coverage == Coverage::Listing;
            for change in page.changes {
                match change {
                    Change::Present(meta) | Change::Edited(meta) => {
                        named.insert(meta.id.clone());
                        now.insert(meta.id.clone(), meta);
                    }
                    Change::Flags(id, flags) => {
                        named.insert(id.clone());
                        if let Some(meta) = now.get_mut(&id) {
                            meta.flags = flags;
                        }
                    }
                    Change::Gone(id) => {
                        now.remove(&id);
                    }
                    _ => {}
                }
            }
            cursor = page.next;
            if !page.more {
                break;
            }
        }
        now.into_values().filter(|meta| !listing || named.contains(&meta.id)).collect()
    }

    async fn fetch(&self, folder: &Folder, ids: &[SourceItemId]) -> HashMap<SourceItemId, Item> {
        let intake = self.intake().await;
        let mut stream = self.source.fetch(&folder.id, ids, &intake);
        let mut items = HashMap::new();
        while let Some(answer) = stream.next().await {
            let item = answer.item.unwrap_or_else(|error| panic!("source contract, fetch: {error}"));
            assert!(ids.contains(&answer.id), "source contract, fetch: {} was not asked for", answer.id);
            let twice = items.insert(answer.id.clone(), item).is_some();
            assert!(!twice, "source contract, fetch: {} was answered twice", answer.id);
        }
        items
    }

    async fn state(&self, folder: &Folder) -> Option<StateToken> {
        self.folders().await.into_iter().find(|other| other.id == folder.id)?.state
    }

    fn look(&self, digest: Digest, flags: &omm_core::model::Flags, date: Option<i64>) -> Look {
        let mut shown = omm_core::model::Flags::none();
        if self.shows.flags {
            flags.system().for_each(|flag| shown.insert(flag));
        }
        if self.shows.keywords {
            let named = flags.keywords().filter(|keyword| self.shows.wide_keywords || keyword.is_ascii());
            // What a source names in another way is not what was given.
            let is_other = |keyword: &str| !self.shows.wide_keywords && keyword.contains('&');
            named.filter(|keyword| !is_other(keyword)).for_each(|keyword| shown.insert_keyword(keyword));
        }
        (digest, shown.to_string().to_lowercase(), date.filter(|_| self.shows.received))
    }

    fn expected<'a>(&'a self, folder: &Folder) -> Option<&'a MailboxFolder> {
        self.mailbox.folder(&folder.path).filter(|_| self.shows.paths)
    }
}

/// The points.
impl Bench {
    async fn parents_come_before_their_children(&self) {
        let folders = self.folders().await;
        let mut seen = BTreeSet::new();
        let all: BTreeSet<_> = folders.iter().map(|folder| folder.path.clone()).collect();
        for folder in &folders {
            let parent = folder.path.parent().filter(|parent| all.contains(parent));
            assert!(
                parent.is_none_or(|parent| seen.contains(&parent)),
                "source contract, folders: {} comes before its parent",
                folder.path
            );
            assert!(seen.insert(folder.path.clone()), "source contract, folders: {} twice", folder.path);
        }
        for folder in self.mailbox.folders.iter().filter(|_| self.shows.paths) {
            assert!(seen.contains(&folder.path), "source contract, folders: {} is missing", folder.path);
        }
    }

    async fn every_item_is_listed_once(&self) {
        let mut listed = 0;
        for folder in self.folders().await {
            let (metas, _) = self.list(&folder, None).await;
            let ids: HashSet<_> = metas.iter().map(|meta| &meta.id).collect();
            assert_eq!(ids.len(), metas.len(), "source contract, listing: an id twice in {}", folder.path);
            if let Some(expected) = self.expected(&folder) {
                assert_eq!(
                    metas.len(),
                    expected.items.len(),
                    "source contract, listing: the count in {}",
                    folder.path
                );
            }
            if let Some(items) = folder.items {
                assert_eq!(
                    items,
                    metas.len() as u64,
                    "source contract, folders: the count of {}",
                    folder.path
                );
            }
            listed += metas.len();
        }
        assert_eq!(listed, self.mailbox.items(), "source contract, listing: the count of all items");
    }

    async fn fetch_answers_each_id_once_with_what_was_there(&self) {
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        for folder in &self.mailbox.folders {
            let date = |item: &crate::mailbox::MailboxItem| item.received.map(|date| date.timestamp());
            expected
                .extend(folder.items.iter().map(|item| self.look(item.digest(), &item.flags, date(item))));
        }
        for folder in self.folders().await {
            let (metas, _) = self.list(&folder, None).await;
            let ids: Vec<_> = metas.iter().map(|meta| meta.id.clone()).collect();
            let items = self.fetch(&folder, &ids).await;
            assert_eq!(items.len(), ids.len(), "source contract, fetch: an id was not answered");
            for meta in &metas {
                let item = &items[&meta.id];
                assert_eq!(item.kind, meta.kind, "source contract, fetch: the kind of {}", meta.id);
                assert!(
                    meta.flags == item.flags,
                    "source contract, fetch: flags of {} differ from the listing",
                    meta.id
                );
                let date = item.received.map(|date| date.timestamp());
                found.push(self.look(item.body.fingerprint().body, &item.flags, date));
            }
        }
        // An item given without a date may have been given one by the server.
        if expected.iter().any(|(.., date)| date.is_none()) {
            expected.iter_mut().chain(&mut found).for_each(|look| look.2 = None);
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "source contract, fetch: bytes, flags or dates");
    }

    async fn a_vanished_item_is_its_own_error(&self) {
        for folder in self.folders().await {
            let (metas, _) = self.list(&folder, None).await;
            let Some(last) = metas.last() else { continue };
            let ids = [SourceItemId::new("there is no such id"), last.id.clone()];
            let intake = self.intake().await;
            let answers: Vec<_> = self.source.fetch(&folder.id, &ids, &intake).collect().await;
            assert_eq!(answers.len(), 2, "source contract, vanished: each id is answered once");
            for answer in answers {
                match answer.item {
                    Ok(_) => assert_eq!(answer.id, last.id, "source contract, vanished: an item for it"),
                    Err(error) => {
                        assert_eq!(
                            answer.id, ids[0],
                            "source contract, vanished: a neighbour suffers: {error}"
                        );
                        assert_eq!(error.kind(), ErrorKind::NotFound, "source contract, vanished: {error}");
                        assert_eq!(error.reach(), Scope::Item, "source contract, vanished: the scope");
                    }
                }
            }
            return;
        }
    }

    async fn fetch_changes_nothing(&self) {
        for folder in self.folders().await {
            let (before, _) = self.list(&folder, None).await;
            let ids: Vec<_> = before.iter().map(|meta| meta.id.clone()).collect();
            self.fetch(&folder, &ids).await;
            let (after, _) = self.list(&folder, None).await;
            assert_eq!(before, after, "source contract, fetch: it changed something in {}", folder.path);
            assert_eq!(
                folder.state,
                self.state(&folder).await,
                "source contract, fetch: it changed the state"
            );
        }
    }

    async fn a_fetch_may_be_dropped(&self) {
        for folder in self.folders().await {
            let (metas, _) = self.list(&folder, None).await;
            let ids: Vec<_> = metas.iter().map(|meta| meta.id.clone()).collect();
            let intake = self.intake().await;
            let mut stream = self.source.fetch(&folder.id, &ids, &intake);
            let _ = stream.next().await;
            drop(stream);
            let items = self.fetch(&folder, &ids).await;
            assert_eq!(items.len(), ids.len(), "source contract, fetch: after one that was dropped");
        }
    }

    async fn a_finished_cursor_names_nothing_wrong(&self) {
        for folder in self.folders().await {
            let (before, cursor) = self.list(&folder, None).await;
            let sorted = |mut metas: Vec<ItemMeta>| {
                metas.sort_by(|one, other| one.id.cmp(&other.id));
                metas
            };
            let now = self.follow(&folder, &before, &cursor).await;
            assert_eq!(
                sorted(now),
                sorted(before),
                "source contract, feed: changes where nothing changed in {}",
                folder.path
            );
        }
    }

    async fn a_bad_cursor_has_expired(&self) {
        let Some(folder) = self.folders().await.into_iter().next() else { return };
        match self.source.changes(&folder.id, Some(&Cursor::new("\u{1}not a cursor"))).await {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::CursorExpired, "source contract, cursor: {error}");
            }
            Ok(page) => {
                assert_eq!(page.coverage, Coverage::Listing, "source contract, cursor: a feed from nowhere");
            }
        }
    }

    async fn an_unchanged_folder_keeps_its_state(&self) {
        let states = |folders: Vec<Folder>| -> Vec<_> {
            folders.into_iter().map(|folder| (folder.id, folder.state)).collect()
        };
        let before = states(self.folders().await);
        assert_eq!(before, states(self.folders().await), "source contract, state: another token for nothing");
    }
}
