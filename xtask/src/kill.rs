//! Power cuts for real: `omm` is killed at random moments in one migration, then left to finish.

use crate::{
    generate::{self, Random},
    run::seconds,
    tree,
};
use anyhow::{Context, Result, bail};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How often two programs begin the same new migration at once: the moment to catch is short.
const ROUNDS: usize = 20;

/// Kills `omm` so often while it migrates so many messages, and compares the end with the source.
pub(crate) fn kill(omm: &Path, kills: usize, messages: usize) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let source = scratch.path().join("source");
    generate::maildir(&source, messages)?;
    let place = |name: &str| Place::new(omm, &source, &scratch.path().join(name));

    let clean = place("clean")?;
    let whole = clean.finish()?;
    let unchanged = clean.finish()?;
    tree::must_be_equal(&source, &clean.destination())?;
    println!(
        "  undisturbed: {} for {messages} messages, {} when nothing changed",
        seconds(whole),
        seconds(unchanged)
    );

    Siege { kills, messages, whole, unchanged, random: Random::new(seed()?) }.hold(&source, place)?;
    two_at_once(&source, place)
}

/// One migration: its destination, its state, and what the program last complained of.
struct Place {
    omm: PathBuf,
    source: PathBuf,
    root: PathBuf,
}

enum End {
    Killed,
    Ended(ExitStatus),
}

impl Place {
    fn new(omm: &Path, source: &Path, root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root)?;
        Ok(Self { omm: omm.to_owned(), source: source.to_owned(), root: root.to_owned() })
    }

    fn destination(&self) -> PathBuf {
        self.root.join("copy")
    }

    fn command(&self, log: &str) -> Result<Command> {
        let mut command = Command::new(&self.omm);
        let destination = format!("dir:{}", self.destination().display());
        command.arg("migrate").arg(&self.source).arg(destination).arg("--state").arg(self.root.join("state"));
        let log = File::create(self.root.join(log))?;
        command.arg("--quiet").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Ok(command)
    }

    fn complaint(&self, log: &str) -> String {
        std::fs::read_to_string(self.root.join(log)).unwrap_or_default().trim().to_owned()
    }

    /// Runs to the end; how long it took.
    fn finish(&self) -> Result<Duration> {
        let began = Instant::now();
        let status = self.command("log")?.status().context("cannot start omm")?;
        if !status.success() {
            bail!("omm ended with {status}: {}", self.complaint("log"));
        }
        Ok(began.elapsed())
    }

    /// Runs until the moment of the kill, unless it ends before.
    fn run_for(&self, delay: Duration) -> Result<End> {
        let mut child = self.command("log")?.spawn().context("cannot start omm")?;
        let began = Instant::now();
        while let Some(left) = delay.checked_sub(began.elapsed()) {
            if let Some(status) = child.try_wait()? {
                return Ok(End::Ended(status));
            }
            sleep(left.min(Duration::from_millis(2)));
        }
        // SIGKILL on Unix: the program is not asked.
        child.kill()?;
        Ok(match child.wait()? {
            status if status.success() => End::Ended(status),
            _ => End::Killed,
        })
    }
}

/// How the kills are spread over one migration: by what a clean run takes, corrected by how far it came.
struct Siege {
    kills: usize,
    messages: usize,
    whole: Duration,
    unchanged: Duration,
    random: Random,
}

impl Siege {
    fn hold(mut self, source: &Path, place: impl Fn(&str) -> Result<Place>) -> Result<()> {
        let (mut migrations, mut killed) = (1, 0);
        let mut under = place("killed-1")?;
        let mut reach = self.unchanged + 2 * self.whole / u32::try_from(self.kills.max(1))?;
        let mut before = 0;
        let mut in_motion = 0;
        while killed < self.kills {
            let delay = Duration::from_micros(self.random.below(u64::try_from(reach.as_micros())?));
            match under.run_for(delay)? {
                End::Killed => {
                    killed += 1;
                    let now = tree::count(&under.destination());
                    in_motion += usize::from(now > before);
                    // The last kill shall come when four fifths are done: all of them in one migration.
                    let planned = self.messages * 4 / 5 * killed / self.kills;
                    reach = if now > planned { reach * 3 / 4 } else { reach * 5 / 4 };
                    reach = reach.clamp(self.unchanged / 2, self.unchanged + self.whole);
                    before = now;
                }
                End::Ended(status) if status.success() => {
                    // It came to its end between two kills: what it made must be right, and another one begins.
                    tree::must_be_equal(source, &under.destination())?;
                    migrations += 1;
                    under = place(&format!("killed-{migrations}"))?;
                    before = 0;
                }
                End::Ended(status) => {
                    bail!("after {killed} kills omm ended with {status}: {}", under.complaint("log"))
                }
            }
        }
        under.finish()?;
        tree::must_be_equal(source, &under.destination())?;
        under.finish()?;
        tree::must_be_equal(source, &under.destination())?;
        println!(
            "  {killed} kills over {migrations} migration(s) of {} messages, {in_motion} of them after new copies; \
             then finished: identical, nothing twice",
            self.messages
        );
        Ok(())
    }
}

/// Two programs on one migration: one does it, the other is told so.
fn two_at_once(source: &Path, place: impl Fn(&str) -> Result<Place>) -> Result<()> {
    // The first is known to be at work: the second must be refused.
    let under = place("two")?;
    let mut first = under.command("one")?.spawn()?;
    while tree::count(&under.destination()) == 0 && first.try_wait()?.is_none() {
        sleep(Duration::from_millis(1));
    }
    let second = under.command("other")?.status()?;
    let first = first.wait()?;
    if !first.success() {
        bail!("omm ended with {first} because another one was started: {}", under.complaint("one"));
    }
    refused(&under, &[("one", first), ("other", second)])?;
    tree::must_be_equal(source, &under.destination())?;
    println!("  two at once: the second was refused: {}", under.complaint("other"));

    // Both begin a migration that neither knows yet: it must become one migration, not two.
    let small = under.root.join("small");
    generate::maildir(&small, 60)?;
    for round in 1..=ROUNDS {
        let mut fresh = place(&format!("fresh-{round}"))?;
        fresh.source.clone_from(&small);
        let mut one = fresh.command("one")?.spawn()?;
        let mut other = fresh.command("other")?.spawn()?;
        let ends = [("one", one.wait()?), ("other", other.wait()?)];
        // The second may also come when the first is done.
        if ends.iter().any(|(_, status)| !status.success()) {
            refused(&fresh, &ends)?;
        }
        tree::must_be_equal(&small, &fresh.destination())
            .context("two omm began the same new migration at once")?;
    }
    println!("  two at once on a new pair, {ROUNDS} times: one migration, nothing twice");
    Ok(())
}

/// Exactly one of them was, with one clear line.
fn refused(place: &Place, ends: &[(&str, ExitStatus)]) -> Result<()> {
    let refused: Vec<&str> =
        ends.iter().filter(|(_, status)| !status.success()).map(|(log, _)| *log).collect();
    let [log] = refused[..] else {
        bail!("of two omm on one migration {} were refused instead of one: {ends:?}", refused.len());
    };
    let complaint = place.complaint(log);
    if complaint.is_empty() || complaint.lines().count() > 2 {
        bail!("the refusal of a second omm is not one clear line: {complaint:?}");
    }
    if !complaint.contains("another process") {
        bail!("the refusal of a second omm does not say that another process is at work: {complaint:?}");
    }
    Ok(())
}

fn seed() -> Result<u64> {
    match std::env::var("OMM_SEED") {
        Ok(seed) => seed.parse().context("OMM_SEED is not a number"),
        Err(_) => Ok(1),
    }
}
