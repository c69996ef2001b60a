//! One turn of one migration: from its row to how it ended.

use super::{
    Accounts, Journals, Opened, Progress, Task, Wish,
    ending::{Cut, Ending, Outcome},
    passwords::Passwords,
    progress::Ear,
    share::Share,
};
use crate::{
    project::Project,
    sealed::Keys,
    store::{By, Change, Changed, MigrationKey, MigrationRow, Turns},
};
use futures::future::{Either, select};
use omm_core::{
    Error, Result,
    engine::{Level, Migration, UndoOptions},
    error::{ErrorKind, Side},
    event::Listener,
    host::{Env, Stop, Wire},
    model::SyncPoint,
    report::Counts,
    seam::{Destination, Source},
};
use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What all turns of a worker have in common.
pub(super) struct Desk {
    pub(super) turns: Arc<dyn Turns>,
    pub(super) accounts: Arc<dyn Accounts>,
    pub(super) journals: Arc<dyn Journals>,
    pub(super) keys: Arc<dyn Keys>,
    pub(super) env: Env,
    /// How long a write in flight may take after somebody asked to stop.
    pub(super) grace: Duration,
}

/// What is held of a turn from outside: to ask it to end, and to see how far it is.
#[derive(Clone, Default)]
pub(super) struct Handle {
    stop: Stop,
    cut: Arc<Mutex<Option<Cut>>>,
    ear: Arc<Mutex<Ear>>,
}

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

    fn listener(&self) -> Listener {
        let ear = Arc::clone(&self.ear);
        Listener::new(move |event| ear.lock().unwrap_or_else(PoisonError::into_inner).hears(event))
    }
}

impl Desk {
    pub(super) fn by(&self) -> By {
        By { who: "worker".to_owned(), when: self.env.runtime.now() }
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
        let failed = row.failed_turns;
        let work = pin!(self.work(project, row, &env, handle));
        let outcome = match select(work, pin!(self.grace_is_over(handle))).await {
            Either::Left((outcome, _)) => outcome,
            // Dropped in mid-write: the connections close, and the journal knows what is in doubt.
            Either::Right((cut, _)) => return Ending::cut(cut),
        };
        if let Ok(Outcome::Copied(report)) = &outcome {
            handle.ends(&report.totals);
        }
        // Whoever came forward has not failed again and again.
        let failed = if handle.came_forward() { 0 } else { failed };
        Ending::of(&outcome, handle.cut(), failed, self.env.runtime.now())
    }

    async fn grace_is_over(&self, handle: &Handle) -> Cut {
        handle.stop.wait().await;
        self.env.runtime.sleep(self.grace).await;
        handle.cut().unwrap_or(Cut::Drained)
    }

    async fn work(
        &self,
        project: &Project,
        row: MigrationRow,
        env: &Env,
        handle: &Handle,
    ) -> Result<Outcome> {
        let options = project.options.migration.clone();
        let name = match &row.journal {
            Some(name) => name.clone(),
            None => {
                let name = self.journals.make(&row.source, &row.destination, &options).await?;
                self.has_journal(project, row.key, &name).await?;
                name
            }
        };
        // The journal first: nobody else is at these accounts as long as it is ours.
        let opened = match self.journals.open(&name).await? {
            Opened::Open(opened) => opened,
            Opened::Busy(free_in) => return Ok(Outcome::Busy(free_in)),
        };
        let mut env = env.clone();
        if let Some(fence) = &opened.fence {
            env.runtime = Arc::new(Wire::over(env.runtime).fenced(fence.clone()));
        }
        let (source, destination) = self.open(&row, &env, handle).await?;
        let migration = Migration::new(source, destination, Arc::clone(&opened.journal), env)
            .with_options(options)
            .with_listener(handle.listener())
            .with_stop(handle.stop.clone());
        let outcome = perform(&migration, row.task).await;
        // The copies are safe whether the goodbye is heard or not.
        let _ = migration.close().await;
        outcome
    }

    async fn open(
        &self,
        row: &MigrationRow,
        env: &Env,
        handle: &Handle,
    ) -> Result<(Arc<dyn Source>, Arc<dyn Destination>)> {
        let open = async {
            let source = self.accounts.normalise(&row.source, Side::Source, env).await?;
            let destination = self.accounts.normalise(&row.destination, Side::Destination, env).await?;
            let source = self.accounts.source(&source, env).await?;
            Ok((source, self.accounts.destination(&destination, env).await?))
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
                let message = "the migration was erased while it began";
                Err(Error::new(ErrorKind::Config, Side::Host, "begin a migration", message))
            }
        }
    }
}

async fn perform(migration: &Migration, task: Task) -> Result<Outcome> {
    Ok(match task {
        Task::Copy => Outcome::Copied(Box::new(migration.run().await?)),
        Task::Retry => Outcome::Copied(Box::new(migration.retry().await?)),
        Task::Verify { read_back } => {
            let level = if read_back { Level::ReadBack } else { Level::Listed };
            Outcome::Verified(Box::new(migration.verify(level).await?))
        }
        Task::Undo { from, keep_read } => {
            let mut options = UndoOptions::from(SyncPoint(from));
            options.keep_read = keep_read;
            Outcome::Undone(Box::new(migration.undo(&options).await?))
        }
    })
}
