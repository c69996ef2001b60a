//! The post office: files what it is told, and sends it when its time has come.

use super::{
    Brink, Carrier, Delivered, Fate, Key, Notice, Notifier, Templates, Untold,
    outbox::{Ask, Choice, Claim, Outbox, Row, Settlement},
    retry,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::Runtime,
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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
}

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
        Self { outbox, carriers, templates: Templates::new(), runtime, pace: Pace::default() }
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

    /// Sends one letter, if one is due. The host calls it again after [`Turn::Tried`], and waits after [`Turn::Idle`]:
    /// until the moment that it names, or until something was filed.
    ///
    /// # Errors
    /// The outbox's only. That a letter was refused is no error.
    ///
    /// # Cancel safety
    /// Dropping it is like a kill: the letter is tried again when its lease is over, unless it may have arrived.
    pub async fn deliver(&self) -> Result<Turn> {
        let now = self.runtime.now();
        let ask = Ask { now, lease: later(now, self.pace.lease), interval: self.pace.interval };
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

    async fn carry(&self, claim: &Claim) -> Fate {
        let Some(letter) = self.templates.write(&claim.rows) else {
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
