//! Who is at work.

mod end;
mod keep;
mod locked;
mod take;
mod turning;

pub(super) use turning::Turning;

use super::{
    ending::{Cut, Ending},
    share::{Share, Slice},
    turn::Handle,
};
use crate::{
    MailboxKey,
    project::{Project, ProjectId},
    store::MigrationKey,
};
use futures::future::BoxFuture;
use locked::Locked;
use omm_core::{
    Error,
    error::{ErrorKind, Retry},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

/// Who they are, and what was begun and is not driven yet.
#[derive(Default)]
pub(super) struct Crew<'a> {
    fresh: Vec<BoxFuture<'a, Ended>>,
    /// Whether others work on the same store.
    is_shared: bool,
    taken: BTreeMap<MigrationKey, Taken>,
    /// Of projects of which something runs.
    known: HashMap<ProjectId, Known>,
    /// When a project was served last, by the number of the turn.
    served: HashMap<ProjectId, u64>,
    turns: u64,
    /// Projects of which other workers have as much as is allowed, and when to ask again.
    full: HashMap<ProjectId, Duration>,
    /// When limits were last divided among all workers.
    divided: Duration,
    /// What is left for whoever has its key.
    locked: Locked,
    /// How turns ended, until it is written down; they are among the taken as long.
    ended: VecDeque<Ended>,
}

/// How the turn of a migration ended.
pub(super) struct Ended {
    key: MigrationKey,
    ending: Ending,
}

struct Taken {
    project: ProjectId,
    destination: MailboxKey,
    handle: Handle,
    /// The number of its turn: who came last is sent home first.
    turn: u64,
    /// Where other workers have the rest of what its project allows.
    slice: Option<Slice>,
}

/// A project as it was when last looked at, and its share.
#[derive(Clone)]
struct Known {
    project: Arc<Project>,
    share: Share,
    /// How many workers have something of it.
    workers: usize,
}

impl Crew<'_> {
    /// Of a worker beside whom others may work.
    pub(super) fn shared(is_shared: bool) -> Self {
        Self { is_shared, ..Self::default() }
    }

    /// What is wrong with one project of a store that others share (a later version wrote it, say) keeps nobody from the
    /// others. One's own file is another matter: it is damaged, and somebody should know.
    fn passes_over(&self, error: &Error) -> bool {
        self.is_shared && error.kind() == ErrorKind::Journal && error.retry_advice() == Retry::Never
    }

    pub(super) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    pub(super) fn ask_all(&self, cut: Cut) {
        self.taken.values().for_each(|taken| taken.handle.ask(cut));
    }

    fn ask(&self, project: &ProjectId, cut: Cut) {
        self.taken.values().filter(|taken| taken.project == *project).for_each(|taken| taken.handle.ask(cut));
    }

    fn of(&self, project: &ProjectId) -> usize {
        self.taken.values().filter(|taken| taken.project == *project).count()
    }

    /// Who has the least comes first, and of those who has waited longest.
    fn share(&self, project: &ProjectId) -> (usize, u64) {
        (self.of(project), self.served.get(project).copied().unwrap_or_default())
    }

    /// So many workers have something of the project, and each his part of its bandwidth.
    fn shared_by(&mut self, project: &ProjectId, workers: usize) {
        if let Some(known) = self.known.get_mut(project)
            && known.workers != workers
        {
            known.workers = workers;
            known.share.apply(&known.project.options, workers);
        }
    }

    /// What is changed about a project holds for what runs of it: what it may ask for at once; how many may run, beyond which the
    /// last to come are sent home, who go on later; and what is carried, by another turn in its place.
    fn changed(&mut self, project: Project) {
        let Some(known) = self.known.get_mut(&project.id) else { return };
        if known.project.revision == project.revision {
            return;
        }
        let (options, before) = (&project.options, &known.project.options);
        known.share.apply(options, known.workers);
        // Beside other workers each keeps its part, and what is left over is taken again by whoever comes first.
        let stays = match options.migration == before.migration {
            true => options.migrations_at_once as usize / known.workers.max(1),
            false => 0,
        };
        let is_its = |taken: &&Taken| taken.project == project.id && taken.handle.cut().is_none();
        let mut running: Vec<&Taken> = self.taken.values().filter(is_its).collect();
        running.sort_by_key(|taken| taken.turn);
        running.iter().skip(stays).for_each(|taken| taken.handle.ask(Cut::Changed));
        known.project = Arc::new(project);
    }

    /// So many stay; of each project as many as of the others, as far as it has them, and those that came first. The others are
    /// sent home and go on later.
    fn keeps(&self, stay: usize) {
        let is_here = |taken: &&Taken| taken.handle.cut().is_none();
        let mut running: Vec<&Taken> = self.taken.values().filter(is_here).collect();
        running.sort_by_key(|taken| taken.turn);
        let mut of: HashMap<&ProjectId, u64> = HashMap::new();
        let by_turns = running.into_iter().map(|taken| {
            let place = of.entry(&taken.project).or_default();
            *place += 1;
            (*place, taken)
        });
        let mut by_turns: Vec<(u64, &Taken)> = by_turns.collect();
        by_turns.sort_by_key(|(place, taken)| (*place, taken.turn));
        by_turns.iter().skip(stay).for_each(|(_, taken)| taken.handle.ask(Cut::Changed));
    }

    /// These stay, of all that run; the others that run here are sent home and go on later.
    fn keeps_these(&self, staying: &HashSet<MigrationKey>) {
        let others = self.taken.iter().filter(|(key, _)| !staying.contains(key));
        others.for_each(|(_, taken)| taken.handle.ask(Cut::Changed));
    }

    /// Two into one mailbox, whoever's they are, would not know each other's copies from strangers': one after the other.
    fn writes_into(&self, destination: MailboxKey) -> bool {
        self.taken.values().any(|taken| taken.destination == destination)
    }
}
