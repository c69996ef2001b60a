//! Bugs planted one by one: a test that lets one live is no test.
//!
//! Each `omm-testkit/tests/planted/*.patch` begins with two lines: `# test: <arguments of cargo test>` and
//! `# bug: <sentence>`. The patch is applied in a copy of the tree; the code must still compile, and the test,
//! which passes without the patch, must fail.

use crate::run::{self, cargo, heard};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const PATCHES: &str = "omm-testkit/tests/planted";

struct Bug {
    patch: PathBuf,
    name: String,
    test: Vec<String>,
    sentence: String,
}

/// Plants every bug whose name contains `wanted`.
pub(crate) fn planted(wanted: &str) -> Result<()> {
    let mut bugs = bugs(&run::root().join(PATCHES))?;
    bugs.retain(|bug| bug.name.contains(wanted));
    if bugs.is_empty() {
        bail!("there are no planted bugs in {PATCHES}");
    }
    let copy = tempfile::tempdir()?;
    copy_tree(&run::root(), copy.path())?;
    let mut survivors = Vec::new();
    for bug in &bugs {
        match caught(bug, copy.path()) {
            Ok(()) => println!("  caught   {}: {}", bug.name, bug.sentence),
            Err(error) => {
                println!("  SURVIVED {}: {}: {error:#}", bug.name, bug.sentence);
                survivors.push(bug.name.as_str());
            }
        }
    }
    if !survivors.is_empty() {
        bail!("{} of {} planted bugs were not caught: {}", survivors.len(), bugs.len(), survivors.join(", "));
    }
    println!("  {} planted bugs, each caught", bugs.len());
    Ok(())
}

fn bugs(folder: &Path) -> Result<Vec<Bug>> {
    let entries = fs::read_dir(folder).with_context(|| format!("there is no {PATCHES}"))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    paths.sort();
    paths.into_iter().map(bug).collect()
}

fn bug(patch: PathBuf) -> Result<Bug> {
    let text = fs::read_to_string(&patch)?;
    let head = |key: &str| {
        let line = text.lines().take(5).find_map(|line| line.strip_prefix(key)).map(str::trim);
        line.with_context(|| format!("{} has no line {key:?}", patch.display()))
    };
    let (test, sentence) = (head("# test:")?, head("# bug:")?.to_owned());
    let test = test.trim_start_matches("cargo test ").split_whitespace().map(str::to_owned).collect();
    let name = patch.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Bug { name, test, sentence, patch })
}

/// An error says why the bug must count as not caught.
fn caught(bug: &Bug, copy: &Path) -> Result<()> {
    let (passes, text) = heard(&mut test(bug, copy, false)?)?;
    if !passes || !ran_something(&text) {
        bail!("its test does not pass without it:\n{}", tail(&text));
    }
    apply(copy, &bug.patch, &[])?;
    let outcome = with_bug(bug, copy);
    apply(copy, &bug.patch, &["--reverse"])?;
    outcome
}

fn with_bug(bug: &Bug, copy: &Path) -> Result<()> {
    let (compiles, text) = heard(&mut test(bug, copy, true)?)?;
    if !compiles {
        bail!("it does not compile:\n{}", tail(&text));
    }
    let (passes, _) = heard(&mut test(bug, copy, false)?)?;
    if passes {
        bail!("cargo test {} passes with it", bug.test.join(" "));
    }
    Ok(())
}

fn test(bug: &Bug, copy: &Path, only_build: bool) -> Result<Command> {
    let mut command = cargo(&["test"]);
    if only_build {
        command.arg("--no-run");
    }
    // Its own target folder, so that the patched builds do not spoil the real ones.
    let target = run::target_directory()?.join("planted");
    command.args(&bug.test).current_dir(copy).env("CARGO_TARGET_DIR", target);
    Ok(command)
}

fn ran_something(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("test result: ok.") && !line.contains(" 0 passed"))
}

fn apply(copy: &Path, patch: &Path, how: &[&str]) -> Result<()> {
    let mut git = Command::new("git");
    git.arg("apply").args(how).arg(patch).current_dir(copy);
    match heard(&mut git)? {
        (true, _) => Ok(()),
        (false, text) => bail!("the patch does not apply {how:?}: {}", text.trim()),
    }
}

/// A copy with a git of its own: inside another tree `git apply` would look for files elsewhere, and say nothing.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let (listed, paths) = heard(&mut run::command("git", &list))?;
    if !listed {
        bail!("git does not list the tree: {paths}");
    }
    for path in paths.split('\0').filter(|path| from.join(path).is_file()) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(from.join(path), target)?;
    }
    let (made, text) = heard(Command::new("git").args(["init", "--quiet"]).current_dir(to))?;
    if !made {
        bail!("git init failed: {text}");
    }
    Ok(())
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
