//! A project of many migrations, worked from the first to the last between accounts in memory, with a real store: what the queue,
//! the status and a page cost meanwhile, what a migration costs from tenth to tenth, and how much memory all of it takes. Ends with 1
//! when a promise is broken, which a debug build or a busy machine may do.
//!
//! ```text
//! cargo run --release -p omm-project --example simulate -- 100000
//! ```

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{executor::block_on, future::select, pin_mut};
use omm_core::{
    Result,
    error::Side,
    host::{Env, Limiter, Runtime, Stop},
    options::Options,
    seam::{AccountSpec, Destination, Source},
};
use omm_project::{
    project::{PasswordHash, Project, ProjectId},
    sealed::NoKeys,
    store::{By, MigrationKey, NewMigration, Page, Projects, SqliteProjects, State, Turns},
    work::{Accounts, Journals, OpenJournal, Opened, Until, Worker},
};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox,
    memory::{Habits, MemoryAccount},
    process,
    sim::{self, SimRuntime},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// What a look may take, the one in the middle of all.
const MEDIAN: Duration = Duration::from_millis(50);
/// How many times as much a migration may cost at the end as near the beginning.
const GROWTH: f64 = 1.5;
/// What all of it may take of memory, in KiB.
const MOST_KIB: u64 = 256 << 10;
/// How many migrations run at once.
const AT_ONCE: u32 = 100;
/// How many rows are added in one call.
const BATCH: u64 = 500;
/// How many lines of status are shown at once.
const LINES: u32 = 50;
/// In the simulated time: between two looks at the project.
const LOOK: Duration = Duration::from_millis(700);
/// In the simulated time: what every answer of a server takes.
const ANSWER: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let rows: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clock = SimRuntime::new();
    let store = Arc::new(block_on(SqliteProjects::open(folder.path(), clock.shared()))?);
    let project = block_on(filled(&store, rows, clock.now()))?;
    let mut env = Env::new(clock.shared());
    env.limiter = Limiter::new(usize::MAX);
    let worker = Worker::new(
        Arc::clone(&store) as _,
        Arc::new(Town),
        Arc::new(Shelf::default()),
        Arc::new(NoKeys),
        env,
    )
    .at_once(AT_ONCE as usize);
    let looks = Looks::new(rows);
    let began = Instant::now();
    sim::run(&clock, async {
        let stop = Stop::new();
        let (work, looking) = (worker.run(Until::Idle, &stop), looks.look_on(&store, &project, &clock));
        pin_mut!(work, looking);
        match select(work, looking).await {
            futures::future::Either::Left((ended, _)) => ended,
            futures::future::Either::Right((failed, _)) => failed,
        }
    })?;
    let counts = block_on(store.counts(&project))?;
    assert_eq!(counts.of(State::Done), rows, "everything is done");
    println!("{rows} migrations done in {:.1?}; {}", began.elapsed(), peak());
    let peak = process::own_peak_kib().unwrap_or_default();
    let kept = looks.shows_what_was_promised() & (peak <= MOST_KIB);
    if !kept {
        println!(
            "BROKEN: a median above {MEDIAN:?}, a last tenth above {GROWTH} times the second, or more than {} MiB",
            MOST_KIB >> 10
        );
        std::process::exit(1);
    }
    Ok(())
}

/// A project with so many migrations that may run.
async fn filled(store: &SqliteProjects, rows: u64, now: DateTime<Utc>) -> Result<ProjectId> {
    let by = By::host(now);
    let id = ProjectId::random()?;
    let mut project = Project::new(id.clone(), "Move", "anna@example.org", PasswordHash::nobody(), by.when);
    project.held = false;
    project.options.migrations_at_once = AT_ONCE;
    store.create(&project, &by).await?;
    let began = Instant::now();
    let mut left = rows;
    while left > 0 {
        let count = left.min(BATCH);
        let first = store.reserve(count).await?;
        let new = (first.0..first.0 + count).map(|key| {
            NewMigration::new(MigrationKey(key), account("old.example", key), account("new.example", key))
        });
        store.add(&id, new.collect(), &by).await?;
        left -= count;
    }
    println!("{rows} migrations added in {:.1?}; {}", began.elapsed(), peak());
    Ok(id)
}

fn account(server: &str, key: u64) -> AccountSpec {
    let mut account = AccountSpec::new("memory", server);
    account.login = format!("user{key}@{server}");
    account
}

/// Everybody has two messages, and an empty mailbox to move to.
struct Town;

#[async_trait]
impl Accounts for Town {
    async fn normalise(&self, account: &AccountSpec, _: Side, _: &Env) -> Result<AccountSpec> {
        Ok(account.clone())
    }

    async fn source(&self, _: &AccountSpec, env: &Env) -> Result<Arc<dyn Source>> {
        Ok(late(MemoryAccount::new().holding(&mailbox::plain(1, 1, 2)), env).source())
    }

    async fn destination(&self, _: &AccountSpec, env: &Env) -> Result<Arc<dyn Destination>> {
        Ok(late(MemoryAccount::new(), env).destination())
    }
}

/// Of a server that takes its time.
fn late(account: MemoryAccount, env: &Env) -> MemoryAccount {
    let mut habits = Habits::default();
    habits.late = Some((Arc::clone(&env.runtime), ANSWER));
    account.behave(habits);
    account
}

/// Journals in memory, each forgotten when its turn is over: a journal on disk costs what `omm-store` measures.
#[derive(Default)]
struct Shelf {
    next: AtomicU64,
    made: Mutex<HashMap<String, MemoryJournal>>,
}

#[async_trait]
impl Journals for Shelf {
    async fn make(&self, _: &AccountSpec, _: &AccountSpec, _: &Options) -> Result<String> {
        let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        self.lock().insert(name.clone(), MemoryJournal::new());
        Ok(name)
    }

    async fn open(&self, name: &str) -> Result<Opened> {
        Ok(Opened::Open(OpenJournal::new(self.lock().remove(name).unwrap_or_default().shared())))
    }

    async fn erase(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

impl Shelf {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, MemoryJournal>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What looks at the project cost, and how far it was when.
struct Looks {
    rows: u64,
    took: Mutex<HashMap<&'static str, Vec<Duration>>>,
    /// When each tenth was done.
    tenths: Mutex<Vec<Instant>>,
}

impl Looks {
    fn new(rows: u64) -> Self {
        Self { rows, took: Mutex::default(), tenths: Mutex::new(vec![Instant::now()]) }
    }

    async fn look_on(&self, store: &SqliteProjects, project: &ProjectId, clock: &SimRuntime) -> Result<()> {
        loop {
            clock.sleep(LOOK).await;
            let counts = self.timed("status", store.counts(project)).await?;
            let done = counts.of(State::Done);
            self.timed("a page", store.page(project, Page::first(LINES).behind(MigrationKey(done)))).await?;
            let failed = Page::first(LINES).in_state(State::Failed);
            self.timed("a page of those that failed", store.page(project, failed)).await?;
            let queue = async {
                let due = store.due(clock.now()).await?;
                match due.first() {
                    Some(project) => store.first(project, 2 * AT_ONCE as usize).await.map(|rows| rows.len()),
                    None => Ok(0),
                }
            };
            self.timed("the queue", queue).await?;
            let mut tenths = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
            while (tenths.len() as u64 * self.rows) / 10 <= done && tenths.len() <= 10 {
                tenths.push(Instant::now());
            }
        }
    }

    async fn timed<T>(&self, what: &'static str, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let answer = work.await;
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.entry(what).or_default().push(began.elapsed());
        answer
    }

    /// Says what it came to, and whether that was promised.
    fn shows_what_was_promised(&self) -> bool {
        let mut kept = true;
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, took) in took.iter_mut() {
            took.sort();
            let (middle, most) = (took[took.len() / 2], took[took.len() * 99 / 100]);
            kept &= middle <= MEDIAN;
            println!(
                "{what}: {} times, median {middle:.2?}, of a hundred the slowest {most:.2?}",
                took.len()
            );
        }
        let tenths = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
        let migrations = u32::try_from(self.rows / 10).unwrap_or(u32::MAX).max(1);
        let each: Vec<Duration> = tenths.windows(2).map(|pair| (pair[1] - pair[0]) / migrations).collect();
        let shown: Vec<String> = each.iter().map(|each| format!("{each:.2?}")).collect();
        println!("a migration, by tenths: {}", shown.join(", "));
        // The first tenth fills caches.
        let grows = each.last().zip(each.get(1)).is_some_and(|(last, second)| *last > second.mul_f64(GROWTH));
        kept && !grows
    }
}

/// The most memory so far, where the system tells.
fn peak() -> String {
    process::own_peak_kib().map_or_else(String::new, |kib| format!("peak {:.1} MiB", kib as f64 / 1024.0))
}
