//! Licences, banned crates, sources and advisories, by cargo-deny.

use crate::run::{Outcome, Steps, cargo, heard, must};
use anyhow::{Result, bail};

const VERSION: &str = "0.20.2";

pub(crate) fn steps(steps: &mut Steps) {
    let mut missing = None;
    steps.step("cargo-deny", || {
        missing = install();
        Ok(missing.clone().map_or(Outcome::Done, Outcome::Skipped))
    });
    if missing.is_some() {
        return;
    }
    steps.step("licences, bans, sources", || {
        must(&mut cargo(&["deny", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))
    });
    steps.step("advisories", advisories);
}

/// Sees to it that cargo-deny is there; otherwise why not.
fn install() -> Option<String> {
    let is_there = || heard(&mut cargo(&["deny", "--version"])).is_ok_and(|(good, _)| good);
    if is_there() {
        return None;
    }
    println!("  cargo-deny is missing; building version {VERSION}, which takes some minutes");
    let built = must(&mut cargo(&["install", "cargo-deny", "--locked", "--quiet", "--version", VERSION]));
    match built {
        Ok(_) if is_there() => None,
        Ok(_) => Some("cargo-deny was installed, but cargo does not find it".to_owned()),
        Err(error) => Some(format!("cargo-deny could not be installed ({error})")),
    }
}

fn advisories() -> Result<Outcome> {
    let (good, text) = heard(&mut cargo(&["deny", "check", "--hide-inclusion-graph", "advisories"]))?;
    print!("{text}");
    if good {
        return Ok(Outcome::Done);
    }
    if !text.contains("failed to fetch advisory database") {
        bail!("cargo deny found advisories");
    }
    // A database of an earlier day is better than none.
    let (good, text) =
        heard(&mut cargo(&["deny", "--offline", "check", "--hide-inclusion-graph", "advisories"]))?;
    if good {
        println!("  the database could not be fetched; the copy on this machine was used");
        return Ok(Outcome::Done);
    }
    if text.contains("advisories FAILED") {
        bail!("cargo deny found advisories:\n{text}");
    }
    Ok(Outcome::Skipped(
        "the advisory database could not be fetched, and this machine has no copy".to_owned(),
    ))
}
