//! How much memory `omm` takes at most, as the kernel counted it.

use crate::{
    bench::measured::watched,
    generate,
    run::{self, cargo, must, seconds},
    tree,
};
use anyhow::{Context, Result, bail};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

/// What a run may cost in all unless it is told otherwise: bodies, ledger, program.
const MOST_KIB: u64 = 64 << 10;

/// Many small messages, then one huge one among small ones.
pub(crate) fn memory(omm: &Path, messages: usize, megabytes: usize) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("  skipped: only Linux tells the peak of another process");
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    let small = scratch.path().join("small");
    generate::maildir(&small, messages)?;
    let huge = scratch.path().join("huge");
    generate::maildir(&huge, 200)?;
    generate::huge(&huge, megabytes)?;
    let first = measured(omm, &small, scratch.path(), &format!("{messages} small messages"));
    let second = measured(omm, &huge, scratch.path(), &format!("one message of {megabytes} MB among 200"));
    first.and(second)
}

/// So many items in the memory account: peak memory, and the processor time of a run that finds nothing new. With
/// the release profile the figures are worth reading.
pub(crate) fn account(items: usize) -> Result<()> {
    let example =
        ["run", "--release", "--quiet", "-p", "omm", "--features", "portable", "--example", "million"];
    must(cargo(&example).args(["--", &items.to_string()])).map(drop)
}

/// The same by what the tests have compiled already, which spares minutes and keeps the promises.
pub(crate) fn account_as_tested(items: usize) -> Result<()> {
    must(&mut cargo(&["build", "--workspace", "--examples", "--quiet"]))?;
    let million = run::target_directory()?.join("debug/examples/million");
    must(Command::new(million).arg(items.to_string())).map(drop)
}

fn measured(omm: &Path, source: &Path, scratch: &Path, what: &str) -> Result<()> {
    let name = source.file_name().context("the source has a name")?.to_string_lossy().into_owned();
    let copy = scratch.join(format!("{name}-copy"));
    for run in ["first run", "no change"] {
        let began = Instant::now();
        let child = Command::new(omm)
            .arg("migrate")
            .arg(source)
            .arg(format!("dir:{}", copy.display()))
            .arg("--state")
            .arg(scratch.join(format!("{name}-state")))
            .arg("--quiet")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start omm")?;
        let peak = peak(child)?;
        println!("  {what}, {run}: peak {:.1} MiB in {}", peak as f64 / 1024.0, seconds(began.elapsed()));
        if peak > MOST_KIB {
            bail!("{what}, {run}: {peak} KiB is more than {MOST_KIB} KiB");
        }
    }
    tree::must_be_equal(source, &copy)
}

/// The high-water mark of a program until it ends well, in KiB.
fn peak(child: Child) -> Result<u64> {
    match watched(child)? {
        (true, Some(seen)) => Ok(seen.peak_kib),
        (true, None) => bail!("omm ended before anybody could look at it"),
        (false, _) => bail!("omm failed"),
    }
}
