//! Outlook's files: `omm` beside `readpst` and `pffexport`, by turns, on each file. What they write goes to the folder for
//! temporary files (TMPDIR): in memory it shows what the processor costs, on a disk also what waiting for it does.

use super::measured::{Measured, measure};
use crate::{
    generate,
    run::{self, cargo, must},
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use walkdir::WalkDir;

/// A file above this is large: it is measured a few times only.
const LARGE: u64 = 100 << 20;
/// What is made when no file is named, in megabytes.
const MADE: &str = "1024";

/// A program that takes a file apart.
struct Racer {
    name: &'static str,
    /// Asks whether it is there.
    ask: &'static [&'static str],
    program: PathBuf,
    command: fn(&Path, &Path, &Path) -> Command,
    /// How many times fewer it is measured than the others.
    seldom: bool,
}

/// Each program on each of these files, or on one of a gigabyte that is made for it.
pub(crate) fn pst(files: &[&str]) -> Result<()> {
    let racers = racers()?;
    let scratch = tempfile::tempdir()?;
    let mut files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    if files.is_empty() {
        let made = scratch.path().join("made.pst");
        generate::pst(&made.to_string_lossy(), MADE)?;
        files.push(made);
    }
    files.iter().try_for_each(|file| race(&racers, file, scratch.path()))
}

fn racers() -> Result<Vec<Racer>> {
    let omm = run::omm()?;
    must(&mut cargo(&["build", "--release", "--quiet", "-p", "omm", "--example", "swallow"]))?;
    let swallow = run::target_directory()?.join("release/examples/swallow");
    let all = [
        // As ../shared/data/files/README.md calls it: every item a file, with attachments.
        Racer { name: "readpst", ask: &["-V"], program: "readpst".into(), command: readpst, seldom: false },
        Racer {
            name: "pffexport",
            ask: &["-V"],
            program: "pffexport".into(),
            command: pffexport,
            seldom: true,
        },
        Racer { name: "omm to dir:", ask: &["--version"], program: omm, command: to_dir, seldom: false },
        Racer { name: "omm to nothing", ask: &[], program: swallow, command: to_nothing, seldom: false },
    ];
    let is_there = |racer: &Racer| {
        let there = racer.ask.is_empty() || Command::new(&racer.program).args(racer.ask).output().is_ok();
        if !there {
            println!("  skipped: {} is not installed", racer.name);
        }
        there
    };
    Ok(all.into_iter().filter(is_there).collect())
}

fn readpst(program: &Path, file: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["-q", "-e", "-b", "-D", "-8", "-j", "0", "-o"]).arg(out).arg(file);
    command
}

fn pffexport(program: &Path, file: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-q").arg("-t").arg(out.join("pff")).arg(file);
    command
}

fn to_dir(program: &Path, file: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("migrate").arg(file).arg(format!("dir:{}", out.join("mail").display()));
    command.arg("--state").arg(out.join("state")).arg("--quiet");
    command
}

fn to_nothing(program: &Path, file: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(file).env("TMPDIR", out);
    command
}

/// Rounds in which each program has its turn; prints what came of them.
fn race(racers: &[Racer], file: &Path, scratch: &Path) -> Result<()> {
    let bytes = fs::metadata(file).with_context(|| file.display().to_string())?.len();
    let rounds = if bytes > LARGE { 5 } else { 9 };
    // Nobody pays for bringing it into memory.
    std::io::copy(&mut fs::File::open(file)?, &mut std::io::sink())?;
    println!("{} ({:.1} MB), {rounds} rounds", file.display(), bytes as f64 / 1e6);
    let mut ran: Vec<Vec<Measured>> = vec![Vec::new(); racers.len()];
    let mut items = vec![0; racers.len()];
    for round in 0..rounds {
        let mut turns: Vec<_> =
            racers.iter().enumerate().filter(|(_, racer)| round == 0 || !racer.seldom).collect();
        // Nobody always comes behind the same one and finds the disk as that one left it.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (at, racer) in turns {
            let out = scratch.join("out");
            fs::create_dir(&out)?;
            match measure(&mut (racer.command)(&racer.program, file, &out)) {
                Ok(measured) => ran[at].push(measured),
                Err(error) => println!("  {}: {error:#}", racer.name),
            }
            items[at] = files_in(&out);
            fs::remove_dir_all(&out)?;
        }
    }
    for ((racer, ran), items) in racers.iter().zip(&ran).zip(items) {
        show(racer, ran, items);
    }
    for at in 1..racers.len() {
        show_ratios(&racers[0], &racers[at], &ran[0], &ran[at]);
    }
    Ok(())
}

fn show(racer: &Racer, ran: &[Measured], items: usize) {
    let of = |figure: fn(&Measured) -> f64| spread(ran.iter().map(figure).collect());
    let (Some(seconds), Some(on_disk)) = (of(|one| one.seconds), of(|one| one.on_disk)) else { return };
    let peak = ran.iter().filter_map(|one| Some(one.seen?.peak_kib)).max();
    let peak = peak.map_or_else(String::new, |kib| format!(", peak {:.1} MiB", kib as f64 / 1024.0));
    let processor = spread(ran.iter().filter_map(|one| Some(one.seen?.processor)).collect());
    let processor = processor.map_or_else(String::new, |seconds| format!(", processor {:.2} s", seconds[0]));
    let disk = if items > 0 {
        format!(", {:.3} s until it is on disk, {items} files", on_disk[0])
    } else {
        String::new()
    };
    println!(
        "  {:15} {:8.3} s ({:.3} to {:.3}){processor}{disk}{peak}",
        racer.name, seconds[0], seconds[1], seconds[2]
    );
}

/// How many times as long the first took, round by round.
fn show_ratios(first: &Racer, other: &Racer, one: &[Measured], two: &[Measured]) {
    let ratios = |figure: fn(&Measured) -> f64| {
        spread(one.iter().zip(two).map(|(one, two)| figure(one) / figure(two)).collect())
    };
    let (Some(run), Some(disk)) = (ratios(|one| one.seconds), ratios(|one| one.on_disk)) else { return };
    let processor = ratios(|one| one.seen.map_or(f64::NAN, |seen| seen.processor));
    let processor = processor.filter(|ratio| ratio[0].is_finite());
    let processor = processor.map_or_else(String::new, |ratio| format!("; processor: {:.2}", ratio[0]));
    println!(
        "  {} / {}: {:.2} ({:.2} to {:.2}); until it is on disk: {:.2} ({:.2} to {:.2}){processor}",
        first.name, other.name, run[0], run[1], run[2], disk[0], disk[1], disk[2]
    );
}

/// Median, least and most.
fn spread(mut figures: Vec<f64>) -> Option<[f64; 3]> {
    figures.sort_by(f64::total_cmp);
    Some([*figures.get(figures.len() / 2)?, *figures.first()?, *figures.last()?])
}

/// Files with items: what neither begins with a dot nor is the ledger.
fn files_in(out: &Path) -> usize {
    let walk = WalkDir::new(out).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.') && name != "state" && name != "dovecot-keywords"
    });
    walk.flatten().filter(|entry| entry.file_type().is_file()).count()
}
