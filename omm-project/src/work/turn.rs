//! One turn of one migration: from its row to how it ended.

use super::{
    Accounts, Journals, OpenJournal, Opened, Progress, Task, Wish,
    clock::Clock,
    ending::{Cut, Ending, Outcome},
    mailboxes::{Lease, Mailboxes},
    news,
    passwords::Passwords,
    progress::Ear,
    share::{House, Share},
};
use crate::{
    MailboxKey,
    notify::{Event, Notifier},
    observe::{Metrics, trace},
    project::Project,
    sealed::Keys,
    store::{By, Change, Changed, Entry, FoundOut, MigrationKey, MigrationRow, Turns},
};
use futures::future::{Either, select};
use omm_core::{
    Error, Result,
    engine::{Level, Migration, UndoOptions},
    error::{Effect, ErrorKind, Side},
    event::Listener,
    host::{Env, Fence, Stop, Wire},
    journal::Journal,
    model::SyncPoint,
    report::{Counts, report},
    seam::{Destination, Source},
};
use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Between two looks, while it comes to its end, at whether it was lost meanwhile.
const LISTEN: Duration = Duration::from_millis(250);

/// So long after it was asked to end it may still begin what makes its end a tidy one. With the half second in which a wish is
/// heard it is less than two seconds.
const TIDY: Duration = Duration::from_secs(1);
/// And so long where options were changed, or say so by the clock: they are in force within a second.
const TIDY_SOON: Duration = Duration::from_millis(250);

/// What all turns of a worker have in common.
pub(super) struct Desk {
    pub(super) turns: Arc<dyn Turns>,
    pub(super) accounts: Arc<dyn Accounts>,
    pub(super) journals: Arc<dyn Journals>,
    pub(super) keys: Arc<dyn Keys>,
    pub(super) env: Env,
    /// What all projects together may have.
    pub(super) house: House,
    pub(super) clock: Clock,
    /// How long a write in flight may take after somebody asked to stop.
    pub(super) grace: Duration,
    pub(super) metrics: Metrics,
    /// Which are written into.
    pub(super) mailboxes: Mailboxes,
    /// Whom it tells.
    pub(super) notifier: Option<Arc<dyn Notifier>>,
    /// Who it is, for the audit lines.
    pub(super) name: String,
}

/// What is held of a turn from outside: to ask it to end, and to see how far it is.
#[derive(Clone, Default)]
pub(super) struct Handle {
    stop: Stop,
    cut: Arc<Mutex<Option<Cut>>>,
    ear: Arc<Mutex<Ear>>,
}

/// Both accounts, and the mailbox that is nobody else's meanwhile.
type Open = (Arc<dyn Source>, Arc<dyn Destination>, Lease);

impl Handle {
    /// Asks the turn to end at a tidy place. Who asks first says what follows, but to stop is more than to pause, and what is
    /// lost is lost.
    pub(super) fn ask(&self, cut: Cut) {
        let mut known = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() || matches!(cut, Cut::Wished(Wish::Stop) | Cut::Lost) {
            *known = Some(cut);
        }
        self.stop.request();
    }

    /// Why it was asked to end, if it was.
    pub(super) fn cut(&self) -> Option<Cut> {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn news(&self, at: Duration) -> Option<Progress> {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).news(at)
    }

    fn ends(&self, totals: &Counts) {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).ends(totals);
    }

    fn came_forward(&self) -> bool {
        self.last().is_some_and(|progress| progress.items.copied + progress.items.adopted > 0)
    }

    /// How far it came.
    pub(super) fn last(&self) -> Option<Progress> {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).last()
    }

    fn listener(&self, metrics: &Metrics) -> Listener {
        let (ear, metrics) = (Arc::clone(&self.ear), metrics.clone());
        Listener::new(move |event| {
            ear.lock().unwrap_or_else(PoisonError::into_inner).hears(event);
            metrics.hears(event);
            trace::tells(event);
        })
    }
}

impl Desk {
    pub(super) fn by(&self) -> By {
        By { who: self.name.clone(), when: self.clock.now() }
    }

    /// Works on a migration until it is done, has failed, or was asked to end.
    pub(super) async fn turn(
        &self,
        project: &Project,
        share: &Share,
        row: MigrationRow,
        handle: &Handle,
    ) -> Ending {
        let mut env = share.env(&self.env);
        let host = Arc::clone(&self.env.credentials);
        env.credentials = Arc::new(Passwords::new(&project.id, &row, Arc::clone(&self.keys), host));
        let began = self.env.runtime.monotonic();
        self.tell(project, &row, Event::Started).await;
        env.hush = Stop::new();
        let work = pin!(self.work(project, &row, &env, handle));
        let outcome = match select(work, pin!(self.grace_is_over(handle, &env.hush))).await {
            Either::Left((outcome, _)) => Ok(outcome),
            // Dropped in mid-write: the connections close, and the journal knows what is in doubt.
            Either::Right((cut, _)) => Err(cut),
        };
        let took = self.env.runtime.monotonic().saturating_sub(began);
        let (ending, event) = self.end(&row, handle, outcome, took);
        // Before it is noted that it has ended: whoever dies in between ends it again, and it is told once all the same.
        if let Some(event) = event {
            self.tell(project, &row, event).await;
        }
        ending
    }

    /// What follows from how it went, and what is told of it.
    fn end(
        &self,
        row: &MigrationRow,
        handle: &Handle,
        outcome: std::result::Result<Result<Outcome>, Cut>,
        took: Duration,
    ) -> (Ending, Option<Event>) {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(cut) => {
                let ending = Ending::cut(cut);
                let event = news::of(&ending, None, handle.last(), took);
                return (ending, event);
            }
        };
        match &outcome {
            Ok(outcome) => outcome.report().into_iter().for_each(|report| handle.ends(&report.totals)),
            Err(error) if error.kind() != ErrorKind::Stopped => trace::troubled(error),
            Err(_) => {}
        }
        // Whoever came forward has not failed again and again.
        let failed = if handle.came_forward() { 0 } else { row.failed_turns };
        let ending = Ending::of(&outcome, handle.cut(), failed, self.clock.now());
        let event = news::of(&ending, Some(&outcome), handle.last(), took);
        (ending, event)
    }

    /// What is in flight goes on meanwhile, and soon nothing is begun beside it.
    async fn grace_is_over(&self, handle: &Handle, hush: &Stop) -> Cut {
        handle.stop.wait().await;
        let runtime = &self.env.runtime;
        let asked = runtime.monotonic();
        let until = asked.saturating_add(self.grace);
        loop {
            let now = runtime.monotonic();
            if now >= asked.saturating_add(tidy(handle.cut())) {
                hush.request();
            }
            let left = until.saturating_sub(now);
            match handle.cut() {
                // What it may have open at its servers is somebody else's by now.
                Some(Cut::Lost) => return Cut::Lost,
                cut if left.is_zero() => return cut.unwrap_or(Cut::Drained),
                _ => runtime.sleep(left.min(LISTEN)).await,
            }
        }
    }

    async fn work(
        &self,
        project: &Project,
        row: &MigrationRow,
        env: &Env,
        handle: &Handle,
    ) -> Result<Outcome> {
        // The journal first: nobody else is at these accounts as long as it is ours.
        let opened = match self.journals.open(&self.journal(project, row).await?).await? {
            Opened::Open(opened) => opened,
            Opened::Busy(free_in) => return Ok(Outcome::Busy(free_in)),
        };
        let went = {
            let work = pin!(self.work_in(&opened, project, row, env, handle));
            match select(work, pin!(self.is_over(opened.fence.as_ref()))).await {
                Either::Left((went, _)) => Some(went),
                // Whatever waits for a server to come back would wait in vain: nothing reaches it any more.
                Either::Right(_) => None,
            }
        };
        let is_passed = |fence: &Fence| fence.is_passed(self.env.runtime.monotonic());
        match went {
            Some(went) if went.is_ok() || !opened.fence.as_ref().is_some_and(is_passed) => went,
            // Whatever went wrong then went wrong by that, and is no trouble of the migration's.
            _ => {
                trace::cut_off();
                handle.ask(Cut::Lost);
                Err(Error::stopped())
            }
        }
    }

    /// When the fence is passed; never without one.
    async fn is_over(&self, fence: Option<&Fence>) {
        let Some(fence) = fence else { return std::future::pending().await };
        while let Some(left) = fence.left(self.env.runtime.monotonic()) {
            self.env.runtime.sleep(left).await;
        }
    }

    async fn work_in(
        &self,
        opened: &OpenJournal,
        project: &Project,
        row: &MigrationRow,
        env: &Env,
        handle: &Handle,
    ) -> Result<Outcome> {
        let mut env = env.clone();
        if let Some(fence) = &opened.fence {
            env.runtime = Arc::new(Wire::over(env.runtime).fenced(fence.clone()));
        }
        let (source, destination, _lease) = match self.open(row, &env, handle).await? {
            Ok(open) => open,
            Err(outcome) => return Ok(outcome),
        };
        let journal = Arc::clone(&opened.journal);
        let migration = Migration::new(source, destination, Arc::clone(&journal), env)
            .with_options(project.options.migration.clone())
            .with_listener(handle.listener(&self.metrics))
            .with_stop(handle.stop.clone());
        let outcome = perform(&migration, row.task, journal.as_ref()).await;
        // The copies are safe whether the goodbye is heard or not.
        let _ = migration.close().await;
        outcome
    }

    /// The name of its journal, which is made if there is none yet.
    async fn journal(&self, project: &Project, row: &MigrationRow) -> Result<String> {
        if let Some(name) = &row.journal {
            return Ok(name.clone());
        }
        let options = &project.options.migration;
        let name = self.journals.make(&row.source, &row.destination, options).await?;
        if let Err(error) = self.has_journal(project, row.key, &name).await {
            // Nobody would ever find it. But where the answer is lost the row may have it, and nothing goes on without it.
            if error.effect() == Effect::None {
                trace::passed_over("a journal without a migration stays", self.journals.erase(&name).await);
            }
            return Err(error);
        }
        Ok(name)
    }

    /// Or what comes of it where it may not go there now.
    async fn open(
        &self,
        row: &MigrationRow,
        env: &Env,
        handle: &Handle,
    ) -> Result<std::result::Result<Open, Outcome>> {
        let open = async {
            let source = self.accounts.normalise(&row.source, Side::Source, env).await?;
            let destination = self.accounts.normalise(&row.destination, Side::Destination, env).await?;
            // Two accounts that were written differently may be found to be one mailbox: one after the other.
            let mailbox = MailboxKey::of(&destination);
            let lease = self.mailboxes.lease(mailbox).await;
            match self.turns.leads_to(row.key, &FoundOut::of(&source, &destination)).await? {
                Entry::Busy => return Ok(Err(Outcome::Occupied)),
                Entry::Full => return Ok(Err(Outcome::Full)),
                Entry::Free(None) => {}
                Entry::Free(Some(part)) => {
                    env.limiter.set_each(part.each_server);
                    env.limiter.set_total(part.in_all);
                }
            }
            let source = self.accounts.source(&source, env).await?;
            Ok(Ok((source, self.accounts.destination(&destination, env).await?, lease)))
        };
        handle.stop.interrupts(open).await?
    }

    /// The name first, then the work: a journal that no row names would be a copy that nobody can take back.
    async fn has_journal(&self, project: &Project, key: MigrationKey, name: &str) -> Result<()> {
        let change = vec![(key, Change::Journal(name.to_owned()))];
        let changed = self.turns.change_migrations(&project.id, change, &self.by()).await?;
        match changed.first() {
            Some(Changed::Changed) => Ok(()),
            _ => {
                let message = "the migration was erased while it began, or somebody else has it";
                Err(Error::new(ErrorKind::Config, Side::Host, "begin a migration", message))
            }
        }
    }
}

/// How long what ends for this reason may begin something still.
fn tidy(cut: Option<Cut>) -> Duration {
    match cut {
        Some(Cut::Changed | Cut::Quiet(_)) => TIDY_SOON,
        _ => TIDY,
    }
}

async fn perform(migration: &Migration, task: Task, journal: &dyn Journal) -> Result<Outcome> {
    Ok(match task {
        Task::Copy => Outcome::Copied(Box::new(migration.run().await?)),
        Task::Retry => Outcome::Copied(Box::new(migration.retry().await?)),
        Task::Verify { read_back } => {
            let level = if read_back { Level::ReadBack } else { Level::Listed };
            let found = migration.verify(level).await?;
            Outcome::Verified(Box::new(found), Box::new(report(journal).await?))
        }
        Task::Undo { from, keep_read } => {
            let mut options = UndoOptions::from(SyncPoint(from));
            options.keep_read = keep_read;
            let undone = migration.undo(&options).await?;
            Outcome::Undone(Box::new(undone), Box::new(report(journal).await?))
        }
    })
}
