//! The loop: look, take, wait, and note how each turn ended.

use super::{
    Accounts, Journals,
    clock::Clock,
    crew::{Crew, Turning},
    ending::Cut,
    mailboxes::Mailboxes,
    share::House,
    turn::Desk,
};
use crate::{
    notify::{Notifier, Post},
    observe::{Metrics, trace},
    project::ProjectId,
    sealed::Keys,
    store::{By, Turns},
};
use futures::future::{Either, join3, select};
use omm_core::{
    Error, Result,
    host::{Env, Stop},
};
use std::{fmt, pin::pin, sync::Arc, time::Duration};

/// When a worker comes home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When nothing runs and nothing waits for its turn or for a time.
    Idle,
    /// When it is asked to stop.
    Stopped,
}

/// Works on migrations of projects, several at once.
pub struct Worker {
    pub(super) desk: Desk,
    pub(super) at_once: usize,
    /// If it works on this one alone.
    pub(super) only: Option<ProjectId>,
    post: Option<Arc<Post>>,
}

/// Between two looks at what is wished and what is due. What was changed is in force within a second.
const LOOK: Duration = Duration::from_millis(500);
/// Unless the host says otherwise.
const GRACE: Duration = Duration::from_secs(30);
const AT_ONCE: usize = 20;
/// So long a store that others work on may be out of reach.
const PATIENCE: Duration = Duration::from_mins(10);
/// Between two lines about that.
const TOLD: Duration = Duration::from_secs(10);
/// So long a worker that has nothing left to do stays to tell people so.
const FAREWELL: Duration = Duration::from_secs(60);

impl Worker {
    /// A worker for what a store keeps, with what the host lends.
    pub fn new(
        turns: Arc<dyn Turns>,
        accounts: Arc<dyn Accounts>,
        journals: Arc<dyn Journals>,
        keys: Arc<dyn Keys>,
        env: Env,
    ) -> Self {
        let (metrics, mailboxes) = (Metrics::default(), Mailboxes::default());
        let (grace, notifier, clock) = (GRACE, None, Clock::new(Arc::clone(&env.runtime)));
        let name = "worker".to_owned();
        let house = House::of(&env);
        let desk = Desk {
            turns,
            accounts,
            journals,
            keys,
            env,
            house,
            clock,
            grace,
            metrics,
            mailboxes,
            notifier,
            name,
        };
        Self { desk, at_once: AT_ONCE, only: None, post: None }
    }

    /// The same, with so many migrations at once in all; a project's own limit counts beside it.
    #[must_use]
    pub fn at_once(self, migrations: usize) -> Self {
        Self { at_once: migrations.max(1), ..self }
    }

    /// The same, called by this name in the audit lines: `worker NAME`.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.desk.name = format!("worker {name}");
        self
    }

    /// The same, for one project alone, whatever else waits. It has nothing left to do when nothing of that one has.
    #[must_use]
    pub fn only(self, project: ProjectId) -> Self {
        Self { only: Some(project), ..self }
    }

    /// The same, with so much time for a write in flight after somebody asked to pause or to stop. Then the connection is
    /// closed, and the item is looked for when the migration goes on.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.desk.grace = grace;
        self
    }

    /// The same, telling what happens to whoever is to be told, as each project's options say. Whatever becomes of that, no
    /// migration fails of it.
    #[must_use]
    pub fn telling(mut self, notifier: Arc<dyn Notifier>) -> Self {
        self.desk.notifier = Some(notifier);
        self
    }

    /// The same by this post office, which is worked as well: letters leave while migrations run, and those that wait leave
    /// when nothing is left to do. A worker that is alone takes up at once what another one has left in it.
    #[must_use]
    pub fn telling_by(self, post: Arc<Post>) -> Self {
        let notifier: Arc<dyn Notifier> = post.clone();
        Self { post: Some(post), ..self.telling(notifier) }
    }

    /// The same, counting here what it does.
    #[must_use]
    pub fn counting(mut self, metrics: Metrics) -> Self {
        self.desk.metrics = metrics;
        self
    }

    /// Works, and once an hour erases projects whose retention is over. What is sealed with a key that it has not it leaves, as
    /// it is, for whoever has the key; with [`Until::Idle`] it does not wait for that. Only one worker at a time may work on a store that is
    /// a file: what an earlier one left running is taken up again first.
    ///
    /// # Errors
    /// When another worker works on such a store, or it cannot be read or written. What runs is dropped then, which is safe;
    /// the next worker goes on with it.
    ///
    /// # Cancel safety
    /// Dropping the future drops what runs; the next worker goes on with it.
    pub async fn run(&self, until: Until, stop: &Stop) -> Result<()> {
        let at_work = self.desk.turns.take_up(&self.by()).await?;
        let over = Stop::new();
        let working = async {
            let ended = self.work(until, stop, at_work.is_alone()).await;
            over.request();
            ended
        };
        let sending = async {
            if let Some(post) = &self.post {
                self.send(post, at_work.is_alone(), &over).await;
            }
        };
        let (ended, (), ()) = join3(working, sending, self.keep_house(&over, stop)).await;
        if let Some(post) = &self.post
            && ended.is_ok()
            && !stop.requested()
        {
            select(pin!(post.close(FAREWELL)), pin!(stop.wait())).await;
        }
        ended
    }

    /// Sends letters until the work is over, and the grace of the last one.
    async fn send(&self, post: &Post, is_alone: bool, over: &Stop) {
        if is_alone {
            // What cannot be taken up now is free when its lease is over.
            trace::passed_over("letters that were left could not be taken up", post.take_up().await);
        }
        let grace = async {
            over.wait().await;
            self.desk.env.runtime.sleep(self.desk.grace).await;
        };
        select(pin!(post.work(over)), pin!(grace)).await;
    }

    async fn work(&self, until: Until, stop: &Stop, is_alone: bool) -> Result<()> {
        let (mut crew, mut turning) = (Crew::shared(!is_alone), Turning::default());
        let mut patience = Patience::new(is_alone);
        while !stop.requested() {
            let looked = turning.beside(self.look(&mut crew)).await;
            turning.begin(&mut crew);
            let is_idle = until == Until::Idle && crew.is_empty();
            let looked = match looked {
                Ok(()) if is_idle => self.is_waiting(&mut crew).await.map(|is_waiting| !is_waiting),
                looked => looked.map(|()| false),
            };
            let now = self.desk.env.runtime.monotonic();
            match looked {
                Ok(true) => return Ok(()),
                Ok(false) => patience.is_heard(),
                Err(error) => patience.bears(error, now)?,
            }
            if let Err(error) = self.wait(&mut crew, &mut turning, stop).await {
                patience.bears(error, now)?;
            }
        }
        self.drain(crew, turning, patience).await
    }

    /// Says that it is here, hears wishes, applies changed options, tells how far everything is, and takes what is due.
    async fn look<'a>(&'a self, crew: &mut Crew<'a>) -> Result<()> {
        self.hold(crew).await?;
        self.note_ends(crew).await?;
        self.keep_to_the_house(crew).await?;
        self.refresh(crew).await?;
        self.divide(crew).await?;
        self.hear(crew).await?;
        self.tell(crew).await?;
        self.take(crew).await
    }

    async fn hold_and_note(&self, crew: &mut Crew<'_>) -> Result<()> {
        self.hold(crew).await?;
        self.note_ends(crew).await
    }

    /// Until something ends, or it is time to look again.
    async fn wait(&self, crew: &mut Crew<'_>, turning: &mut Turning<'_>, stop: &Stop) -> Result<()> {
        let ended = {
            let tick = self.desk.env.runtime.sleep(LOOK);
            let stopped = pin!(stop.wait());
            match select(pin!(turning.next()), select(tick, stopped)).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => return Ok(()),
            }
        };
        turning.beside(self.note_end(crew, ended)).await
    }

    /// Asks everything to end at a tidy place, and waits for it.
    async fn drain(
        &self,
        mut crew: Crew<'_>,
        mut turning: Turning<'_>,
        mut patience: Patience,
    ) -> Result<()> {
        crew.ask_all(Cut::Drained);
        while !crew.is_empty() {
            let ended = match select(pin!(turning.next()), self.desk.env.runtime.sleep(LOOK)).await {
                Either::Left((ended, _)) => Some(ended),
                Either::Right(_) => None,
            };
            let done = match ended {
                Some(ended) => turning.beside(self.note_end(&mut crew, ended)).await,
                None => turning.beside(self.hold_and_note(&mut crew)).await,
            };
            if let Err(error) = done {
                patience.bears(error, self.desk.env.runtime.monotonic())?;
            }
        }
        Ok(())
    }

    pub(super) fn by(&self) -> By {
        self.desk.by()
    }
}

/// With a store that many workers share and that cannot be reached for a while. What is held runs out meanwhile, and somebody
/// takes it up; what was taken and not heard of as well. A store of one worker's own is another matter: nobody else would.
struct Patience {
    is_alone: bool,
    since: Option<Duration>,
    told: Option<Duration>,
}

impl Patience {
    fn new(is_alone: bool) -> Self {
        Self { is_alone, since: None, told: None }
    }

    fn is_heard(&mut self) {
        (self.since, self.told) = (None, None);
    }

    /// Passes over what may be otherwise a moment later. Whatever a database says may be that: it is restarted, turned to its
    /// standby, full until somebody makes room, or a table is changed by the next version.
    fn bears(&mut self, error: Error, now: Duration) -> Result<()> {
        let since = *self.since.get_or_insert(now);
        if self.is_alone || now.saturating_sub(since) > PATIENCE {
            return Err(error);
        }
        // Once at first, and then now and then: it is asked twice a second.
        if self.told.is_none_or(|told| now.saturating_sub(told) >= TOLD) {
            self.told = Some(now);
            trace::store_is_away(&error);
        }
        Ok(())
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("at_once", &self.at_once).finish_non_exhaustive()
    }
}
