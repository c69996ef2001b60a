//! Steps that say what they do, and the commands below them.

use anyhow::{Context, Result, bail};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// How a step ended, unless it failed.
pub(crate) enum Outcome {
    Done,
    /// Not done on this machine, and why.
    Skipped(String),
}

/// Runs steps one after another and remembers how each ended. A failed step does not keep the next from running,
/// so that one look at the log shows all that is wrong.
pub(crate) struct Steps {
    began: Instant,
    lines: Vec<String>,
    failed: usize,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), lines: Vec::new(), failed: 0 }
    }

    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) {
        println!("\n==> {name}");
        let began = Instant::now();
        let outcome = work();
        let took = seconds(began.elapsed());
        let line = match outcome {
            Ok(Outcome::Done) => format!("ok       {name} ({took})"),
            Ok(Outcome::Skipped(reason)) => format!("skipped: {name}: {reason}"),
            Err(error) => {
                self.failed += 1;
                format!("FAILED   {name} ({took}): {error:#}")
            }
        };
        println!("{line}");
        self.lines.push(line);
    }

    pub(crate) fn finish(self) -> Result<()> {
        println!("\n==> summary ({})", seconds(self.began.elapsed()));
        self.lines.iter().for_each(|line| println!("{line}"));
        match self.failed {
            0 => Ok(()),
            failed => bail!("{failed} of {} steps failed", self.lines.len()),
        }
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A command that runs in the root.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// `cargo` with these arguments, in the root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Runs a command, its output seen; an error unless it ends with 0.
pub(crate) fn must(command: &mut Command) -> Result<Outcome> {
    println!("  $ {}", shown(command));
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(Outcome::Done)
}

/// Runs a command and gives what it printed, output and errors together.
pub(crate) fn heard(command: &mut Command) -> Result<(bool, String)> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), text))
}

/// Builds the release program, the one that figures are about, and says where it is. `OMM_PROGRAM` names another
/// one, of another version say.
pub(crate) fn omm() -> Result<PathBuf> {
    built(&["--release"], "release")
}

/// The program of the dev profile, which the README's first command has built: for what must hold in any profile,
/// without the quarter of an hour that a release build takes on two cores.
pub(crate) fn omm_as_developed() -> Result<PathBuf> {
    built(&[], "debug")
}

fn built(profile: &[&str], folder: &str) -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("OMM_PROGRAM") {
        return Ok(program.into());
    }
    must(&mut cargo(&[&["build", "--quiet", "-p", "omm-cli"], profile].concat()))?;
    let program = target_directory()?.join(folder).join(format!("omm{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        bail!("the build left no {}", program.display());
    }
    Ok(program)
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> Result<PathBuf> {
    let output = cargo(&["metadata", "--format-version", "1", "--no-deps"]).output()?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("read cargo metadata")?;
    let directory =
        metadata["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(directory.into())
}

/// For people: `75.0 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let program =
        Path::new(&words[0]).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    format!("{program} {}", words[1..].join(" "))
}
