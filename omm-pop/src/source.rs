//! POP3, read: the table of contents.
//!
//! | call      | room                | commands                                                             |
//! |-----------|---------------------|----------------------------------------------------------------------|
//! | `folders` | [`crate::listing`]  | LIST and UIDL, one flight, in a session of its own                    |
//! | `changes` | [`crate::listing`]  | nothing; TOP of messages that the server does not tell apart          |
//! | `fetch`   | [`crate::fetch`]    | RETR, pipelined                                                       |

use crate::{
    account::Account,
    cursor::{Position, hash, samples},
    fetch,
    identity::Names,
    listing::{self, Prints},
    maildrop::Maildrop,
    remarks::Remarks,
    renamed::Renamed,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::LaneKey,
    model::{
        Cursor, Folder, FolderPath, Intake, ItemKind, ItemMeta, Role, SourceFolderId, SourceItemId,
        StateToken,
    },
    seam::{Change, ChangePage, Coverage, Fetched, Learned, Source},
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The only folder there is.
const INBOX: &str = "INBOX";
/// Messages in one page.
const PAGE: usize = 1000;

/// A POP3 account that is read. Nothing is changed there.
pub(crate) struct PopSource {
    pub(crate) account: Account,
    pub(crate) prints: Prints,
    /// The listing that was told last: it stays the same when the connection breaks in the middle, and its ids mean
    /// something as long as somebody asks for them.
    told: Mutex<Option<Arc<Names>>>,
    renamed: Renamed,
    remarks: Remarks,
}

impl PopSource {
    pub(crate) fn new(account: Account) -> Self {
        let (prints, told, renamed, remarks) = Default::default();
        Self { account, prints, told, renamed, remarks }
    }

    async fn names(&self) -> Result<Arc<Names>> {
        let mut lease = self.account.lease().await?;
        let names = listing::names(&mut lease, &self.prints).await?;
        self.remarks.learn(&lease.capabilities, &names.maildrop);
        Ok(names)
    }

    fn told(&self) -> Option<Arc<Names>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was told last, and how many of its first messages this session has under other ids: on a server that gives
    /// new ones in every session, places have to do. It is said.
    pub(crate) fn renamed(&self, names: &Arc<Names>) -> Option<(Arc<Names>, usize)> {
        let told = self.told()?;
        let count = self.renamed.count(&told, names, || names.maildrop.renamed(&told.maildrop));
        if count == 0 {
            return None;
        }
        self.remarks.renamed();
        Some((told, count))
    }

    /// The listing with this print, and how much of it was told.
    async fn resumed(&self, print: &str, told: usize) -> Result<(Arc<Names>, usize)> {
        let known = self.told();
        let is_same = |names: &Arc<Names>| names.maildrop.print().to_string() == print;
        if let Some(names) = known.filter(is_same) {
            return Ok((names, told));
        }
        // Another process began it. Where the server does not tell messages apart, it may have been another mailbox.
        let names = self.names().await?;
        if names.is_certain() && is_same(&names) { Ok((names, told)) } else { Err(expired()) }
    }

    fn page(&self, names: &Arc<Names>, from: usize) -> ChangePage {
        let count = names.maildrop.len();
        let to = count.min(from.saturating_add(PAGE));
        let changes = (from..to).map(|place| present(names, place)).collect();
        let more = to < count;
        let next = if more {
            Position::Listing { print: names.maildrop.print().to_string(), told: to }
        } else {
            Position::Done { samples: samples(count, |place| names.id(place)) }
        };
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(names));
        ChangePage::new(changes, next.cursor(), Coverage::Listing).more(more)
    }

    /// Whether the server has given all messages new ids, as far as it can be seen: then it is said, since whoever looks at
    /// the report would wonder.
    fn compare(&self, names: &Names, samples: &[u64]) {
        let count = names.maildrop.len();
        if samples.is_empty() || count == 0 {
            return;
        }
        let now: HashSet<u64> = (0..count).map(|place| hash(&names.id(place))).collect();
        if !samples.iter().any(|sample| now.contains(sample)) {
            self.remarks.renamed();
        }
    }
}

#[async_trait]
impl Source for PopSource {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let mut lease = self.account.lease_anew().await?;
        let maildrop = listing::maildrop(&mut lease).await?;
        self.remarks.learn(&lease.capabilities, &maildrop);
        Ok(vec![inbox(&maildrop)])
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        check(folder)?;
        let Some(since) = since else { return Ok(self.page(&self.names().await?, 0)) };
        match Position::parse(since.as_str()) {
            Some(Position::Listing { print, told }) => {
                let (names, told) = self.resumed(&print, told).await?;
                Ok(self.page(&names, told))
            }
            Some(Position::Done { samples }) => {
                let names = self.names().await?;
                self.compare(&names, &samples);
                Ok(self.page(&names, 0))
            }
            None => Err(expired()),
        }
    }

    fn fetch<'a>(
        &'a self,
        _: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        fetch::stream(self, ids, intake)
    }

    fn learned(&self) -> Learned {
        let mut learned = self.account.learned();
        learned.remarks.extend(self.remarks.all());
        learned
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}

fn inbox(maildrop: &Maildrop) -> Folder {
    let mut folder = Folder::new(SourceFolderId::new(INBOX), FolderPath::new([INBOX]), ItemKind::Mail);
    folder.role = Some(Role::Inbox);
    folder.items = Some(maildrop.len() as u64);
    folder.bytes = Some(maildrop.bytes());
    // What is not told apart by the server may change without a sign.
    let is_certain = maildrop.unsure().next().is_none();
    folder.state = is_certain.then(|| StateToken(maildrop.print().to_string().into()));
    folder
}

fn present(names: &Names, place: usize) -> Change {
    let mut meta = ItemMeta::new(names.id(place), ItemKind::Mail);
    meta.size = names.maildrop.size(place);
    Change::Present(meta)
}

fn check(folder: &SourceFolderId) -> Result<()> {
    if folder.as_str() == INBOX {
        return Ok(());
    }
    let message = "a POP3 account has no folder but INBOX";
    Err(Error::new(ErrorKind::NotFound, Side::Source, "list the mailbox", message).with("folder", folder))
}

fn expired() -> Error {
    let message = "the mailbox is not the one that was being listed";
    Error::new(ErrorKind::CursorExpired, Side::Source, "list the mailbox", message)
}
