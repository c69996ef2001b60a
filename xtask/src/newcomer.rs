//! The README's first command, as somebody runs it who has just cloned the repository.

use crate::{
    run::{self, Outcome},
    tree,
};
use anyhow::{Context, Result, bail};
use std::{path::Path, process::Command};

/// Twice: a report each time, and nothing copied the second time.
pub(crate) fn first_command() -> Result<Outcome> {
    let scratch = tempfile::tempdir()?;
    let migrated = scratch.path().join("migrated");
    let first = report(scratch.path(), &migrated)?;
    let (source, copies) = (tree::count(&run::root().join("samples")), tree::count(&migrated));
    if source == 0 || copies != source {
        bail!("{source} messages in samples/, {copies} copies");
    }
    let second = report(scratch.path(), &migrated)?;
    for (report, copied) in [(&first, source), (&second, 0)] {
        if copied_in(report)? != copied {
            bail!("{copied} copied were expected in this report:\n{report}");
        }
    }
    tree::must_be_equal(&run::root().join("samples"), &migrated)?;
    println!("{first}  …and again:\n{second}");
    Ok(Outcome::Done)
}

/// The command out of the README, with the destination and the state where they leave no trace.
fn report(scratch: &Path, migrated: &Path) -> Result<String> {
    let readme = std::fs::read_to_string(run::root().join("README.md"))?;
    let line = readme.lines().find(|line| line.trim().starts_with("cargo run "));
    let line = line.context("the README has no line that begins with cargo run")?.trim();
    println!("  $ {line}");
    let destination = format!("dir:{}", migrated.display());
    let words: Vec<&str> = line
        .split_whitespace()
        .skip(1)
        .map(|word| if word == "dir:./migrated" { destination.as_str() } else { word })
        .collect();
    if !words.contains(&destination.as_str()) {
        bail!("the README's first command does not end in dir:./migrated");
    }
    let mut command: Command = run::cargo(&words);
    // Where `omm` keeps its state unless told: in the user's data folder.
    command.env("XDG_DATA_HOME", scratch.join("data"));
    if !cfg!(target_os = "linux") {
        command.arg("--state").arg(scratch.join("state"));
    }
    let output = command.output()?;
    if !output.status.success() {
        bail!("ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The second number of the line "in all".
fn copied_in(report: &str) -> Result<usize> {
    let line = report.lines().find_map(|line| line.trim().strip_prefix("in all"));
    let copied = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|number| number.parse().ok());
    copied.with_context(|| format!("no line \"in all\" in the report:\n{report}"))
}
