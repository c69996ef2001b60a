//! One run of a program: how long it took, what it cost, what it said.

use omm_testkit::process;
use std::{
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Who takes longer is ended.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Seconds of the processor in one second.
const QUIET: f64 = 0.15;
const EVERY: Duration = Duration::from_millis(10);
const SOON: Duration = Duration::from_micros(200);

/// What one run took.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Seconds of the processor of all its processes, in steps of ten milliseconds.
    pub(crate) processor: Option<f64>,
    /// The most memory of all its processes together.
    pub(crate) peak_kib: Option<u64>,
    /// Seconds of the processor of the servers meanwhile.
    pub(crate) servers: f64,
    /// Seconds of the processor of anybody else on this machine meanwhile: who sees much of it does not trust the rest.
    pub(crate) others: f64,
    /// How it ended and its last line, unless it ended well.
    pub(crate) complaint: Option<String>,
}

/// What is seen of a program from outside.
struct Watched {
    seconds: f64,
    text: Vec<u8>,
    /// KiB.
    peak: u64,
}

/// Processor time that others than the program spend.
struct Elsewhere {
    machine: f64,
    servers: f64,
    own: f64,
}

/// Waits until the machine has been quiet for a second, but not for ever: somebody else may be at work all day.
pub(crate) fn wait_for_quiet(patience: Duration) {
    let began = Instant::now();
    while began.elapsed() < patience {
        let before = process::processor_of_machine();
        thread::sleep(Duration::from_secs(1));
        if process::processor_of_machine() - before < QUIET {
            return;
        }
    }
}

/// Runs a program to its end, on an idle disk.
pub(crate) fn measure(mut command: Command, servers: &[u32]) -> io::Result<Measured> {
    // Its end is the end of what it and all its children can say.
    let (mut said, saying) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(saying.try_clone()?).stderr(saying).process_group(0);
    Command::new("sync").status()?;
    let before = Elsewhere::now(servers);
    let began = Instant::now();
    let mut child = command.spawn()?;
    drop(command);
    let Watched { seconds, text, peak } = watch(child.id(), began, &mut said)?;
    let processor = process::processor(child.id());
    let status = child.wait()?;
    let after = Elsewhere::now(servers);
    let servers = after.servers - before.servers;
    let others = after.machine - before.machine - servers - (after.own - before.own);
    let complaint = (!status.success()).then(|| format!("{status}: {}", last_line(&text)));
    let peak_kib = Some(peak).filter(|peak| *peak > 0);
    Ok(Measured { seconds, processor, peak_kib, servers, others, complaint })
}

/// Takes what the program says until nobody can say any more and it has ended, and looks at its memory meanwhile.
fn watch(program: u32, began: Instant, said: &mut impl Read) -> io::Result<Watched> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = 0;
            while !is_over.load(Ordering::Relaxed) {
                peak = peak.max(process::memory_of_all(program));
                if began.elapsed() > PATIENCE {
                    end(program);
                }
                thread::sleep(EVERY);
            }
            peak
        });
        let mut text = Vec::new();
        let read = said.read_to_end(&mut text);
        // The kernel closes what it said before it counts it as ended, and its counters are final only then.
        while !process::has_ended(program) {
            thread::sleep(SOON);
        }
        let seconds = began.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        let peak = watcher.join().unwrap_or_default();
        read.map(|_| Watched { seconds, text, peak })
    })
}

/// The program and all it has started: it leads a group of its own.
fn end(program: u32) {
    // Whoever is gone already needs no end.
    let _ = Command::new("kill").args(["-s", "KILL", "--", &format!("-{program}")]).status();
}

fn last_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).into_owned();
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    line.chars().take(160).collect()
}

impl Elsewhere {
    fn now(servers: &[u32]) -> Self {
        Self {
            machine: process::processor_of_machine(),
            servers: servers.iter().copied().map(process::processor_of_all).sum(),
            // Without the servers, which are below us too, and with the programs that were waited for.
            own: process::processor(std::process::id()).unwrap_or(0.0),
        }
    }
}
