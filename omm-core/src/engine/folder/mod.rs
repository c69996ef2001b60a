//! One folder of a run: page after page of its change feed.

mod append;
mod ask;
mod attempt;
mod copy;
mod fetch;
mod flags;
mod look;
mod page;
mod progress;
mod replace;
mod settle;

pub(super) use copy::Offer;
pub(super) use fetch::Loaded;
pub(super) use flags::Reflag;

use super::{
    gone::{self, Seen},
    run::Run,
    targets::Carried,
};
use crate::{
    error::{Error, ErrorKind, Result, Retry, Scope, Side},
    event::Event,
    journal::{FolderFact, FolderRecord, Query, Record, Want},
    model::{Cursor, Digest, Mark},
    seam::{ChangePage, Coverage},
};
use look::Fresh;
use settle::Settled;
use std::collections::HashMap;

/// So often a source may lead to one position: some tell a page twice, and go on behind it.
const ROUNDS: u32 = 3;

/// The work on one folder.
pub(super) struct FolderRun<'r, 'a> {
    pub(super) run: &'r Run<'a>,
    pub(super) one: &'r Carried,
    /// Whether earlier runs left entries here: only then can anything be gone or have moved.
    pub(super) history: bool,
    /// Facts that need not be durable at once; they ride along with the next commit.
    pending: Vec<Record>,
    /// Taken once a page: a mark may be too low, but what lies above it is searched when an answer is lost.
    mark: Option<Mark>,
    seen: Seen,
    /// Whether the listing was seen from its first page on.
    from_the_top: bool,
    /// Copies that were not looked at yet.
    fresh: Vec<Fresh>,
    losses: Losses,
    /// Items over which the connection broke, since the last one that went through.
    broke_in_a_row: u32,
    /// How often the listing was begun again in this run.
    restarts: u32,
}

/// A source that takes its own cursors back more often than this is given up for this run.
const RESTARTS: u32 = 2;

/// What the destination did not keep, for one line in the report.
#[derive(Default)]
struct Losses {
    flags: u64,
    dates: u64,
}

impl Run<'_> {
    /// Works a folder off, unless nothing in it has changed.
    pub(super) async fn folder(&self, one: &Carried, history: bool) -> Result<()> {
        let path = &one.folder.path;
        if one.is_counted() {
            return if one.unchanged { Ok(()) } else { self.work_off(one, history).await };
        }
        if one.unchanged {
            self.tell(Event::FolderUnchanged { folder: path.clone() });
            return Ok(());
        }
        self.tell(Event::FolderStarted {
            folder: path.clone(),
            target: one.target.path.clone(),
            items: one.folder.items,
            bytes: one.folder.bytes,
        });
        self.work_off(one, history).await?;
        self.tell(Event::FolderFinished { folder: path.clone() });
        Ok(())
    }

    async fn work_off(&self, one: &Carried, history: bool) -> Result<()> {
        let mut folder = FolderRun::new(self, one, history);
        let result = folder.work().await;
        folder.end(result).await
    }
}

impl<'r, 'a> FolderRun<'r, 'a> {
    pub(super) fn new(run: &'r Run<'a>, one: &'r Carried, history: bool) -> Self {
        let (pending, mark, seen, from_the_top, fresh, losses, broke_in_a_row, restarts) = Default::default();
        Self { run, one, history, pending, mark, seen, from_the_top, fresh, losses, broke_in_a_row, restarts }
    }

    /// Whatever ended the work: what was done is durable before anything else happens.
    pub(super) async fn end(&mut self, result: Result<()>) -> Result<()> {
        let flushed = self.flush().await;
        self.note_losses();
        result.and(flushed)
    }

    async fn work(&mut self) -> Result<()> {
        let position = self.one.row.position.as_ref().filter(|_| self.one.keeps_place);
        let mut since = position.map(|position| position.cursor.clone());
        self.from_the_top = since.is_none();
        // Fates that other options would have given.
        self.offer_skipped().await?;
        // How often each position was come to. Digests, since one may be long.
        let mut passed: HashMap<Digest, u32> = HashMap::new();
        loop {
            self.run.source.stop.check()?;
            let mut page = self.next_page(&mut since).await?;
            if since.is_none() {
                passed.clear();
            }
            let times = passed.entry(Digest::of(page.next.as_str().as_bytes())).or_default();
            *times += 1;
            if page.more && *times > ROUNDS {
                return Err(self.goes_round());
            }
            let settled = self.page(std::mem::take(&mut page.changes)).await?;
            self.advance(&page, settled).await?;
            if !page.more {
                return Ok(());
            }
            since = Some(page.next);
        }
    }

    /// The source leads back to a position that it came from: asked again, it would go round for ever.
    fn goes_round(&self) -> Error {
        let message = "the server tells the same changes again and again, and comes to no end";
        let error = Error::new(ErrorKind::Protocol, Side::Source, "list a folder", message);
        error.scope(Scope::Folder).retry(Retry::Never).with("folder", &self.one.folder.path)
    }

    /// The next page; a cursor that the server no longer honours costs a listing, never a duplicate.
    async fn next_page(&mut self, since: &mut Option<Cursor>) -> Result<ChangePage> {
        let run = self.run;
        let first = since.clone();
        let answer = run.source.ask(|| async {
            match run.take_ahead(self.one.row.key).filter(|_| self.one.keeps_place) {
                Some(answer) => answer,
                None => self.one.changes(run, first.as_ref()).await,
            }
        });
        let restart = match answer.await {
            Err(error)
                if error.kind() == ErrorKind::CursorExpired
                    && since.is_some()
                    && self.restarts < RESTARTS =>
            {
                self.restarts += 1;
                None
            }
            // There is no feed to go on with. The cursor is from an earlier run, so this may be the rest of a
            // listing that was given up, which does not say what is gone.
            Ok(page) if page.coverage == Coverage::Listing && self.history && !self.from_the_top => None,
            answer => Some(answer),
        };
        let page = match restart {
            Some(answer) => answer,
            None => {
                *since = None;
                self.seen.clear();
                self.from_the_top = true;
                run.source.ask(|| self.one.changes(run, None)).await
            }
        };
        page.map_err(|error| match error.reach() {
            // A folder whose listing cannot be read is a folder that cannot be read.
            Scope::Item => error.scope(Scope::Folder).with("folder", &self.one.folder.path),
            _ => error.with("folder", &self.one.folder.path),
        })
    }

    /// Moves the cursor. Only with proof that everything in the page has a fate.
    ///
    /// In the middle of a listing the position is kept only on a folder's first one: later, an interrupted listing
    /// begins again, since only a whole one says what is gone.
    async fn advance(&mut self, page: &ChangePage, _proof: Settled) -> Result<()> {
        // Nothing here is in doubt: whatever is looked for from now on lies above the next mark.
        self.mark = None;
        let listing = page.coverage == Coverage::Listing;
        if listing && !page.more && self.history && self.from_the_top {
            self.flush().await?;
            self.mark_unseen().await?;
        }
        if listing && page.more && self.history || !self.one.keeps_place {
            return Ok(());
        }
        let fact = FolderFact::Reached(page.next.clone());
        let record = FolderRecord { folder: self.one.row.key, point: self.run.pen.point(), fact };
        self.run.pen.folders(vec![record]).await
    }

    async fn mark_unseen(&self) -> Result<()> {
        let key = self.one.row.key;
        let tallies = self.run.pen.journal().tallies().await?;
        let live: u64 = tallies
            .iter()
            .filter(|tally| tally.key.folder == key && !tally.key.gone)
            .map(|tally| tally.items)
            .sum();
        // Everything that is live was named: nothing to look for.
        if live != self.seen.count() {
            gone::mark_gone(&self.run.pen, key, &self.seen).await?;
        }
        Ok(())
    }

    /// Offers again what was skipped under other options, or says why it is skipped under these.
    async fn offer_skipped(&mut self) -> Result<()> {
        if let Some(state) = &self.one.row.state {
            if state.options == self.run.options_digest {
                return Ok(());
            }
            // If this run is interrupted, some entries have been skipped under these options and some under those:
            // the state must not say that all were looked at.
            let (folder, point) = (self.one.row.key, self.run.pen.point());
            self.run.pen.folders(vec![FolderRecord { folder, point, fact: FolderFact::Unsettled }]).await?;
        }
        let query = Query { folder: Some(self.one.row.key), want: Want::Skipped };
        let mut after = None;
        loop {
            let page = self.run.pen.journal().page(query, after, 500).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            let rules = self.rules();
            let records: Vec<_> = page
                .iter()
                .filter_map(|entry| Some(self.run.pen.record(entry.key, rules.anew(entry)?)))
                .collect();
            self.run.pen.items(records).await?;
        }
    }
}

impl Carried {
    /// A page of its feed.
    async fn changes(&self, run: &Run<'_>, since: Option<&Cursor>) -> Result<ChangePage> {
        let page = run.m.source.changes(&self.folder.id, since).await;
        page.map_err(|error| if self.is_counted() { error.over_a_count() } else { error })
    }
}
