//! Who is at work, and who comes next.

use super::{
    Progress, Wish, Worker,
    ending::{Cut, Ending},
    share::{Share, Slice, quiet_until},
    turn::Handle,
};
use crate::{
    MailboxKey,
    observe::trace,
    project::{Project, ProjectId},
    store::{Change, MigrationKey, MigrationRow, Part, State, Take},
};
use futures::{
    FutureExt,
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use omm_core::{
    Error, Result,
    error::{ErrorKind, Retry},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tracing::Instrument;

/// The turns that are driven.
#[derive(Default)]
pub(super) struct Turning<'a> {
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    over: VecDeque<Ended>,
}

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
    /// How turns ended, until it is written down; they are among the taken as long.
    ended: VecDeque<Ended>,
}

/// A project of which something waits for its turn, and what, once somebody asked.
struct Waiting {
    project: ProjectId,
    rows: Option<VecDeque<MigrationRow>>,
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

/// Between two questions how limits are divided among all workers: what was changed is in force within a second.
const DIVIDED: Duration = Duration::from_millis(500);
/// So long a project is left alone of which other workers have all that is allowed.
const FULL: Duration = Duration::from_secs(1);
/// And so long one with which something is wrong.
const BROKEN: Duration = Duration::from_mins(1);
/// For so many turns it is known who was served when.
const REMEMBERED: u64 = 100_000;

impl<'a> Turning<'a> {
    /// The next to end. Nothing ends where nothing runs.
    pub(super) async fn next(&mut self) -> Ended {
        if let Some(ended) = self.over.pop_front() {
            return ended;
        }
        match self.running.next().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// Drives them while something else is done: what that waits for in a database may be held by one of them.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|context| {
            while let std::task::Poll::Ready(Some(ended)) = self.running.poll_next_unpin(context) {
                self.over.push_back(ended);
            }
            work.as_mut().poll(context)
        })
        .await
    }

    /// Drives what was begun as well.
    pub(super) fn begin(&mut self, crew: &mut Crew<'a>) {
        self.running.extend(crew.fresh.drain(..));
    }
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
        running.iter().skip(stays).for_each(|taken| taken.handle.ask(Cut::Drained));
        known.project = Arc::new(project);
    }

    /// Two into one mailbox, whoever's they are, would not know each other's copies from strangers': one after the other.
    fn writes_into(&self, destination: MailboxKey) -> bool {
        self.taken.values().any(|taken| taken.destination == destination)
    }
}

impl Worker {
    /// Applies what was changed about projects of which something runs.
    pub(super) async fn refresh(&self, crew: &mut Crew<'_>) -> Result<()> {
        let now = self.desk.clock.now();
        let busy: HashSet<ProjectId> = crew.taken.values().map(|taken| taken.project.clone()).collect();
        crew.known.retain(|id, _| busy.contains(id));
        // Whoever was served so long ago is like one who never was.
        let long_ago = crew.turns.saturating_sub(REMEMBERED);
        crew.served.retain(|_, turn| *turn > long_ago);
        for id in busy {
            let project = match self.desk.turns.project(&id).await {
                Ok(Some(project)) => project,
                Ok(None) => {
                    // It was erased while something of it runs.
                    crew.ask(&id, Cut::Wished(Wish::Stop));
                    continue;
                }
                Err(error) if crew.passes_over(&error) => {
                    trace::store_is_away(&error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            if project.held {
                crew.ask(&id, Cut::Drained);
            }
            if let Some(until) = quiet_until(&project, now) {
                crew.ask(&id, Cut::Quiet(until));
            }
            crew.changed(project);
        }
        Ok(())
    }

    /// Passes on what somebody wishes of what runs.
    pub(super) async fn hear(&self, crew: &Crew<'_>) -> Result<()> {
        let keys: Vec<MigrationKey> = crew.taken.keys().copied().collect();
        if keys.is_empty() {
            return Ok(());
        }
        for (key, wish) in self.desk.turns.wishes(&keys).await? {
            if let Some(taken) = crew.taken.get(&key) {
                taken.handle.ask(Cut::Wished(wish));
            }
        }
        Ok(())
    }

    /// Says again that we are here; what is lost ends.
    pub(super) async fn hold(&self, crew: &Crew<'_>) -> Result<()> {
        let keys: Vec<MigrationKey> = crew.taken.keys().copied().collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.desk.journals.keep().await?;
        for key in self.desk.turns.hold(&keys).await? {
            if let Some(taken) = crew.taken.get(&key) {
                trace::lost(key);
                taken.handle.ask(Cut::Lost);
            }
        }
        Ok(())
    }

    /// Asks how much of what its project allows each may have now, where other workers have the rest.
    pub(super) async fn divide(&self, crew: &mut Crew<'_>) -> Result<()> {
        let at = self.desk.env.runtime.monotonic();
        if at < crew.divided.saturating_add(DIVIDED) {
            return Ok(());
        }
        crew.divided = at;
        let projects: Vec<ProjectId> = crew.known.keys().cloned().collect();
        for id in projects {
            let ours = crew.taken.iter_mut().filter(|(_, taken)| taken.project == id);
            let sliced = ours.filter_map(|(key, taken)| Some((*key, taken.slice.as_mut()?.in_force())));
            let sliced: Vec<(MigrationKey, Part)> = sliced.collect();
            if sliced.is_empty() {
                continue;
            }
            let Some(parts) = self.desk.turns.parts(&id, &sliced).await? else { continue };
            for (key, part) in parts.of {
                if let Some(slice) = crew.taken.get_mut(&key).and_then(|taken| taken.slice.as_mut()) {
                    slice.allow(part);
                }
            }
            crew.shared_by(&id, parts.workers);
        }
        Ok(())
    }

    /// Writes down how far everything is.
    pub(super) async fn tell(&self, crew: &Crew<'_>) -> Result<()> {
        let at = self.desk.env.runtime.monotonic();
        let news = crew.taken.iter().filter_map(|(key, taken)| Some((*key, taken.handle.news(at)?)));
        let news: Vec<(MigrationKey, Progress)> = news.collect();
        if news.is_empty() { Ok(()) } else { self.desk.turns.note(news).await }
    }

    /// Takes what is due, as much as there is room for: each time of the project of which the least runs, so that a
    /// thousand of one do not keep another's first one waiting.
    pub(super) async fn take<'a>(&'a self, crew: &mut Crew<'a>) -> Result<()> {
        if crew.taken.len() >= self.at_once {
            return Ok(());
        }
        let now = self.desk.clock.ask(self.desk.turns.as_ref()).await?;
        let at = self.desk.env.runtime.monotonic();
        crew.full.retain(|_, until| *until > at);
        let is_meant = |id: &ProjectId| self.only.as_ref().is_none_or(|only| only == id);
        let due = self.desk.turns.due(now).await?.into_iter();
        let due = due.filter(|id| is_meant(id) && !crew.full.contains_key(id));
        let mut due: Vec<Waiting> = due.map(|project| Waiting { project, rows: None }).collect();
        while crew.taken.len() < self.at_once {
            let next = due.iter().enumerate().min_by_key(|(_, waiting)| crew.share(&waiting.project));
            let Some((next, waiting)) =
                next.map(|(next, _)| next).and_then(|next| Some((next, due.get_mut(next)?)))
            else {
                break;
            };
            match self.take_one(crew, waiting).await {
                Ok(true) => {}
                Ok(false) => drop(due.remove(next)),
                Err(error) if crew.passes_over(&error) => {
                    trace::store_is_away(&error);
                    crew.full.insert(due.remove(next).project, at.saturating_add(BROKEN));
                }
                Err(error) => return Err(error),
            }
            // What is at work is not lost because there is much to take.
            self.hold(crew).await?;
        }
        Ok(())
    }

    /// Takes the first of a project's that may run; says whether there was one.
    async fn take_one<'a>(&'a self, crew: &mut Crew<'a>, waiting: &mut Waiting) -> Result<bool> {
        let id = &waiting.project;
        let Some(Known { project, share, .. }) = self.known(crew, id).await? else { return Ok(false) };
        let is_quiet = quiet_until(&project, self.desk.clock.now()).is_some();
        if project.held || is_quiet || crew.of(id) >= project.options.migrations_at_once as usize {
            return Ok(false);
        }
        let rows = match &mut waiting.rows {
            Some(rows) => rows,
            rows => match self.desk.turns.first(id, self.at_once.saturating_mul(2)).await {
                Ok(first) => rows.insert(first),
                // It was erased since the look before.
                Err(_) if self.desk.turns.project(id).await?.is_none() => return Ok(false),
                Err(error) => return Err(error),
            },
        };
        while let Some(row) = rows.pop_front() {
            let destination = MailboxKey::of(&row.destination);
            if crew.writes_into(destination) {
                continue;
            }
            let (share, slice) = match self.desk.turns.take(id, &row, &self.by()).await? {
                Take::Taken { part: None, .. } => (share.clone(), None),
                Take::Taken { part: Some(part), workers } => {
                    crew.shared_by(id, workers);
                    let (share, slice) = share.slice(part);
                    (share, Some(slice))
                }
                Take::Gone => continue,
                Take::Full => {
                    let until = self.desk.env.runtime.monotonic().saturating_add(FULL);
                    crew.full.insert(id.clone(), until);
                    return Ok(false);
                }
            };
            let (handle, turn) = (Handle::default(), crew.turns + 1);
            let taken = Taken { project: id.clone(), destination, handle, turn, slice };
            self.begin(crew, project, share, row, taken);
            return Ok(true);
        }
        Ok(false)
    }

    fn begin<'a>(
        &'a self,
        crew: &mut Crew<'a>,
        project: Arc<Project>,
        share: Share,
        row: MigrationRow,
        taken: Taken,
    ) {
        let (handle, key) = (taken.handle.clone(), row.key);
        crew.turns = taken.turn;
        crew.served.insert(project.id.clone(), crew.turns);
        crew.taken.insert(key, taken);
        let (counted, span) = (self.desk.metrics.begins(), trace::turn(&row));
        let turn = async move {
            let ending = self.desk.turn(&project, &share, row, &handle).await;
            counted.ends(ending.state);
            trace::ends(&ending);
            Ended { key, ending }
        };
        crew.fresh.push(turn.instrument(span).boxed());
    }

    async fn known(&self, crew: &mut Crew<'_>, id: &ProjectId) -> Result<Option<Known>> {
        if let Some(known) = crew.known.get(id) {
            return Ok(Some(known.clone()));
        }
        let Some(project) = self.desk.turns.project(id).await? else { return Ok(None) };
        let share = Share::of(&self.desk.env, &project, 1);
        let known = Known { project: Arc::new(project), share, workers: 1 };
        crew.known.insert(id.clone(), known.clone());
        Ok(Some(known))
    }

    /// Writes down how a turn ended, and erases the passwords of what is done.
    ///
    /// Where the store cannot be asked it is kept, and noted as soon as it can be: a password that was refused would be shown
    /// again otherwise, by whoever takes the migration up.
    pub(super) async fn note_end(&self, crew: &mut Crew<'_>, ended: Ended) -> Result<()> {
        crew.ended.push_back(ended);
        self.note_ends(crew).await
    }

    /// Writes down what could not be written down before.
    pub(super) async fn note_ends(&self, crew: &mut Crew<'_>) -> Result<()> {
        while let Some(ended) = crew.ended.front() {
            self.note_one(crew, ended).await?;
            let noted = crew.ended.pop_front().and_then(|ended| crew.taken.remove(&ended.key));
            if let Some(taken) = noted {
                crew.full.remove(&taken.project);
            }
        }
        Ok(())
    }

    async fn note_one(&self, crew: &Crew<'_>, Ended { key, ending }: &Ended) -> Result<()> {
        let Some(taken) = crew.taken.get(key) else { return Ok(()) };
        if let Some(progress) = taken.handle.last() {
            self.desk.turns.note(vec![(*key, progress)]).await?;
        }
        let keeps = crew.known.get(&taken.project).is_none_or(|known| known.project.options.keep_passwords);
        let erases_passwords = ending.state == State::Done && !keeps;
        let changes = vec![(*key, Change::Ended(Ending { erases_passwords, ..ending.clone() }))];
        // Given back before it can be somebody else's turn. What is not runs out by itself.
        trace::passed_over("what is held could not be given back", self.desk.journals.keep().await);
        match self.desk.turns.change_migrations(&taken.project, changes, &self.by()).await {
            // It was erased meanwhile, and this with it.
            Err(_) if self.desk.turns.project(&taken.project).await?.is_none() => Ok(()),
            answer => answer.map(drop),
        }
    }
}
