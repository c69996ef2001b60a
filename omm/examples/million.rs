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
use omm_testkit::memory::{GeneratedSource, Sink};
use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

const FOLDERS: u64 = 20;
const MEMORY_LIMIT: u64 = 32 << 20;
/// What a run may take at its peak under that limit, in KiB.
const MOST_KIB: u64 = 64 << 10;
/// What the engine may compute where every folder's state says that nothing has changed.
const MOST_CPU: Duration = Duration::from_millis(100);
/// What the sink keeps of an item.
const SWALLOWED_BYTES: u64 = 16;
/// Linux counts the time of a process in these, whatever its own clock does (USER_HZ).
const TICK: Duration = Duration::from_millis(10);

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
    let mut env = Env::new(Arc::new(PortableRuntime::new()));
    env.memory = MemoryBudget::new(MEMORY_LIMIT);
    env.spool = Spool::new(dir, 64 << 30);
    let journal = SqliteJournal::open_at(&dir.join("journal.db"), Arc::clone(&env.runtime)).await?;
    let (source, sink) = (GeneratedSource::new(1, FOLDERS, items.div_ceil(FOLDERS)), Sink::new());
    let migration = |source: Arc<dyn Source>| {
        Migration::new(source, Arc::new(sink.clone()), Arc::new(journal.clone()), env.clone())
    };

    let items = FOLDERS * source.items;
    let first = timed("first run", &migration(Arc::new(source.clone()))).await?;
    let rate = items as f64 / first.wall.as_secs_f64();
    println!("  {rate:.0} items/s; the journal has {} MiB", size(&dir.join("journal.db")) >> 20);
    let mut kept = must(first.report.totals.copied == items, "every item was to be copied");
    kept &= memory(sink.items() as u64);

    let unchanged =
        timed("no change, all folders with their state", &migration(Arc::new(source.clone()))).await?;
    kept &= must(unchanged.report.totals.copied == 0, "nothing was to be copied");
    kept &= must(unchanged.cpu < MOST_CPU, "at most 100 ms of processor time");

    let forgetful = migration(Arc::new(Forgetful(source)));
    let relisted = timed("no change, one folder listed again from its top", &forgetful).await?;
    kept &= must(relisted.report.totals.copied == 0, "nothing was to be copied");
    kept &= memory(sink.items() as u64);
    Ok(kept)
}

/// One run, and what it took.
struct Timed {
    report: Report,
    wall: Duration,
    cpu: Duration,
}

async fn timed(what: &str, migration: &Migration) -> Result<Timed> {
    let (began, before) = (Instant::now(), processor_time());
    let report = migration.run().await?;
    let (wall, cpu) = (began.elapsed(), processor_time().saturating_sub(before));
    println!("{what}: {wall:.3?}, of the processor {cpu:.2?}; {}", report.totals.found);
    Ok(Timed { report, wall, cpu })
}

/// Says the peak, without what the sink keeps, and whether it is within the promise.
fn memory(swallowed: u64) -> bool {
    let Some(peak) = status("VmHWM:") else {
        println!("  memory: skipped, only Linux tells the peak");
        return true;
    };
    let sink = swallowed * SWALLOWED_BYTES / 1024;
    let (ours, mib) = (peak.saturating_sub(sink), |kib: u64| kib as f64 / 1024.0);
    println!(
        "  peak {:.1} MiB: {:.1} MiB, and {:.1} MiB that the sink keeps",
        mib(peak),
        mib(ours),
        mib(sink)
    );
    must(ours <= MOST_KIB, "at most 64 MiB")
}

fn must(kept: bool, promise: &str) -> bool {
    if !kept {
        println!("  BROKEN: {promise}");
    }
    kept
}

/// A line of this process's status, in KiB.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().trim_end_matches(" kB").parse().ok())
}

/// User and system time of all threads, also of those that have ended (proc_pid_stat(5): utime and stime).
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may hold anything; the state is the third field and the first after it.
    let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|word| word.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map(|file| file.len()).unwrap_or(0)
}

fn broken(cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Local, Side::Host, "begin", "no temporary folder can be made").caused_by(cause)
}

/// The first folder has lost its state, and its cursors expire at once.
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
