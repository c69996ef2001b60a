//! IMAP accounts: `omm` beside every other program that is installed, two by two on the same work. What is measured comes as
//! lines from an example of the testkit, which has the servers; here it becomes a table and a plot.

mod figures;
mod machine;
mod options;
mod plot;
mod spread;
mod table;
mod told;

use crate::run::{self, cargo, must};
use anyhow::{Context, Result, bail};
use figures::Board;
use options::Options;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use told::{Line, Told};

/// Measures, or takes what was measured, and writes it down.
pub(crate) fn peers(words: &[&str]) -> Result<()> {
    let options = Options::from_words(words)?;
    let files = if options.from.is_empty() { vec![measured(&options)?] } else { options.from.clone() };
    let texts = files.iter().map(|file| fs::read_to_string(file).with_context(|| file.display().to_string()));
    let told = Told::read(&texts.collect::<Result<Vec<String>>>()?)?;
    if told.runs.is_empty() {
        bail!("nothing was measured; what is missing is named above, and cargo xtask install installs it");
    }
    write_down(&told, &options)?;
    if options.pop {
        super::pop([2_000, 20, 3])?;
    }
    if options.pst {
        super::pst(&[])?;
    }
    Ok(())
}

/// Runs everything; the file with the lines, which are there line by line, should it be broken off.
fn measured(options: &Options) -> Result<PathBuf> {
    let omm = options.omm.clone().map_or_else(run::omm, Ok)?;
    let example =
        |name: &str| Ok::<_, anyhow::Error>(run::target_directory()?.join("release/examples").join(name));
    must(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "-p",
        "omm-testkit",
        "--example",
        "bench_peers",
        "--example",
        "pump",
    ]))?;
    let raw = options.raw.clone().map_or_else(|| example("pump"), Ok)?;
    let mut command = Command::new(example("bench_peers")?);
    command.arg("--omm").arg(std::path::absolute(omm)?).arg("--raw").arg(std::path::absolute(raw)?);
    command.args(options.asked()).stdin(Stdio::null()).stdout(Stdio::piped());
    let directory = run::target_directory()?.join("bench");
    fs::create_dir_all(&directory)?;
    let file = unused(&directory, &options.corpus)?;
    listen(&mut command, &file)?;
    println!("\nlines: {} (--from makes table and plot of them again)", file.display());
    Ok(file)
}

/// What was measured before stays.
fn unused(directory: &Path, corpus: &str) -> Result<PathBuf> {
    let mut names = (1..).map(|number: u32| directory.join(format!("peers-{corpus}-{number}.jsonl")));
    names.find(|file| !file.exists()).context("there is no end of numbers")
}

/// Keeps every line, and shows it to who waits.
fn listen(command: &mut Command, file: &Path) -> Result<()> {
    let mut lines = File::create(file).with_context(|| file.display().to_string())?;
    let mut child = command.spawn().context("cannot start the bench")?;
    let output = child.stdout.take().context("the bench has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        writeln!(lines, "{line}")?;
        println!("{}", Line::read(&line)?);
    }
    match child.wait()? {
        status if status.success() => Ok(()),
        status => bail!("the bench ended with {status}; {} has what it measured before", file.display()),
    }
}

fn write_down(told: &Told, options: &Options) -> Result<()> {
    let boards = Board::all(&told.runs);
    let table = table::markdown(told, &boards, &machine::described());
    println!("\n{table}");
    fs::create_dir_all(&options.out).with_context(|| options.out.display().to_string())?;
    let corpus = told.runs.first().map_or("", |run| &run.corpus);
    for (ending, text) in [("md", table), ("svg", plot::svg(&boards))] {
        let path = options.out.join(format!("peers-{corpus}.{ending}"));
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
