//! What a million items cost: the memory of a first run, and the processor time of runs that find nothing new.
//!
//! The source makes each item when it is asked and holds nothing; the destination swallows bodies and keeps
//! sixteen bytes an item. What is left is the engine and its journal. Ends with 1 when a promise is broken.
//!
//! ```text
//! cargo run --release -p omm --example million -- 1000000
//! ```

use async_trait::async_trait;
use futures::{executor::block_on, stream::BoxStream};
use omm::{
    Env, Error, ErrorKind, Migration, PortableRuntime, Report, Result,
    core::{
        error::Side,
        host::{LaneKey, MemoryBudget, Spool},
        model::{Cursor, Folder, Intake, SourceFolderId, SourceItemId},
        seam::{ChangePage, Fetched, Source},
    },
};
use omm_store::SqliteJournal;
use omm_testkit::{
    memory::{GeneratedSource, Sink},
    process,
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

const FOLDERS: u64 = 20;
const MEMORY_LIMIT: u64 = 16 << 20;
/// What a run may take at its peak under that limit, in KiB.
const MOST_KIB: u64 = 64 << 10;
/// What the engine may compute where every folder's state says that nothing has changed.
const MOST_CPU: Duration = Duration::from_millis(100);
/// What the sink keeps of an item.
const SWALLOWED_BYTES: u64 = 16;
/// So often that such a clock tells one run's share.
const QUIET_RUNS: u32 = 20;

fn main() -> ExitCode {
    let items: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    match tempfile::tempdir().map_err(broken).and_then(|dir| block_on(measure(items, dir.path()))) {
        Ok(kept) if kept => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("million: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(items: u64, dir: &Path) -> Result<bool> {
    let world = World::new(dir);
    let source = GeneratedSource::new(1, FOLDERS, items.div_ceil(FOLDERS));
    let items = FOLDERS * source.items;

    let first = world.run(&source).await?;
    println!("first run of {items} items: {first}");
    let rate = items as f64 / first.wall.as_secs_f64();
    println!("  {rate:.0} items/s; the journal has {} MiB", size(&world.journal) >> 20);
    let mut kept = must(first.report.totals.copied == items, "every item is copied");
    kept &= world.memory();

    let unchanged = world.run(&source).await?;
    println!("no change, every folder's state known: {unchanged}");
    kept &= must(unchanged.is_quiet(items), "nothing is copied, and everything counted");
    kept &= must(unchanged.cpu <= MOST_CPU, "at most 100 ms of processor time");
    let (began, before) = (Instant::now(), processor_time());
    for _ in 0..QUIET_RUNS {
        world.run(&source).await?;
    }
    let (wall, cpu) = (began.elapsed() / QUIET_RUNS, (processor_time() - before) / QUIET_RUNS);
    println!("  {QUIET_RUNS} times more: {wall:.1?} each, of the processor {cpu:.1?}");

    let items_again = source.items;
    let relisted = world.run(&Forgetful(source)).await?;
    println!("no change, one folder's {items_again} items listed again: {relisted}");
    kept &= must(relisted.is_quiet(items), "nothing is copied, and everything counted");
    kept &= world.memory();
    Ok(kept)
}

/// Where all runs take place.
struct World {
    env: Env,
    journal: PathBuf,
    sink: Sink,
}

impl World {
    fn new(dir: &Path) -> Self {
        let mut env = Env::new(Arc::new(PortableRuntime::new()));
        env.memory = MemoryBudget::new(MEMORY_LIMIT);
        env.spool = Spool::new(dir, 64 << 30);
        Self { env, journal: dir.join("journal.db"), sink: Sink::new() }
    }

    /// One run, with its journal opened for it as in a process of its own.
    async fn run(&self, source: &(impl Source + Clone + 'static)) -> Result<Timed> {
        let (began, before) = (Instant::now(), processor_time());
        let journal = SqliteJournal::open_at(&self.journal, Arc::clone(&self.env.runtime)).await?;
        let (source, sink) = (Arc::new(source.clone()), Arc::new(self.sink.clone()));
        let report = Migration::new(source, sink, Arc::new(journal), self.env.clone()).run().await?;
        Ok(Timed { report, wall: began.elapsed(), cpu: processor_time() - before })
    }

    /// Says the peak, without what the sink keeps, and whether it is within the promise.
    fn memory(&self) -> bool {
        let Some(peak) = process::own_peak_kib() else {
            println!("  memory and processor time: skipped, only Linux tells them");
            return true;
        };
        let sink = self.sink.items() as u64 * SWALLOWED_BYTES / 1024;
        let (ours, mib) = (peak.saturating_sub(sink), |kib: u64| kib as f64 / 1024.0);
        println!(
            "  peak {:.1} MiB, of which the sink keeps {:.1}: {:.1} MiB",
            mib(peak),
            mib(sink),
            mib(ours)
        );
        must(ours <= MOST_KIB, "at most 64 MiB")
    }
}

/// One run, and what it took.
struct Timed {
    report: Report,
    wall: Duration,
    cpu: Duration,
}

impl Timed {
    fn is_quiet(&self, items: u64) -> bool {
        let totals = &self.report.totals;
        totals.copied == 0 && totals.already_there == items
    }
}

impl fmt::Display for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3?}, of the processor {:?}", self.wall, self.cpu)
    }
}

fn must(kept: bool, promise: &str) -> bool {
    if !kept {
        println!("  BROKEN: {promise}");
    }
    kept
}

/// Processor time of all threads, also of those that have ended.
fn processor_time() -> Duration {
    Duration::from_secs_f64(process::processor(std::process::id()).unwrap_or(0.0))
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map(|file| file.len()).unwrap_or(0)
}

fn broken(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "begin", "no temporary folder can be made").caused_by(cause)
}

/// The first folder has lost its state, and its cursors expire at once.
#[derive(Clone)]
struct Forgetful(GeneratedSource);

impl Forgetful {
    const FOLDER: &str = "0";
}

#[async_trait]
impl Source for Forgetful {
    fn lane(&self) -> LaneKey {
        self.0.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let mut folders = self.0.folders().await?;
        folders
            .iter_mut()
            .filter(|folder| folder.id.as_str() == Self::FOLDER)
            .for_each(|folder| folder.state = None);
        Ok(folders)
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        if folder.as_str() == Self::FOLDER && since.is_some_and(|cursor| cursor.as_str() == "end") {
            let (kind, message) = (ErrorKind::CursorExpired, "this folder remembers nothing");
            return Err(Error::new(kind, Side::Source, "list changes", message));
        }
        self.0.changes(folder, since).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.0.fetch(folder, ids, intake)
    }

    async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}
