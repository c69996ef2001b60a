//! The post office: files what it is told, and sends it when its time has come.

use super::{
    Brink, Carrier, Delivered, Fate, Key, Notice, Notifier, Templates, Totals, Untold,
    outbox::{Ask, Choice, Claim, Outbox, Row, Settlement},
    retry,
};
use crate::{project::ProjectId, store::Projects};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::select;
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{Runtime, Stop},
};
use std::{
    fmt,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How often and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// The least time between two digests of a project: an hour unless set. See [`super::pace`].
    pub interval: TimeDelta,
    /// How long a worker has for one letter: 20 minutes unless set, since a mail server may think for ten about the last
    /// dot (RFC 5321 §4.5.3.2.6). What a dead worker had is free again after this.
    pub lease: TimeDelta,
}

/// The usual [`Notifier`]: what it is told goes into the outbox, durably; [`Post::deliver`] sends it. Any number of workers
/// may deliver from one outbox.
pub struct Post {
    outbox: Arc<dyn Outbox>,
    carriers: Vec<Arc<dyn Carrier>>,
    templates: Templates,
    runtime: Arc<dyn Runtime>,
    pace: Pace,
    projects: Option<Arc<dyn Projects>>,
}

/// Between two looks whether something is due.
const LOOK: Duration = Duration::from_secs(2);

/// What one call of [`Post::deliver`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A letter was tried.
    Tried(Tried),
    /// Nothing is due before this moment; `None` when nothing waits at all.
    Idle(Option<DateTime<Utc>>),
}

/// A letter that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The events that it tells of.
    pub keys: Vec<Key>,
    /// What became of it.
    pub settlement: Settlement,
    /// Whether that was noted. It is not when somebody else had the letter by then, or a host deleted it.
    pub is_noted: bool,
}

impl Post {
    /// A post office that can send on these ways.
    pub fn new(runtime: Arc<dyn Runtime>, outbox: Arc<dyn Outbox>, carriers: Vec<Arc<dyn Carrier>>) -> Self {
        Self { outbox, carriers, templates: Templates::new(), runtime, pace: Pace::default(), projects: None }
    }

    /// The same with these templates.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// The same at this pace.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The same; a digest says how its project stands, by this store.
    #[must_use]
    pub fn with_projects(mut self, projects: Arc<dyn Projects>) -> Self {
        self.projects = Some(projects);
        self
    }

    /// Sends what is due, and waits for what comes, until it is asked to stop; then it ends behind the letter that is under way.
    /// What the outbox refuses is asked of it again a little later.
    ///
    /// # Cancel safety
    /// As of [`Post::deliver`].
    pub async fn work(&self, stop: &Stop) {
        while !stop.requested() {
            if !matches!(self.deliver().await, Ok(Turn::Tried(_))) {
                select(self.runtime.sleep(LOOK), pin!(stop.wait())).await;
            }
        }
    }

    /// Sends everything that waits and was not refused lately, whatever the pace says: somebody is at the end of his work, and
    /// nobody may be there later. It takes no longer than this, and says what became of each letter.
    ///
    /// # Cancel safety
    /// As of [`Post::deliver`].
    pub async fn close(&self, patience: Duration) -> Vec<Settlement> {
        let mut settled = Vec::new();
        {
            let everything = pin!(async {
                while let Ok(Turn::Tried(tried)) = self.send(TimeDelta::zero()).await {
                    settled.push(tried.settlement);
                }
            });
            select(everything, self.runtime.sleep(patience)).await;
        }
        settled
    }

    /// Takes up what a worker has left that is gone for sure: what cannot have arrived is tried again at once.
    ///
    /// # Errors
    /// The outbox's.
    pub async fn take_up(&self) -> Result<()> {
        self.outbox.take_up(self.runtime.now()).await
    }

    /// Sends one letter, if one is due. The host calls it again after [`Turn::Tried`], and waits after [`Turn::Idle`]:
    /// until the moment that it names, or until something was filed.
    ///
    /// # Errors
    /// The outbox's only. That a letter was refused is no error.
    ///
    /// # Cancel safety
    /// Dropping it is like a kill: the letter is tried again when its lease is over, unless it may have arrived.
    pub async fn deliver(&self) -> Result<Turn> {
        self.send(self.pace.interval).await
    }

    async fn send(&self, interval: TimeDelta) -> Result<Turn> {
        let now = self.runtime.now();
        let ask = Ask { now, lease: later(now, self.pace.lease), interval };
        let claim = match self.outbox.claim(ask).await? {
            Choice::Now(claim) => claim,
            Choice::Not(due) => return Ok(Turn::Idle(due)),
        };
        let failures = claim.rows.iter().map(|row| row.attempts).max().unwrap_or_default();
        let fate = self.carry(&claim).await;
        let now = self.runtime.now();
        let settlement = retry::settlement(fate, failures, now);
        let is_noted = self.outbox.settle(claim.number, settlement.clone(), now).await?;
        let keys = claim.rows.into_iter().map(|row| row.key).collect();
        Ok(Turn::Tried(Tried { keys, settlement, is_noted }))
    }

    /// The rows that may have arrived and of which nobody knows, each once: for the host's audit. Nothing is sent.
    ///
    /// # Errors
    /// The outbox's.
    ///
    /// # Cancel safety
    /// As of [`Outbox::sweep`].
    pub async fn unknown(&self) -> Result<Vec<Row>> {
        self.outbox.sweep(self.runtime.now()).await
    }

    /// Of the project that a digest tells of, where that can be had.
    async fn standing(&self, rows: &[Row]) -> Option<Totals> {
        let [first, _, ..] = rows else { return None };
        let project = ProjectId::parse(first.about.project.as_deref()?)?;
        self.projects.as_ref()?.counts(&project).await.ok().map(Totals::from)
    }

    async fn carry(&self, claim: &Claim) -> Fate {
        let standing = self.standing(&claim.rows).await;
        let Some(letter) = self.templates.write_digest(&claim.rows, standing) else {
            return Fate::Refused("there was nothing to tell".to_owned());
        };
        let channel = letter.address.channel();
        let Some(carrier) = self.carriers.iter().find(|carrier| carrier.channel() == channel) else {
            return Fate::Refused(format!("nobody here sends by {channel}"));
        };
        let brink = Edge { post: self, claim: claim.number, crossed: AtomicBool::new(false) };
        let fate = carrier.carry(&letter, &brink).await;
        match fate {
            // Nothing can have arrived.
            Fate::Unknown(why) if !brink.crossed.load(Ordering::SeqCst) => Fate::later(why),
            fate => fate,
        }
    }
}

#[async_trait]
impl Notifier for Post {
    async fn notify(&self, notice: &Notice) -> Result<Delivered, Untold> {
        let now = self.runtime.now();
        let rows: Vec<Row> = notice.to.iter().map(|to| Row::new(notice, to, now)).collect();
        let count = rows.len();
        if count == 0 {
            return Ok(Delivered { filed: 0, known: 0 });
        }
        let filed = self.outbox.file(rows).await.map_err(|error| Untold::because(&error))?;
        Ok(Delivered { filed, known: count.saturating_sub(filed) })
    }

    async fn forget(&self, project: &str) -> Result<(), Untold> {
        self.outbox.forget_project(project).await.map(drop).map_err(|error| Untold::because(&error))
    }

    async fn forget_migration(&self, migration: &str) -> Result<(), Untold> {
        self.outbox.forget(migration).await.map(drop).map_err(|error| Untold::because(&error))
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { interval: TimeDelta::hours(1), lease: TimeDelta::minutes(20) }
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").field("pace", &self.pace).finish_non_exhaustive()
    }
}

/// Where a letter of this claim begins to be able to arrive.
struct Edge<'a> {
    post: &'a Post,
    claim: u64,
    crossed: AtomicBool,
}

#[async_trait]
impl Brink for Edge<'_> {
    async fn cross(&self) -> Result<()> {
        // Before the call: it may have been noted even if it fails.
        self.crossed.store(true, Ordering::SeqCst);
        let now = self.post.runtime.now();
        if self.post.outbox.begin(self.claim, now, later(now, self.post.pace.lease)).await? {
            return Ok(());
        }
        let message = "somebody else has the letter by now; nothing was sent";
        Err(Error::new(ErrorKind::Journal, Side::Host, "send a notice", message))
    }
}

fn later(now: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
