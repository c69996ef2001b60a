//! One run of a program: how long, and how much memory.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Linux counts the time of a process in so many parts of a second, whatever its own clock does (USER_HZ).
const TICKS: f64 = 100.0;

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// The same until what was written would outlive a power failure.
    pub(crate) on_disk: f64,
    /// What the kernel counted, where it tells.
    pub(crate) seen: Option<Seen>,
}

/// What the kernel says of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// The most memory.
    pub(crate) peak_kib: u64,
    /// Seconds of the processor, of all its threads; in steps of ten milliseconds.
    pub(crate) processor: f64,
}

/// Runs a program to its end. What it writes to the disk is waited for afterwards, so that the next one begins with an
/// idle disk.
pub(crate) fn measure(command: &mut Command) -> Result<Measured> {
    let program = command.get_program().to_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    sync()?;
    let began = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
    let (ended, seen) = watched(child)?;
    let seconds = began.elapsed().as_secs_f64();
    sync()?;
    let on_disk = began.elapsed().as_secs_f64();
    if !ended {
        bail!("{} failed", program.display());
    }
    Ok(Measured { seconds, on_disk, seen })
}

/// Waits for a program, whether it ended well, and looks at it meanwhile. The kernel keeps the marks, so that the last look
/// counts.
pub(crate) fn watched(mut child: Child) -> Result<(bool, Option<Seen>)> {
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut last = None;
            while !over.load(Ordering::Relaxed) {
                last = look(&process).or(last);
                thread::sleep(Duration::from_millis(2));
            }
            last
        });
        let ended = child.wait();
        over.store(true, Ordering::Relaxed);
        let seen = watcher.join().unwrap_or_default();
        Ok((ended?.success(), seen))
    })
}

/// Nothing once the process is over.
fn look(process: &Path) -> Option<Seen> {
    let text = fs::read_to_string(process.join("status")).ok()?;
    let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak_kib = mark.trim().trim_end_matches(" kB").parse().ok()?;
    // The name, in parentheses, may hold anything; the state is the third field and the first after it.
    let text = fs::read_to_string(process.join("stat")).ok()?;
    let fields = text.rsplit_once(") ")?.1.split(' ');
    let ticks: u32 = fields.skip(11).take(2).filter_map(|word| word.parse::<u32>().ok()).sum();
    Some(Seen { peak_kib, processor: f64::from(ticks) / TICKS })
}

fn sync() -> Result<()> {
    if cfg!(unix) {
        Command::new("sync").status().context("cannot start sync")?;
    }
    Ok(())
}
